"""Encryption of sensitive fields with rotating keys, and the keyed hash that finds an exact value again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

BYTES_A_PART = 2**18


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> bytes:
    """`text` under the first of the field keys."""
    return _ring(tuple(settings.FIELD_KEYS)).encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """The text behind `token`, whichever of the field keys it was written with."""
    return _ring(tuple(settings.FIELD_KEYS)).decrypt(bytes(token)).decode()


def seal(content: BinaryIO, sealed: BinaryIO) -> None:
    """Write the content encrypted, a part to a line, so that a file of any size is never held whole."""
    ring = _ring(tuple(settings.FIELD_KEYS))
    while part := content.read(BYTES_A_PART):
        sealed.write(ring.encrypt(part) + b"\n")


def unseal(sealed: Iterable[bytes]) -> Iterator[bytes]:
    """The content of what `seal` wrote, part by part."""
    ring = _ring(tuple(settings.FIELD_KEYS))
    for line in sealed:
        yield ring.decrypt(line.rstrip())


def encrypt_bytes(content: bytes) -> bytes:
    """`content` under the first of the field keys."""
    return _ring(tuple(settings.FIELD_KEYS)).encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    """What is behind `token`, whichever of the field keys it was written with."""
    return _ring(tuple(settings.FIELD_KEYS)).decrypt(token)


def keyed_hash(text: str) -> bytes:
    """32 bytes by which equal texts are found equal, useless without the index key."""
    return hmac.new(settings.INDEX_KEY.encode(), text.encode(), hashlib.sha256).digest()
