"""Standards: what holds in a division on a day, setting it from a day on, and withdrawing what was set in error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.constraints import refused_by
from common.fitting import check_rows, check_text
from common.moments import day_of
from common.names import Name
from common.refusals import Conflict, Invalid, NotAllowed
from common.versions import check_version
from households import access
from households.models import Division, Standard
from households.rules.levels import path_of
from households.rules.shapes import Unfit
from households.rules.standards import InForce, Kind, holding, name_of, read_value, shipped


class Book:
    """The standards of some kinds, read once: answers for any number of divisions and days."""

    def __init__(self, *kinds: Kind) -> None:
        self._rows: dict[Kind, list[Standard]] = {kind: [] for kind in kinds}
        self._found: dict[tuple[Kind, str, date], dict[str, InForce]] = {}
        for row in Standard.objects.kept().of_kinds(kinds):
            self._rows[Kind(row.kind)].append(row)

    def in_force(self, kind: Kind, division: str, on: date) -> dict[str, InForce]:
        """By code, what holds in `division` on that day: the nearest division's latest, else the default that ships."""
        key = (kind, division, on)
        if key not in self._found:
            held = holding(self._rows[kind], path_of(division) if division else (), on)
            self._found[key] = shipped(kind) | {code: _told(row) for code, row in held.items()}
        return self._found[key]

    def divisions(self, kind: Kind) -> list[str]:
        """The divisions that have set something of that kind at any time, the smallest places first."""
        codes = {row.division_id for row in self._rows[kind] if row.division_id}
        return sorted(codes, key=lambda code: (-len(code), code))


def in_force(*, kind: Kind, division: str, on: date) -> dict[str, InForce]:
    """By code, what holds in `division` on that day; one query. Who asks for many divisions keeps a Book."""
    return Book(kind).in_force(kind, division, on)


@transaction.atomic
def set_value(
    *,
    kind: Kind,
    code: str,
    division: Division | None,
    valid_from: date,
    value: Any,
    source: str,
    is_official: bool,
    by: User,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Standard:
    """`code` is `value` in `division`, or everywhere where it is None, from that day on; audited with what was before.

    Where the very day has a value already that one is changed, and `expected_version` says which was seen.
    """
    check_may_set(by=by, division=division, at=at)
    read = checked(kind, code, value)
    told: dict[str, Any] = {"value": read, "source": source.strip(), "is_official": is_official, "note": note.strip()}
    if not told["source"]:
        raise Invalid(_("Say where this is laid down: the document, or that it is your own decision."), field="source")
    row = _set_on(kind, code, division, valid_from)
    was = {name: getattr(row, name) for name in told} if row else {}
    if row is None:
        row = Standard(kind=kind.value, code=code, division=division, valid_from=valid_from)
    else:
        check_version(row, expected_version)
        row.version += 1
    row.recorded_at, row.recorded_by = at, by
    for name, each in told.items():
        setattr(row, name, each)
    check_rows([row])
    taken = Conflict(_("Somebody else has just set this standard from that day on. Load the page again."))
    with refused_by("standard_is_one_per_division_and_day", taken):
        row.save()
    _audit("standard.set", row, by, at, {name: [was.get(name), each] for name, each in told.items()})
    return row


@transaction.atomic
def withdraw(*, standard: Standard, reason: str, by: User, at: datetime, expected_version: int | None) -> Standard:
    """The standard was set in error: it holds nowhere from now on, what held before it does again."""
    row = Standard.objects.select_for_update(of=("self",), no_key=True).select_related("division").get(pk=standard.pk)
    check_may_set(by=by, division=row.division, at=at)
    check_version(row, expected_version)
    if row.withdrawn_at is not None:
        raise Conflict(_("The standard was withdrawn."), code="wrong_state")
    if not reason.strip():
        raise Invalid(_("Give the reason of the withdrawal."), field="reason")
    check_text(reason, field="reason")
    row.withdrawn_at, row.withdrawal_reason = at, reason.strip()
    row.version += 1
    row.save(update_fields=("withdrawn_at", "withdrawal_reason", "version"))
    _audit("standard.withdrawn", row, by, at, {"value": [row.value, None], "reason": row.withdrawal_reason})
    return row


def checked(kind: Kind, code: str, value: Any) -> dict[str, Any]:
    """The value as it is kept; Invalid names the key at fault."""
    try:
        return read_value(kind, code, value)
    except Unfit as error:
        raise Invalid(str(error), field=error.key) from error


def check_may_set(*, by: User, division: Division | None, at: datetime) -> None:
    """Refuse with NotAllowed who does not administer the division; for everywhere, who does not run the whole site."""
    if division is not None:
        access.check(by, Permission.MANAGE_STANDARDS, division.code, day_of(at))
    elif not (by.is_system or (by.is_active and by.is_superuser)):
        raise NotAllowed(_("What holds everywhere is set by who manages the technical site. Name a division instead."))


def history(*, kind: Kind, code: str, division: str) -> list[Standard]:
    """All that was ever set for `code` in `division` or above it, the latest day first, withdrawn ones included."""
    rows = Standard.objects.of_kinds([kind]).filter(code=code).reaching(path_of(division))
    return list(rows.select_related("division", "recorded_by").order_by("-valid_from", "-recorded_at"))


def _set_on(kind: Kind, code: str, division: Division | None, valid_from: date) -> Standard | None:
    """The row that is set for the very day, locked."""
    rows: Iterable[Standard] = (
        Standard.objects.kept()
        .select_for_update(no_key=True)
        .filter(kind=kind.value, code=code, division=division, valid_from=valid_from)
    )
    return next(iter(rows), None)


def _told(row: Standard) -> InForce:
    return InForce(
        code=row.code,
        name=name_of(Kind(row.kind), row.code, row.value),
        value=row.value,
        source=Name(row.source, row.source),
        is_official=row.is_official,
        valid_from=row.valid_from,
        division=row.division_id,
        key=row.pk,
        version=row.version,
    )


def _audit(action: str, row: Standard, by: User, at: datetime, changes: dict[str, Any]) -> None:
    told = {"kind": row.kind, "code": row.code, "valid_from": row.valid_from.isoformat(), **changes}
    place = row.division_id or ""
    audit.write([audit.entry(action=action, subject=row, by=by, at=at, division_code=place, changes=told)])
