"""Undoing: what a run wrote is taken back from the last row on; what somebody changed since stays, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from assistance.models import Measure
from assistance.operations import measures
from common.bulk import update_all
from common.moments import day_of
from common.refusals import Conflict, Refused
from exchange.models import ExternalKey, Run, RunItem
from exchange.models.run import unsealed
from exchange.operations import runs
from exchange.operations.parts import VERSIONED
from exchange.rules.kinds import KINDS, KindCode
from exchange.rules.outcomes import Became
from exchange.rules.runs import RunState, Undone
from households.models import (
    Assignment,
    Case,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    Member,
    MemberCondition,
    Membership,
    Visit,
)
from households.operations import descriptions, members, retractions
from households.operations.descriptions import HouseholdAmendment, MemberAmendment

ITEMS_A_PART = 200
# What else may be known of a household that the run itself registered, and how it leads there.
FOLLOWING: tuple[tuple[type[Model], str], ...] = (
    (Case, "household"),
    (Measure, "case__household"),
    (IncomeSurvey, "household"),
    (GuaranteeCheck, "household"),
    (Visit, "household"),
    (Assignment, "household"),
    (MemberCondition, "member__memberships__household"),
)


@transaction.atomic
def undo_part(*, key: UUID, at: datetime) -> bool:
    """Take back the rows of the next households from the end; gives whether there may be more to do."""
    run = runs.locked(key)
    if run is None or RunState(run.state) is not RunState.ROLLING_BACK:
        return False
    rows = _next(run)
    if not rows:
        runs.move(run, RunState.ROLLED_BACK, at, done=run.total, ended_at=at)
        return False
    for _place, group in groupby(rows, key=lambda row: row.place):
        _undo_home(run, list(group), at)
    update_all(rows, ("undone", "undone_told"))
    run.done, run.beat_at = min(run.done + len(rows), run.total), at
    run.save(update_fields=("done", "beat_at"))
    return True


def _next(run: Run) -> list[RunItem]:
    rows = list(run.items.filter(is_applied=True, undone="").order_by("-place", "-position")[: ITEMS_A_PART * 2])
    end = min(len(rows), ITEMS_A_PART)
    while end < len(rows) and rows[end].place == rows[end - 1].place != 0:
        end += 1
    return rows[:end]


def _undo_home(run: Run, rows: Sequence[RunItem], at: datetime) -> None:
    """A household that the run registered is taken back with all that it wrote of it; else each row by itself."""
    new = next((row for row in rows if row.kind == KindCode.HOUSEHOLD and row.became == Became.CREATED), None)
    if new is None:
        touched = {row.pk: _change_since(row) for row in rows}
        for row in rows:
            _told(row, partial(_undo_row, row, touched[row.pk], run.by, at))
        return
    _told(new, partial(_retract, new, rows, run.by, at))
    for row in rows:
        if row is not new:
            row.undone = new.undone
            if new.undone == Undone.KEPT:
                row.undone_told = _("Its household stays: %(reason)s") % {"reason": new.undone_told}
                row.undone_told = row.undone_told[:500]


def _told(row: RunItem, act: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            act()
        row.undone, row.undone_told = Undone.UNDONE.value, ""
    except Refused as refusal:
        row.undone, row.undone_told = Undone.KEPT.value, str(refusal)[:500]


def _reason() -> str:
    return _("The import that wrote it was taken back.")


def _retract(new: RunItem, rows: Sequence[RunItem], by: User, at: datetime) -> None:
    home = Household.objects.get(pk=new.record)
    if home.removed_at is not None:
        return
    written = {row.record: row.version for row in rows}
    written.setdefault(str(home.pk), 1)
    for subject in _known_of(home):
        version = getattr(subject, "version", None)
        if isinstance(subject, Member):
            expected: int | None = written.get(str(subject.pk), 1)
        elif str(subject.pk) in written:
            expected = written[str(subject.pk)]
        else:
            raise _touched(subject)
        if version is not None and version != expected:
            raise _touched(subject)
    ExternalKey.objects.filter(household=home).delete()
    retractions.retract_household(household=home, reason=_reason(), by=by, at=at, expected_version=home.version)


def _known_of(home: Household) -> Iterator[Model]:
    yield home
    yield from Member.objects.filter(memberships__household=home).distinct()
    for model, path in FOLLOWING:
        yield from model._base_manager.filter(**{path: home})


def _change_since(row: RunItem) -> Refused | None:
    """Why the record is not as the run left it; None where it is."""
    model = VERSIONED.get(KindCode(row.kind))
    if model is None:
        return None
    held = model._base_manager.filter(pk=row.record).first()
    if held is None:
        return Conflict(_("The record is not there any more."), code="changed_since")
    return None if held.version == row.version else _touched(held)


def _touched(subject: Model) -> Conflict:
    """Who changed the record, and when."""
    about = Q(subject_id=str(subject.pk)) | Q(changes__household=str(subject.pk))
    last = AuditEvent.objects.filter(about).select_related("actor").order_by("id").last()
    if last is None:
        return Conflict(_("More was recorded since."), code="changed_since")
    told = {"who": last.actor, "day": day_of(last.at)}
    return Conflict(_("%(who)s changed it on %(day)s, after the import.") % told, code="changed_since")


def _undo_row(row: RunItem, touched: Refused | None, by: User, at: datetime) -> None:
    if touched is not None:
        raise touched
    undo = UNDO.get((KindCode(row.kind), Became(row.became)))
    if undo is None:
        raise Conflict(
            _("%(kind)s: what was written is not taken back by itself. Correct it on its page.")
            % {"kind": KINDS[KindCode(row.kind)].name},
            code="not_undoable",
        )
    undo(row, by, at)
    if row.became == Became.CREATED:
        ExternalKey.objects.filter(record=row.record).delete()


def _amend_household(row: RunItem, by: User, at: datetime) -> None:
    home = Household.objects.get(pk=row.record)
    given = {name: pair[0] for name, pair in unsealed(row.told)["changes"].items()}
    amendment = HouseholdAmendment(home, given, by, at, home.version)
    descriptions.amend_households(amendments=[amendment])


def _amend_member(row: RunItem, by: User, at: datetime) -> None:
    changes = {name: pair[0] for name, pair in unsealed(row.told)["changes"].items()}
    if descriptions.NUMBER in changes:
        raise Conflict(_("A document number that was added is not taken away again."), code="not_undoable")
    membership = _membership(row)
    relationship = changes.pop("relationship", None)
    columns = KINDS[KindCode.MEMBER].by_name
    given = {name: columns[name].read(value) if value else value for name, value in changes.items()}
    if given:
        version = membership.member.version
        descriptions.amend_members(amendments=[MemberAmendment(membership, given, by, at, version)])
    if relationship is not None:
        members.relate(
            membership=membership,
            relationship=columns["relationship"].read(relationship),
            on=day_of(at),
            by=by,
            at=at,
            expected_version=Household.objects.get(pk=membership.household_id).version,
        )


def _retract_member(row: RunItem, by: User, at: datetime) -> None:
    membership = _membership(row)
    version = membership.member.version
    retractions.retract_member(membership=membership, reason=_reason(), by=by, at=at, expected_version=version)


def _retract_case(row: RunItem, by: User, at: datetime) -> None:
    case = Case.objects.get(pk=row.record)
    if Measure.objects.filter(case=case, withdrawn_at__isnull=True).exists():
        raise Conflict(_("Measures are recorded for the case, which therefore stays."), code="more_is_known")
    retractions.retract_case(case=case, reason=_reason(), by=by, at=at, expected_version=case.version)


def _withdraw(row: RunItem, by: User, at: datetime) -> None:
    measure = Measure.objects.get(pk=row.record)
    measures.withdraw(measure=measure, reason=_reason(), by=by, at=at, expected_version=measure.version)


def _membership(row: RunItem) -> Membership:
    found = Membership.objects.select_related("member", "household").filter(member=row.record, left_on__isnull=True)
    membership: Membership | None = found.first()
    if membership is None:
        raise Conflict(_("The person does not belong to the household any more."))
    return membership


UNDO: dict[tuple[KindCode, Became], Callable[[RunItem, User, datetime], None]] = {
    (KindCode.HOUSEHOLD, Became.CHANGED): _amend_household,
    (KindCode.MEMBER, Became.CREATED): _retract_member,
    (KindCode.MEMBER, Became.CHANGED): _amend_member,
    (KindCode.CASE, Became.CREATED): _retract_case,
    (KindCode.MEASURE, Became.CREATED): _withdraw,
}
