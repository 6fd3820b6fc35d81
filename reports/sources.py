"""Finding published sources: shipped with the project, laid into the deployment's folder, or any file by its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from common.refusals import Invalid, NotFound
from reports.rules.entries import SourceError
from reports.rules.sources import Source, parse_source

LARGEST = 5_000_000
LONGEST_TOLD = 60
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """A file in the deployment's folder that cannot be shown, and why; `language` where that is not the reader's."""

    file: str
    sentence: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The sources that the site shows, and the files that it cannot show."""

    sources: tuple[Source, ...]
    faults: tuple[Fault, ...]


def known() -> Known:
    """The shipped sources and those in the deployment's folder; a file is read again once it has changed."""
    sources, faults = {source.id: source for source in _shipped_once()}, []
    for path in _own_files():
        found = _own(path)
        if isinstance(found, Source) and found.id in sources:
            told = {"file": path.name, "id": found.id}
            found = Fault(path.name, _("%(file)s: another source has the id %(id)s already. Give it its own.") % told)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            sources[found.id] = found
    return Known(tuple(sources.values()), tuple(faults))


def _own_files() -> list[Path]:
    """The files of published sources in the deployment's folder, by name; none where there is no such folder."""
    try:
        return sorted(path for path in settings.SOURCES_DIR.iterdir() if path.suffix in {".yaml", ".yml"})[:MOST_FILES]
    except OSError:
        return []


def _own(path: Path) -> Source | Fault:
    try:
        stat = path.stat()
        return _read_as_of(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        told = {"file": path.name, "error": error.strerror}
        return Fault(path.name, _("%(file)s cannot be read: %(error)s") % told)
    except Invalid as error:
        # What is wrong inside a file is told in the language of its keys.
        return Fault(path.name, str(error), "en" if isinstance(error.__cause__, SourceError) else "")


@lru_cache(maxsize=MOST_FILES)
def _read_as_of(path: Path, changed: int, size: int) -> Source:
    """The source in a file as it was when it last changed."""
    return read(path)


@lru_cache(maxsize=1)
def _shipped_once() -> tuple[Source, ...]:
    """The shipped sources, read once: they change only with the program."""
    return tuple(shipped())


def shipped() -> Iterator[Source]:
    """The sources that come with the project."""
    for path in sorted(settings.BASE_DIR.glob("data/published-*.yaml")):
        yield read(path)


def by_id(source_id: str) -> Source:
    """The source of that id, shipped or the deployment's own; NotFound where there is none."""
    for source in known().sources:
        if source.id == source_id:
            return source
    told = source_id if len(source_id) <= LONGEST_TOLD else f"{source_id[:LONGEST_TOLD]}…"
    raise NotFound(_("There is no published source “%(id)s”.") % {"id": told})


def by_file_or_id(name: str) -> Source:
    """The source in the file `name`, or the one of that id."""
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
