"""The vault: uploaded files are kept encrypted piece by piece, and read without ever standing anywhere in plain."""

from __future__ import annotations

import io
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.core.files.base import File
from django.core.files.storage import default_storage

from common.crypto import decrypt_bytes, encrypt_bytes

BYTES_A_PIECE = 2**16
# A piece as it is kept: version, time, vector, padded content and signature, in base64.
KEPT_A_PIECE = (1 + 8 + 16 + (BYTES_A_PIECE // 16 + 1) * 16 + 32 + 2) // 3 * 4


def keep(*, name: str, chunks: Iterable[bytes]) -> str:
    """Keep a file; gives the name under which the storage has it."""
    with TemporaryFile() as written:
        held = bytearray()
        for chunk in chunks:
            held += chunk
            while len(held) >= BYTES_A_PIECE:
                written.write(encrypt_bytes(bytes(held[:BYTES_A_PIECE])))
                del held[:BYTES_A_PIECE]
        written.write(encrypt_bytes(bytes(held)))
        written.seek(0)
        return default_storage.save(name, File(written))


def forget(*, name: str) -> None:
    """Delete a file; one that is gone already is no fault."""
    if name:
        default_storage.delete(name)


def opened(name: str, size: int) -> IO[bytes]:
    """The file in plain, of `size` bytes, decrypted where it is read."""
    return io.BufferedReader(cast(io.RawIOBase, _Kept(default_storage.open(name), size)), BYTES_A_PIECE)


class _Kept(io.RawIOBase):
    """A kept file as one in plain; the piece read last is held."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        super().__init__()
        self._file, self._size, self._at = file, size, 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, BYTES_A_PIECE)
        told = self._piece(number)[within : within + len(buffer)]
        buffer[: len(told)] = told
        self._at += len(told)
        return len(told)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(number * KEPT_A_PIECE)
            self._held = (number, decrypt_bytes(self._file.read(KEPT_A_PIECE)))
        return self._held[1]
