"""Why something is refused: one class per kind of refusal, each with a stable code and a sentence to act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.utils.translation import gettext as _

Row = TypeVar("Row")


class Refused(Exception):
    """A refusal. `code` never changes once published; `sentence` says what to do; `field` names the culprit if any.

    What a program needs to go on stands `beside`; `headers` are those of its answer. Of an act on many records
    `at_fault` tells by its place what is wrong with each, as far as that was seen before anything was written.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(
        self,
        sentence: object,
        *,
        code: str | None = None,
        field: str | None = None,
        beside: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.headers = dict(headers or {})
        self.sentence = sentence
        self.field = field
        self.stable_code = code or self.code
        self.beside = dict(beside or {})
        self.at_fault: Mapping[int, Refused] = {}

    def __str__(self) -> str:
        return str(self.sentence)


class Invalid(Refused):
    """What came in cannot be taken as it is."""

    status = 400
    code = "invalid"


class NotAllowed(Refused):
    """The actor holds no posting that permits this here today."""

    status = 403
    code = "not_allowed"


class NotFound(Refused):
    """There is no such record, or none that the actor may know of."""

    status = 404
    code = "not_found"


class Conflict(Refused):
    """The record is not in a state that permits this."""

    status = 409
    code = "conflict"


class Gone(Refused):
    """What is asked for was here once and is not any more."""

    status = 410
    code = "gone"


class Stale(Refused):
    """The `record` has changed since the version `expected` on which the change was based."""

    status = 412
    code = "stale"

    def __init__(self, sentence: object, *, record: Any = None, expected: int | None = None, **told: Any) -> None:
        beside = {} if record is None else {"version": record.version, "yours": expected}
        super().__init__(sentence, beside=beside | dict(told.pop("beside", None) or {}), **told)
        self.record, self.expected = record, expected


class VersionMissing(Refused):
    """A protected change did not say which version it was based on."""

    status = 428
    code = "version_missing"


def seen(row: Row | None, field: str | None = None) -> Row:
    """The row that was looked for among those that the actor may see; NotFound where there is none."""
    if row is None:
        raise NotFound(_("There is no such record, or none of your postings reaches it."), field=field)
    return row
