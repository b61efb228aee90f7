"""The JWT of a bearer login: who signed it, for whom, until when (facts/salesforce.md 1.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from crmsync.emulator.faults import Fault

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

Claims = Mapping[str, object]
LONGEST = 300  # seconds an assertion may live
# the vendor's own command line writes milliseconds (@salesforce/core authInfo: `exp: Date.now() + 300`), and gets in
IN_MILLISECONDS = 1e11
VENDOR = re.compile(r"https://(?:login|test|[a-z0-9-]+(?:\.sandbox)?\.my)\.salesforce\.com")


def judged(org: Org, base_url: str, assertion: str) -> tuple[Claims, str]:
    """The claims, and what is wrong with them in the vendor's words (empty: nothing).

    The signature is checked against the `public_key` (PEM key or certificate) of the planted `connected_app` of its
    `iss`; without one, any RS256 assertion that is well formed will do. The wording of the expiry is unverified.
    """
    try:
        head = jwt.get_unverified_header(assertion)
        claims: Claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        return {}, "invalid assertion"
    app = next((fault for fault in org.desk.faults.waiting if _of(fault, claims)), {})
    if head.get("alg") != "RS256" or not claims.get("iss") or not _signed(assertion, app):
        return claims, "invalid assertion"
    if not claims.get("sub"):
        return claims, "user hasn't approved this consumer"
    if not _for_us(claims.get("aud"), base_url):
        return claims, "audience is invalid"
    return claims, _stale(claims.get("exp"), (org.world.clock.now(), datetime.now(UTC)))


def _of(fault: Fault, claims: Claims) -> bool:
    return fault["kind"] == "connected_app" and fault.get("client_id") == claims.get("iss")


def _signed(assertion: str, app: Fault) -> bool:
    pem = app.get("public_key")
    if not isinstance(pem, str):
        return True
    try:
        # whoever signed: who it is for and until when is judged by the vendor's own rules
        jwt.decode(assertion, _key(pem), algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False})
    except (jwt.PyJWTError, ValueError):
        return False
    return True


def _key(pem: str) -> RSAPublicKey:
    certified = "BEGIN CERTIFICATE" in pem
    key = load_pem_x509_certificate(pem.encode()).public_key() if certified else load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("RS256 needs an RSA key")  # noqa: TRY004 - a wrong value of a PEM text, not a wrong type
    return key


def _for_us(audience: object, base_url: str) -> bool:
    named = audience if isinstance(audience, list) else [audience]
    own = urlsplit(base_url).netloc
    return any(
        isinstance(name, str) and (VENDOR.fullmatch(name.rstrip("/")) or urlsplit(name.rstrip("/")).netloc == own)
        for name in named
    )


def _stale(expiry: object, clocks: tuple[datetime, datetime]) -> str:
    """Judged by the org's clock and by the host's: a client that is not part of a scenario knows the host's only."""
    try:
        until = float(str(expiry))
    except ValueError:
        return "invalid assertion"
    if until > IN_MILLISECONDS:
        return ""
    left = [until - clock.timestamp() for clock in clocks]
    if any(0 < seconds <= LONGEST for seconds in left):
        return ""
    return "invalid assertion" if all(seconds > LONGEST for seconds in left) else "expired authorization code"
