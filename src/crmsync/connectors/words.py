"""Vendor words made fit for logs and screens: no addresses, no tokens, no pages of HTML."""

import logging
import re

_ADDRESS = re.compile(r"[^\s\"'<>()\[\],;:=]+@[^\s\"'<>()\[\],;:=]+")
_SECRET = re.compile(
    r"(?i)\b(bearer|basic|token|access_token|assertion|client_secret)([ =:]+)(?=\S*\d)[\w.\-!/+=]{12,}"
)
_VALUE = re.compile(r"(?i)\bvalue=[^,}\]]*")
_LONGEST = 300
_TALKATIVE = ("urllib3", "hubspot", "simple_salesforce", "requests")


def scrubbed(words: str) -> str:
    """The words without e-mail addresses and credentials, on one line, cut to a length people read."""
    text = _SECRET.sub(r"\1\2(hidden)", " ".join(words.split()))
    text = _VALUE.sub("value=(hidden)", text)
    text = _ADDRESS.sub("(an e-mail address)", text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def hush_vendor_libraries() -> None:
    """Keep the libraries from logging bodies and addresses at DEBUG: both hold personal data."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))
