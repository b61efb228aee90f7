"""Access tokens that say of themselves until when they hold, and which refresh token is good (facts/hubspot.md 2)."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field

CLIENT_ID = "emulator-client"
CLIENT_SECRET = "emulator-client-secret"  # noqa: S105 - the loopback emulator's own, public by design
REFRESH_TOKEN = "emulator-refresh-token"  # noqa: S105 - the same
AUTHORIZATION_CODE = "emulator-code"
LIFETIME = 1800
_LONG = 240  # bytes inside, so that a token has the 300 and more characters the vendor asks to allow for


@dataclass(frozen=True, slots=True)
class Token:
    """What is written in an access token: when it ends (epoch milliseconds), and its scopes (empty = all)."""

    ends: int
    scopes: tuple[str, ...] = ()


@dataclass(slots=True)
class Grants:
    """Which refresh token is good at the moment, and what was revoked or made to expire before its time."""

    refresh: str = REFRESH_TOKEN
    revoked: set[str] = field(default_factory=set)
    burned: dict[str, int] = field(default_factory=dict)


def minted(token: Token, number: str) -> str:
    """The token as a client holds it; `number` tells two of the same instant apart."""
    text = json.dumps([token.ends, number, *token.scopes], separators=(",", ":")).encode().ljust(_LONG)
    return "CE" + base64.urlsafe_b64encode(_seal(text) + text).decode().rstrip("=")


def read(spelled: str) -> Token | None:
    """What an access token says; None for one that this portal never gave out."""
    if not spelled.startswith("CE"):
        return None
    try:
        raw = base64.urlsafe_b64decode(spelled[2:] + "=" * (-len(spelled[2:]) % 4))
    except ValueError:
        return None
    seal, text = raw[:16], raw[16:]
    if seal != _seal(text):
        return None
    ends, _, *scopes = json.loads(text)
    return Token(ends, tuple(scopes))


def _seal(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16, key=b"emulator").digest()
