"""Takes people and secrets out of everything that is logged: what is not there cannot leak."""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from types import TracebackType

HIDDEN = "(hidden)"
LONGEST = 500
PRIVATE_KEYS = frozenset(
    "name first_name last_name full_name firstname lastname company email e_mail phone mobile address title token "
    "secret password authorization client_secret access_token assertion before after value values subject text".split()
)
_ADDRESS = re.compile(r"[^\s\"'<>()\[\],;:=]+(?:@|%40)[^\s\"'<>()\[\],;:=]+")
_CREDENTIAL = re.compile(r"(?i)\b(bearer|basic|token|access_token|assertion|client_secret)([ =:\"']+)[\w.\-!/+=]{8,}")
_SESSION = re.compile(r"\b00D\w{12,15}![\w.\-]+|\bpat-\w+-[\w-]+")
_PHONE = re.compile(r"(?<![\w:.-])(?:\+|00)\d[\d\s()./-]{6,}\d|(?<![\w:.-])\(?0\d{1,5}\)?[\s./-]\d[\d\s./-]{4,}\d")


class Redaction:
    """Hides e-mail addresses, telephone numbers, credentials and the secrets it was told, in keys and in text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted((one for one in secrets if len(one) >= SHORTEST_SECRET), key=len, reverse=True)

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, object]) -> Mapping[str, object]:
        """One log line without private values (a structlog processor)."""
        return {key: self.value(key, one) for key, one in event.items()}

    def value(self, key: str, one: object) -> object:
        """One value of a log line: numbers stay, text is cleaned, what cannot be judged is told by its type."""
        if key.casefold() in PRIVATE_KEYS:
            return HIDDEN
        if one is None or isinstance(one, bool | int | float):
            return one
        if isinstance(one, Mapping):
            return {str(name): self.value(str(name), inner) for name, inner in one.items()}
        if isinstance(one, list | tuple | set | frozenset):
            return [self.value(key, inner) for inner in one]
        return self.text(str(one)) if isinstance(one, str) else f"({type(one).__name__})"

    def text(self, words: str) -> str:
        """Text without addresses, numbers of telephones and credentials, cut to a length people read."""
        for secret in self._secrets:
            words = words.replace(secret, HIDDEN)
        words = _CREDENTIAL.sub(rf"\1\2{HIDDEN}", words)
        for pattern in (_SESSION, _ADDRESS, _PHONE):
            words = pattern.sub(HIDDEN, words)
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


SHORTEST_SECRET = 4


def frames(error: BaseException) -> list[str]:
    """Where an error came from, oldest first: files, lines and functions, never a value or a message."""
    found = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found
