"""Measures: planning help, beginning, landing and ending it, and withdrawing what was never given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from assistance.models import Measure, Plan
from assistance.operations import spans
from assistance.operations.planning import Help, Known, check, check_day, check_landing, check_responsible
from common.bulk import insert_all, update_all
from common.constraints import refused_by
from common.faults import Faults
from common.fingerprints import check_repeated, id_taken
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case
from households.operations.pictures import album
from households.operations.visits import FAULTS
from households.rules import photos
from households.rules.photos import Unusable

ROWS_A_STATEMENT = 1000
PLANNED = (
    "member",
    "risk",
    "category",
    "item",
    "responsible_unit",
    "responsible",
    "planned_on",
    "due_on",
    "amount",
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`measure` was recorded in error or is never given, for this reason."""

    measure: Measure
    reason: str
    by: User
    at: datetime
    expected_version: int | None


@transaction.atomic
def plan(*, measure: Help) -> Measure:
    """Plan one measure in the case's current plan, which is drawn up with the first; it may have landed already.

    The same sent again under its key is the measure that was recorded first; Conflict where the key is another's.
    """
    return _recorded_before(measure) or record_all(helps=[measure])[0]


@transaction.atomic
def record_all(*, helps: Sequence[Help]) -> list[Measure]:
    """Record measures, planned or landed, all or none."""
    desk = access.Desk()
    cases = Case.objects.select_for_update(of=("self",), no_key=True).select_related("household")
    stored = {case.pk: case for case in cases.filter(pk__in={each.case.pk for each in helps}).order_by("pk")}
    known, faults = Known.of(helps), Faults()
    for place, each in enumerate(helps):
        case = stored[each.case.pk]
        with faults.of(place):
            desk.check(each.by, Permission.RECORD_MEASURE, case.village_id, day_of(each.at), case.household_id)
            check(each, case, known)
            check_responsible(each, case, desk)
    faults.stop()
    plans = _current_plans(helps)
    measures = [_new(each, plans[each.case.pk]) for each in helps]
    check_rows(measures, faults=faults)
    faults.add_repeated([each.id for each in helps], id_taken())
    faults.stop()
    with refused_by("measure_pkey", id_taken()):
        insert_all(measures)
    insert_all(
        [
            spans.span_of(measure, measure.landed_on, each.at)
            for measure, each in zip(measures, helps, strict=True)
            if measure.landed_on is not None
        ]
    )
    spans.tell_first_days({measure.case_id for measure in measures if measure.landed_on})
    audit.write(
        _entry(
            "measure.recorded", measure, each.by, each.at, {"case": str(measure.case_id), "category": measure.category}
        )
        for measure, each in zip(measures, helps, strict=True)
    )
    return measures


@transaction.atomic
def amend(*, measure: Measure, planned: Help, expected_version: int | None) -> Measure:
    """What has not landed yet is planned otherwise: the measure becomes what `planned` says, in its case and plan.

    Conflict where it has landed: its day and evidence are corrected by landing it anew, its end by ending it anew, and
    whatever else is wrong by withdrawing it and recording another.
    """
    measure = _locked(measure, planned.by, planned.at, expected_version, Permission.RECORD_MEASURE)
    if measure.landed_on is not None:
        raise Conflict(
            _("The measure has landed and is not planned otherwise any more. Withdraw it and record the right one."),
            code="wrong_state",
        )
    check(planned, measure.case, Known.of([planned]))
    if planned.responsible is not None and planned.responsible.pk != measure.responsible_id:
        check_responsible(planned, measure.case, access.Desk())
    was = {name: getattr(measure, name) for name in PLANNED}
    for name, value in _planned(planned).items():
        setattr(measure, name, value)
    check_rows([measure])
    measure.save(update_fields=(*PLANNED, "version"))
    changes = {
        name: {"was": _told(was[name]), "is": _told(getattr(measure, name))}
        for name in PLANNED
        if was[name] != getattr(measure, name)
    }
    audit.write([_entry("measure.amended", measure, planned.by, planned.at, changes)])
    return measure


@transaction.atomic
def start(*, measure: Measure, on: date, by: User, at: datetime, expected_version: int | None) -> Measure:
    """Work on the measure began on that day, or on another day than was written down before."""
    measure = _locked(measure, by, at, expected_version, Permission.RECORD_MEASURE)
    check_day(measure.case, on, at, "started_on")
    if measure.landed_on is not None and on > measure.landed_on:
        raise Invalid(
            _("The measure landed on %(day)s; it cannot have begun later.") % {"day": measure.landed_on},
            field="started_on",
        )
    was, measure.started_on = measure.started_on, on
    measure.save(update_fields=("started_on", "version"))
    audit.write([_entry("measure.started", measure, by, at, _moved("started_on", was, on))])
    return measure


@transaction.atomic
def land(
    *,
    measure: Measure,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
    evidence: str = "",
    photo: bytes = b"",
) -> Measure:
    """The measure landed on that day, or on another day than was written down before.

    `evidence` says what shows it, `photo` is a picture of that; what is empty leaves what was given before.
    """
    measure = _locked(measure, by, at, expected_version, Permission.RECORD_MEASURE)
    check_landed_on(measure, on, at)
    was, measure.landed_on = measure.landed_on, on
    measure.evidence = evidence.strip() or measure.evidence
    check_rows([measure])
    with album() as kept:
        if photo:
            measure.evidence_photo.name = kept.keep(f"measures/{on:%Y/%m}/{measure.pk}.jpg", _picture(photo))
        measure.save(update_fields=("landed_on", "evidence", "evidence_photo", "version"))
        spans.span_of(measure, on, spans.close(measure, at)).save(force_insert=True)
        spans.tell_first_days({measure.case_id})
        audit.write([_entry("measure.landed", measure, by, at, _moved("landed_on", was, on))])
    return measure


@transaction.atomic
def end(*, measure: Measure, on: date, by: User, at: datetime, expected_version: int | None) -> Measure:
    """The help that had landed ended on that day, or on another day than was written down before."""
    measure = _locked(measure, by, at, expected_version, Permission.RECORD_MEASURE)
    if measure.landed_on is None:
        raise Conflict(
            _("The measure has not landed. Land it first, or have it withdrawn if it is not going to be given."),
            code="wrong_state",
        )
    if on > day_of(at):
        raise Invalid(_("A measure cannot have ended in the future."), field="ended_on")
    if on < measure.landed_on:
        raise Invalid(
            _("The measure landed on %(day)s; it cannot have ended before.") % {"day": measure.landed_on},
            field="ended_on",
        )
    was, measure.ended_on = measure.ended_on, on
    measure.save(update_fields=("ended_on", "version"))
    audit.write([_entry("measure.ended", measure, by, at, _moved("ended_on", was, on))])
    return measure


def withdraw(*, measure: Measure, reason: str, by: User, at: datetime, expected_version: int | None) -> Measure:
    """The measure was recorded in error or is never given: it leaves every figure, and stays in the record."""
    return withdraw_all(withdrawals=[Withdrawal(measure, reason, by, at, expected_version)])[0]


@transaction.atomic
def withdraw_all(*, withdrawals: Sequence[Withdrawal]) -> list[Measure]:
    """The same for many measures, all or none."""
    desk, faults = access.Desk(), Faults()
    held = locked([each.measure.pk for each in withdrawals])
    for place, each in enumerate(withdrawals):
        measure = held[each.measure.pk]
        with faults.of(place):
            check_held(measure, each.expected_version, Permission.WITHDRAW_MEASURE, desk, by=each.by, at=each.at)
            if not each.reason.strip():
                raise Invalid(_("Give the reason of the withdrawal."), field="reason")
            check_text(each.reason, field="reason")
            measure.withdrawn_at, measure.withdrawal_reason = each.at, each.reason
            measure.version += 1
    faults.stop()
    measures = [held[each.measure.pk] for each in withdrawals]
    update_all(measures, ("withdrawn_at", "withdrawal_reason", "version"))
    spans.close_all({each.measure.pk: each.at for each in withdrawals})
    spans.tell_first_days({measure.case_id for measure in measures})
    audit.write(
        _entry("measure.withdrawn", measure, each.by, each.at, {"reason": each.reason})
        for measure, each in zip(measures, withdrawals, strict=True)
    )
    return measures


def _current_plans(helps: Sequence[Help]) -> dict[UUID, Plan]:
    keys = {each.case.pk for each in helps}
    plans = {plan.case_id: plan for plan in Plan.objects.filter(case__in=keys, is_current=True)}
    drawn_up: list[Plan] = []
    for each in helps:
        if each.case.pk not in plans:
            plans[each.case.pk] = Plan(
                case=each.case,
                village_id=each.case.village_id,
                drawn_up_on=each.on,
                recorded_at=each.at,
                recorded_by=each.by,
            )
            drawn_up.append(plans[each.case.pk])
    insert_all(drawn_up)
    return plans


def _planned(each: Help) -> dict[str, Any]:
    """What a measure says as it is planned, by the fields of its row."""
    return {
        "member": each.member,
        "risk": each.risk.value if each.risk else "",
        "category": each.category.value,
        "item": each.item.strip(),
        "responsible_unit": each.responsible_unit.strip(),
        "responsible": each.responsible,
        "planned_on": each.on,
        "due_on": each.due_on,
        "amount": each.amount,
    }


def _new(each: Help, plan: Plan) -> Measure:
    return Measure(
        pk=each.id or new_id(),
        plan=plan,
        case_id=plan.case_id,
        village_id=plan.village_id,
        landed_on=each.landed_on,
        evidence=each.evidence.strip(),
        fingerprint=each.fingerprint,
        **_planned(each),
    )


def _recorded_before(each: Help) -> Measure | None:
    """The measure that the same client recorded under this key, also where it is sent twice at a time."""
    if each.id is None:
        return None
    Case.objects.select_for_update(no_key=True).filter(pk=each.case.pk).first()
    held: Measure | None = Measure.objects.filter(pk=each.id).first()
    if held is None:
        return None
    access.check(each.by, Permission.RECORD_MEASURE, held.village_id, day_of(each.at), each.case.household_id)
    check_repeated(held.fingerprint, each.fingerprint)
    return held


def _locked(measure: Measure, by: User, at: datetime, expected_version: int | None, permission: Permission) -> Measure:
    measure = locked([measure.pk])[measure.pk]
    check_held(measure, expected_version, permission, access.Desk(), by=by, at=at)
    measure.version += 1
    return measure


def locked(keys: Sequence[UUID]) -> dict[UUID, Measure]:
    """These measures by their keys, locked in one order, so that two changes wait for each other."""
    rows = Measure.objects.select_for_update(of=("self",), no_key=True).select_related("case__household")
    return {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}


def check_held(
    measure: Measure, expected_version: int | None, permission: Permission, desk: access.Desk, *, by: User, at: datetime
) -> None:
    """Refuse who may not do this with the measure, a version that is past, and a measure that was withdrawn."""
    desk.check(by, permission, measure.village_id, day_of(at), measure.case.household_id)
    check_version(measure, expected_version)
    if measure.withdrawn_at is not None:
        raise Conflict(_("The measure was withdrawn."), code="wrong_state")


def check_landed_on(measure: Measure, on: date, at: datetime) -> None:
    """Refuse a day on which the measure cannot have landed, as far as is known of its case, its work and its end."""
    check_landing(measure.case, on, at)
    if measure.started_on is not None and on < measure.started_on:
        raise Invalid(
            _("Work on the measure began on %(day)s; it cannot have landed before.") % {"day": measure.started_on},
            field="landed_on",
        )
    if measure.ended_on is not None and on > measure.ended_on:
        raise Invalid(
            _("The measure ended on %(day)s; it cannot have landed later.") % {"day": measure.ended_on},
            field="landed_on",
        )


def _picture(content: bytes) -> bytes:
    try:
        return photos.photo(content).content
    except Unusable as error:
        raise Invalid(FAULTS[str(error)], field="photo") from error


def _moved(name: str, was: date | None, on: date) -> dict[str, str | None]:
    return {name: on.isoformat(), "was": was.isoformat() if was else None}


def _told(value: Any) -> str | None:
    """A value of a measure as the audit trail keeps it: of a record its key."""
    if value is None:
        return None
    return str(value.pk) if isinstance(value, Model) else str(value)


def _entry(action: str, measure: Measure, by: User, at: datetime, changes: Mapping[str, Any]) -> audit.AuditEvent:
    return audit.entry(
        action=action, subject=measure, by=by, at=at, division_code=measure.village_id, changes=dict(changes)
    )
