"""Finding published sources: shipped with the project by id, or any file by its path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from common.refusals import Invalid, NotFound
from reports.rules.entries import SourceError
from reports.rules.sources import Source, parse_source

LARGEST = 5_000_000
LONGEST_TOLD = 60


def shipped() -> Iterator[Source]:
    """The sources that come with the project."""
    for path in sorted(settings.BASE_DIR.glob("data/published-*.yaml")):
        yield read(path)


def by_id(source_id: str) -> Source:
    """The shipped source of that id; NotFound where there is none."""
    for source in shipped():
        if source.id == source_id:
            return source
    told = source_id if len(source_id) <= LONGEST_TOLD else f"{source_id[:LONGEST_TOLD]}…"
    raise NotFound(_("There is no published source “%(id)s”.") % {"id": told})


def by_file_or_id(name: str) -> Source:
    """The source in the file `name`, or the shipped one of that id."""
    path = Path(name)
    return read(path) if _is_file(path) else by_id(name)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no name that a file can have, or in a folder that may not be looked into
        return False


def read(path: Path) -> Source:
    """The source in a file; Invalid says what is wrong with it."""
    try:
        if path.stat().st_size > LARGEST:
            raise Invalid(_("%(file)s is too large for a published source.") % {"file": path})
        return parse_source(path.read_text(encoding="utf-8"), name=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_("%(file)s cannot be read: %(error)s") % {"file": path, "error": error}) from error
    except SourceError as error:
        raise Invalid(str(error)) from error
