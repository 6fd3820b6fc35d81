"""Encryption of sensitive fields with rotating keys, and the keyed hash that finds an exact value again."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> bytes:
    """`text` under the first of the field keys."""
    return _ring(tuple(settings.FIELD_KEYS)).encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """The text behind `token`, whichever of the field keys it was written with."""
    return _ring(tuple(settings.FIELD_KEYS)).decrypt(bytes(token)).decode()


def keyed_hash(text: str) -> bytes:
    """32 bytes by which equal texts are found equal, useless without the index key."""
    return hmac.new(settings.INDEX_KEY.encode(), text.encode(), hashlib.sha256).digest()
