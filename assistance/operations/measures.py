"""Measures: recording help that was planned or landed, putting its day right, and withdrawing what was never given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from assistance.models import Measure, MeasureSpan, Plan
from assistance.rules.categories import Category
from common.fitting import check_rows, check_text
from common.ids import new_id
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case, Member
from households.operations import deadlines
from households.workflow import OPEN, Status

ROWS_A_STATEMENT = 1000
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Help:
    """A measure for the household of `case`; `landed_on` is None while it is only planned. `amount` in yuan."""

    case: Case
    category: Category
    item: str
    on: date
    by: User
    at: datetime
    landed_on: date | None = None
    member: Member | None = None
    amount: Decimal | None = None


def record(*, measure: Help) -> Measure:
    """Record one measure in the case's plan; the plan is drawn up with the first measure."""
    return record_all(helps=[measure])[0]


@transaction.atomic
def record_all(*, helps: Sequence[Help]) -> list[Measure]:
    """Record measures, all or none."""
    desk = access.Desk()
    cases = Case.objects.select_for_update(of=("self",), no_key=True).select_related("household")
    stored = {case.pk: case for case in cases.filter(pk__in={each.case.pk for each in helps}).order_by("pk")}
    for each in helps:
        case = stored[each.case.pk]
        desk.check(each.by, Permission.RECORD_MEASURE, case.village_id, day_of(each.at), case.household_id)
        _check(each, case)
    plans = _current_plans(helps)
    measures = [_new(each, plans[each.case.pk]) for each in helps]
    check_rows(measures)
    Measure.objects.bulk_create(measures, batch_size=ROWS_A_STATEMENT)
    MeasureSpan.objects.bulk_create(
        [
            _span(measure, measure.landed_on, each.at)
            for measure, each in zip(measures, helps, strict=True)
            if measure.landed_on is not None
        ],
        batch_size=ROWS_A_STATEMENT,
    )
    _tell_first_days({measure.case_id for measure in measures if measure.landed_on})
    audit.write(
        _entry(
            "measure.recorded", measure, each.by, each.at, {"case": str(measure.case_id), "category": measure.category}
        )
        for measure, each in zip(measures, helps, strict=True)
    )
    return measures


@transaction.atomic
def land(*, measure: Measure, on: date, by: User, at: datetime, expected_version: int | None) -> Measure:
    """The measure landed on that day, or on another day than was written down before."""
    measure = _locked(measure, by, at, expected_version, Permission.RECORD_MEASURE)
    _check_landing(measure.case, on, at)
    was, measure.landed_on = measure.landed_on, on
    measure.save(update_fields=("landed_on", "version"))
    _span(measure, on, _close_span(measure, at)).save(force_insert=True)
    _tell_first_days({measure.case_id})
    changes = {"landed_on": on.isoformat(), "was": was.isoformat() if was else None}
    audit.write([_entry("measure.landed", measure, by, at, changes)])
    return measure


@transaction.atomic
def withdraw(*, measure: Measure, reason: str, by: User, at: datetime, expected_version: int | None) -> Measure:
    """The measure was recorded in error: it leaves every figure from now on, and stays in the record."""
    measure = _locked(measure, by, at, expected_version, Permission.WITHDRAW_MEASURE)
    if not reason.strip():
        raise Invalid(_("Give the reason of the withdrawal."), field="reason")
    check_text(reason, field="reason")
    measure.withdrawn_at, measure.withdrawal_reason = at, reason
    measure.save(update_fields=("withdrawn_at", "withdrawal_reason", "version"))
    _close_span(measure, at)
    _tell_first_days({measure.case_id})
    audit.write([_entry("measure.withdrawn", measure, by, at, {"reason": reason})])
    return measure


def first_landed(cases: Collection[UUID]) -> dict[UUID, date | None]:
    """The day on which the first measure of each case landed, None while none has."""
    landed = Measure.objects.filter(case__in=list(cases), withdrawn_at__isnull=True, landed_on__isnull=False)
    found = dict(landed.values("case").annotate(first=Min("landed_on")).values_list("case", "first"))
    return {case: found.get(case) for case in cases}


def _tell_first_days(cases: Collection[UUID]) -> None:
    if cases:
        deadlines.note_landed(first_days=first_landed(cases))


def _check_landing(case: Case, on: date, at: datetime) -> None:
    if on > day_of(at):
        raise Invalid(_("A measure cannot land in the future."), field="landed_on")
    if on < case.reported_on:
        raise Invalid(
            _("The case was reported on %(day)s; a measure for it cannot have landed before.")
            % {"day": case.reported_on},
            field="landed_on",
        )


def _check(each: Help, case: Case) -> None:
    if case.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if Status(case.status) not in OPEN | {Status.ELIMINATED}:
        raise Conflict(_("The case is closed; record the measure in the household's present case."), code="wrong_state")
    if not each.item.strip():
        raise Invalid(_("Say what the measure is."), field="item")
    if each.on > day_of(each.at):
        raise Invalid(_("A measure cannot be planned on a day in the future."), field="on")
    if each.landed_on is not None:
        _check_landing(case, each.landed_on, each.at)
    if each.amount is not None and not each.amount.is_nan() and each.amount < 0:
        raise Invalid(_("An amount cannot be below zero."), field="amount")


def _current_plans(helps: Sequence[Help]) -> dict[UUID, Plan]:
    keys = {each.case.pk for each in helps}
    plans = {plan.case_id: plan for plan in Plan.objects.filter(case__in=keys, is_current=True)}
    drawn_up: list[Plan] = []
    for each in helps:
        if each.case.pk not in plans:
            plans[each.case.pk] = Plan(case=each.case, village_id=each.case.village_id, drawn_up_on=each.on)
            drawn_up.append(plans[each.case.pk])
    Plan.objects.bulk_create(drawn_up, batch_size=ROWS_A_STATEMENT)
    return plans


def _new(each: Help, plan: Plan) -> Measure:
    return Measure(
        pk=new_id(),
        plan=plan,
        case_id=plan.case_id,
        village_id=plan.village_id,
        member=each.member,
        category=each.category.value,
        item=each.item.strip(),
        planned_on=each.on,
        landed_on=each.landed_on,
        amount=each.amount,
    )


def _locked(measure: Measure, by: User, at: datetime, expected_version: int | None, permission: Permission) -> Measure:
    measure = Measure.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=measure.pk)
    access.check(by, permission, measure.village_id, day_of(at), measure.case.household_id)
    check_version(measure, expected_version)
    if measure.withdrawn_at is not None:
        raise Conflict(_("The measure was withdrawn."), code="wrong_state")
    measure.version += 1
    return measure


def _span(measure: Measure, landed_on: date, at: datetime) -> MeasureSpan:
    return MeasureSpan(
        measure=measure,
        case_id=measure.case_id,
        village_id=measure.village_id,
        category=measure.category,
        landed_on=landed_on,
        recorded=DateTimeTZRange(at, None),
    )


def _close_span(measure: Measure, at: datetime) -> datetime:
    """End what was known of the measure, at a moment later than all of it: what was served stays true."""
    moment = at
    for span in MeasureSpan.objects.filter(measure=measure, recorded__upper_inf=True):
        moment = max(at, span.recorded.lower + TICK)
        span.recorded = DateTimeTZRange(span.recorded.lower, moment)
        span.save(update_fields=("recorded",))
    return moment


def _entry(action: str, measure: Measure, by: User, at: datetime, changes: dict[str, str | None]) -> audit.AuditEvent:
    return audit.entry(
        action=action, subject=measure, by=by, at=at, division_code=measure.village_id, changes=dict(changes)
    )
