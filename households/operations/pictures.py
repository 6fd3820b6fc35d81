"""Pictures of visits in the file storage: written with the rows that name them, gone again where these are not kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@dataclass(slots=True)
class Album:
    """The files that one operation writes."""

    names: list[str] = field(default_factory=list)

    def keep(self, name: str, content: bytes) -> str:
        """Write a file; gives the name under which the storage keeps it."""
        kept = default_storage.save(name, ContentFile(content))
        self.names.append(kept)
        return kept


@contextmanager
def album() -> Iterator[Album]:
    """Files written inside the block are deleted where it fails, as the rows beside them are."""
    opened = Album()
    try:
        yield opened
    except BaseException:
        for name in opened.names:
            default_storage.delete(name)
        raise
