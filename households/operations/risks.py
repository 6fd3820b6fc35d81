"""Risks: what was found of each risk of a case at home, still there, gone or newly there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households import access
from households.models import Case, RiskFinding
from households.rules.codes import Risk
from households.rules.gate import RiskState
from households.workflow import UNDER_MONITORING, Status

ROWS_A_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class Assessment:
    """A risk of `case` was found in this state on the day `on`."""

    case: Case
    risk: Risk
    state: RiskState
    on: date
    by: User
    at: datetime
    note: str = ""


def assess(
    *, case: Case, risk: Risk, state: RiskState, on: date, by: User, at: datetime, note: str = ""
) -> RiskFinding:
    """Record what was found of one risk of the case."""
    return assess_all(assessments=[Assessment(case, risk, state, on, by, at, note)])[0]


@transaction.atomic
def assess_all(*, assessments: Sequence[Assessment]) -> list[RiskFinding]:
    """Record what was found of risks, all or none; five queries, however many."""
    desk = access.Desk()
    keys = {each.case.pk for each in assessments}
    locked = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    cases = {case.pk: case for case in locked.prefetch_related("risks")}
    known = {key: {row.risk for row in case.risks.all()} for key, case in cases.items()}
    named = {key: set(risks) for key, risks in known.items()}
    for key, risk in RiskFinding.objects.filter(case__in=keys, state=RiskState.NEW).values_list("case_id", "risk"):
        named[key].add(risk)
    rows = []
    for each in assessments:
        case = cases[each.case.pk]
        desk.check(each.by, Permission.EDIT_HOUSEHOLD, case.village_id, day_of(each.at), case.household_id)
        _check(each, case, known[case.pk], named[case.pk])
        named[case.pk].add(each.risk.value)
        rows.append(_row(each, case))
    check_rows(rows)
    RiskFinding.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    audit.write(
        audit.entry(
            action="risk.assessed",
            subject=row,
            by=each.by,
            at=each.at,
            division_code=row.village_id,
            changes={"case": str(row.case_id), "risk": row.risk, "state": row.state, "on": each.on.isoformat()},
        )
        for row, each in zip(rows, assessments, strict=True)
    )
    return rows


def _check(each: Assessment, case: Case, known: set[str], named: set[str]) -> None:
    if Status(case.status) not in UNDER_MONITORING:
        raise Conflict(_("Risks are assessed while the household is monitored."), code="wrong_state")
    if each.on > day_of(each.at):
        raise Invalid(_("What was found cannot lie in the future."), field="on")
    if case.identified_on is not None and each.on < case.identified_on:
        raise Invalid(
            _("The household was identified on %(day)s; give what was found since then.") % {"day": case.identified_on},
            field="on",
        )
    if each.state is RiskState.NEW and each.risk.value in known:
        raise Invalid(_("The case names this risk already. Say whether it is still there or gone."), field="state")
    if each.state is not RiskState.NEW and each.risk.value not in named:
        raise Invalid(_("The case does not name this risk. If it has appeared, record it as new."), field="risk")


def _row(each: Assessment, case: Case) -> RiskFinding:
    return RiskFinding(
        case=case,
        village_id=case.village_id,
        risk=each.risk.value,
        state=each.state.value,
        found_on=each.on,
        note=each.note.strip(),
        recorded_at=each.at,
        recorded_by=each.by,
    )
