"""Measures: planning help, beginning, landing and ending it, and withdrawing what was never given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from assistance.models import Measure, MeasureSpan, Plan
from assistance.operations import spans
from assistance.operations.plans import check_gets_help
from assistance.rules.categories import Category
from common.constraints import refused_by
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case, CaseRisk, Member, Membership
from households.operations.pictures import album
from households.operations.visits import FAULTS
from households.rules import photos
from households.rules.codes import Risk
from households.rules.photos import Unusable
from households.workflow import UNDER_IDENTIFICATION, Status

ROWS_A_STATEMENT = 1000
BEFORE_THE_DECISION = UNDER_IDENTIFICATION | {Status.REFUSED}


@dataclass(frozen=True, slots=True)
class Help:
    """A measure for the household of `case`; `landed_on` is None while it is only planned. `amount` in yuan.

    `risk` is the one of the case that it answers, None where it answers none by itself.
    """

    case: Case
    category: Category
    item: str
    on: date
    by: User
    at: datetime
    landed_on: date | None = None
    member: Member | None = None
    amount: Decimal | None = None
    risk: Risk | None = None
    responsible_unit: str = ""
    responsible: User | None = None
    due_on: date | None = None
    evidence: str = ""
    id: UUID | None = None


def plan(*, measure: Help) -> Measure:
    """Plan one measure in the case's current plan, which is drawn up with the first; it may have landed already."""
    return record_all(helps=[measure])[0]


@transaction.atomic
def record_all(*, helps: Sequence[Help]) -> list[Measure]:
    """Record measures, planned or landed, all or none."""
    desk = access.Desk()
    cases = Case.objects.select_for_update(of=("self",), no_key=True).select_related("household")
    stored = {case.pk: case for case in cases.filter(pk__in={each.case.pk for each in helps}).order_by("pk")}
    known = _Known.of(helps)
    for each in helps:
        case = stored[each.case.pk]
        desk.check(each.by, Permission.RECORD_MEASURE, case.village_id, day_of(each.at), case.household_id)
        _check(each, case, known)
        _check_responsible(each, case, desk)
    plans = _current_plans(helps)
    measures = [_new(each, plans[each.case.pk]) for each in helps]
    check_rows(measures)
    with refused_by("measure_pkey", _id_taken()):
        Measure.objects.bulk_create(measures, batch_size=ROWS_A_STATEMENT)
    MeasureSpan.objects.bulk_create(
        [
            spans.span_of(measure, measure.landed_on, each.at)
            for measure, each in zip(measures, helps, strict=True)
            if measure.landed_on is not None
        ],
        batch_size=ROWS_A_STATEMENT,
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
def start(*, measure: Measure, on: date, by: User, at: datetime, expected_version: int | None) -> Measure:
    """Work on the measure began on that day, or on another day than was written down before."""
    measure = _locked(measure, by, at, expected_version, Permission.RECORD_MEASURE)
    _check_day(measure.case, on, at, "started_on")
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
    _check_landing(measure.case, on, at)
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


@transaction.atomic
def withdraw(*, measure: Measure, reason: str, by: User, at: datetime, expected_version: int | None) -> Measure:
    """The measure was recorded in error or is never given: it leaves every figure, and stays in the record."""
    measure = _locked(measure, by, at, expected_version, Permission.WITHDRAW_MEASURE)
    if not reason.strip():
        raise Invalid(_("Give the reason of the withdrawal."), field="reason")
    check_text(reason, field="reason")
    measure.withdrawn_at, measure.withdrawal_reason = at, reason
    measure.save(update_fields=("withdrawn_at", "withdrawal_reason", "version"))
    spans.close(measure, at)
    spans.tell_first_days({measure.case_id})
    audit.write([_entry("measure.withdrawn", measure, by, at, {"reason": reason})])
    return measure


@dataclass(frozen=True, slots=True)
class _Known:
    """The risks of the cases and the members of the households, of the measures that name one."""

    risks: Collection[tuple[UUID, str]]
    members: Collection[tuple[UUID, UUID]]

    @classmethod
    def of(cls, helps: Sequence[Help]) -> _Known:
        cases = {each.case.pk for each in helps if each.risk is not None}
        homes = {each.case.household_id for each in helps if each.member is not None}
        risks = CaseRisk.objects.filter(case__in=cases).values_list("case", "risk") if cases else ()
        members = Membership.objects.filter(household__in=homes).values_list("household", "member") if homes else ()
        return cls(set(risks), set(members))


def _check_day(case: Case, on: date, at: datetime, field: str) -> None:
    if on > day_of(at):
        raise Invalid(_("A measure cannot begin in the future."), field=field)
    if on < case.reported_on:
        raise Invalid(
            _("The case was reported on %(day)s; a measure for it cannot have begun before.")
            % {"day": case.reported_on},
            field=field,
        )


def _check_landing(case: Case, on: date, at: datetime) -> None:
    if Status(case.status) in BEFORE_THE_DECISION and not case.is_green_channel:
        raise Conflict(
            _(
                "The household is not identified yet, so a measure can be planned but not land. Finish the "
                "identification first; help before it needs a case that was reported by the green channel."
            ),
            code="not_identified",
        )
    if on > day_of(at):
        raise Invalid(_("A measure cannot land in the future."), field="landed_on")
    if on < case.reported_on:
        raise Invalid(
            _("The case was reported on %(day)s; a measure for it cannot have landed before.")
            % {"day": case.reported_on},
            field="landed_on",
        )


def _check(each: Help, case: Case, known: _Known) -> None:
    check_gets_help(case)
    if not each.item.strip():
        raise Invalid(_("Say what the measure is."), field="item")
    if each.on > day_of(each.at):
        raise Invalid(_("A measure cannot be planned on a day in the future."), field="on")
    if each.due_on is not None and each.due_on < each.on:
        raise Invalid(_("A measure cannot be due before it is planned."), field="due_on")
    if each.landed_on is not None:
        _check_landing(case, each.landed_on, each.at)
    if each.amount is not None and not each.amount.is_nan() and each.amount < 0:
        raise Invalid(_("An amount cannot be below zero."), field="amount")
    if each.risk is not None and (case.pk, each.risk.value) not in known.risks:
        raise Invalid(_("The case has no such risk. Choose one of its risks, or none."), field="risk")
    if each.member is not None and (case.household_id, each.member.pk) not in known.members:
        raise Invalid(_("This person is no member of the household."), field="member")


def _check_responsible(each: Help, case: Case, desk: access.Desk) -> None:
    who = each.responsible
    if who is None:
        return
    seen = desk.can(who, Permission.VIEW_RECORDS, case.village_id, day_of(each.at), case.household_id)
    if who.is_system or not seen:
        raise Invalid(
            _("%(user)s holds no posting that shows this household. Name somebody who works here.") % {"user": who},
            field="responsible",
        )


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
    Plan.objects.bulk_create(drawn_up, batch_size=ROWS_A_STATEMENT)
    return plans


def _new(each: Help, plan: Plan) -> Measure:
    return Measure(
        pk=each.id or new_id(),
        plan=plan,
        case_id=plan.case_id,
        village_id=plan.village_id,
        member=each.member,
        risk=each.risk.value if each.risk else "",
        category=each.category.value,
        item=each.item.strip(),
        responsible_unit=each.responsible_unit.strip(),
        responsible=each.responsible,
        planned_on=each.on,
        due_on=each.due_on,
        landed_on=each.landed_on,
        amount=each.amount,
        evidence=each.evidence.strip(),
    )


def _id_taken() -> Conflict:
    return Conflict(_("Another measure was sent under this key before. Send it under a new key."), code="id_taken")


def _locked(measure: Measure, by: User, at: datetime, expected_version: int | None, permission: Permission) -> Measure:
    measure = Measure.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=measure.pk)
    access.check(by, permission, measure.village_id, day_of(at), measure.case.household_id)
    check_version(measure, expected_version)
    if measure.withdrawn_at is not None:
        raise Conflict(_("The measure was withdrawn."), code="wrong_state")
    measure.version += 1
    return measure


def _picture(content: bytes) -> bytes:
    try:
        return photos.photo(content).content
    except Unusable as error:
        raise Invalid(FAULTS[str(error)], field="photo") from error


def _moved(name: str, was: date | None, on: date) -> dict[str, str | None]:
    return {name: on.isoformat(), "was": was.isoformat() if was else None}


def _entry(action: str, measure: Measure, by: User, at: datetime, changes: Mapping[str, Any]) -> audit.AuditEvent:
    return audit.entry(
        action=action, subject=measure, by=by, at=at, division_code=measure.village_id, changes=dict(changes)
    )
