"""Codes of a second factor by time (RFC 6238): which one a key makes when, and which typed one is taken. Pure."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

# What every authenticator app takes without being told.
SECONDS, DIGITS, KEY_BYTES = 30, 6, 20
# A clock may be wrong by this many steps either way.
SLACK = 1
ISSUER = "Shouwang"


def step_of(at: datetime) -> int:
    """The half minute, counted since 1970, in which `at` lies."""
    return int(at.timestamp()) // SECONDS


def code_at(key: bytes, step: int) -> str:
    """The six digits that `key` makes in that half minute."""
    return _clock(key).generate(step * SECONDS).decode()


def step_taken(key: bytes, typed: str, at: datetime, last_step: int) -> int | None:
    """The half minute whose code was typed, later than `last_step` and about now; None where no such code was."""
    digits = plain(typed).encode()
    now = step_of(at)
    for step in range(max(now - SLACK, last_step + 1), now + SLACK + 1):
        if hmac.compare_digest(code_at(key, step).encode(), digits):
            return step
    return None


def plain(typed: str) -> str:
    """A code as it is compared: without the spaces and hyphens by which it is read, in small letters."""
    return typed.replace(" ", "").replace("-", "").lower()


def key_text(key: bytes) -> str:
    """The key as it is typed into an app that cannot read a picture, in groups of four."""
    letters = base64.b32encode(key).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def address(key: bytes, username: str) -> str:
    """What the picture says to an authenticator app."""
    return _clock(key).get_provisioning_uri(username, ISSUER)


def _clock(key: bytes) -> TOTP:
    return TOTP(key, DIGITS, SHA1(), SECONDS)  # noqa: S303 (what the apps use; as a keyed hash it holds)
