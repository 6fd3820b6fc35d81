"""Plans: drawing up a version, which becomes the current one and keeps the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from assistance.models import Measure, Plan
from assistance.rules.categories import Category
from assistance.rules.plans import Answers, Break, Matrix, PlanFacts, Planned, RiskAnswered, answered, breaks
from assistance.rules.states import state_of
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case, CaseRisk
from households.operations import standards
from households.operations.home_facts import home_facts
from households.rules.codes import Risk
from households.rules.standards import Kind
from households.workflow import OPEN, Status


@transaction.atomic
def draw_up(*, case: Case, on: date, by: User, at: datetime, expected_version: int | None, note: str = "") -> Plan:
    """Draw up the plan of the case anew on that day; what stands of the version before is part of it.

    `expected_version` is the number of the version that was read, None where the case has no plan yet; `note` says
    why there is a new one.
    """
    case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("household").get(pk=case.pk)
    access.check(by, Permission.RECORD_MEASURE, case.village_id, day_of(at), case.household_id)
    check_gets_help(case)
    before = Plan.objects.filter(case=case, is_current=True).first()
    if before is not None:
        check_version(before, expected_version)
        before.is_current = False
        before.save(update_fields=("is_current",))
    _check(case, before, on, note, at)
    plan = Plan(
        case=case,
        village_id=case.village_id,
        number=before.number + 1 if before is not None else 1,
        drawn_up_on=on,
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    check_rows([plan])
    plan.save(force_insert=True)
    changes = {"case": str(case.pk), "number": plan.number, "drawn_up_on": on.isoformat(), "note": plan.note}
    audit.write(
        [
            audit.entry(
                action="plan.drawn_up", subject=plan, by=by, at=at, division_code=plan.village_id, changes=changes
            )
        ]
    )
    return plan


@dataclass(frozen=True, slots=True)
class Judged:
    """How far each risk of a case is answered, and which rules of the matrix its plan breaks."""

    risks: tuple[RiskAnswered, ...]
    breaks: tuple[Break, ...]


def judge(*, case: Case, on: date, by: User, at: datetime) -> Judged:
    """What the plan of the case answers and what it lacks on that day, for who may read it; twelve queries."""
    access.check(by, Permission.VIEW_RECORDS, case.village_id, day_of(at), case.household_id)
    facts, matrix = _facts(case, on), _matrix(case.village_id, on)
    return Judged(answered(facts, matrix), breaks(facts, matrix))


def _facts(case: Case, on: date) -> PlanFacts:
    (home,) = home_facts(households=[case.household], on=on)
    risks = CaseRisk.objects.filter(case=case).order_by("position").values_list("risk", flat=True)
    return PlanFacts(
        on=on,
        risks=tuple(Risk(risk) for risk in risks),
        measures=tuple(_planned(Measure.objects.standing().filter(case=case, planned_on__lte=on), on)),
        identified_on=case.identified_on,
        has_dropout=home.has_dropout,
        has_uninsured=home.is_uninsured,
        has_able=home.has_able,
        has_severely_disabled=home.has_severely_disabled,
    )


def _planned(measures: Iterable[Measure], on: date) -> Iterator[Planned]:
    """The measures as they stood on that day."""
    for row in measures:
        started, landed, ended = (
            day if day and day <= on else None for day in (row.started_on, row.landed_on, row.ended_on)
        )
        yield Planned(
            category=Category(row.category),
            state=state_of(started, landed, ended),
            risk=Risk(row.risk) if row.risk else None,
            due_on=row.due_on,
            landed_on=landed,
        )


def _matrix(village: str, on: date) -> Matrix:
    return {
        code: Answers(held.name, *(_categories(held.value.get(key, ())) for key in ("any_of", "none_of")))
        for code, held in standards.in_force(kind=Kind.MATRIX, division=village, on=on).items()
    }


def _categories(codes: Iterable[str]) -> frozenset[Category]:
    return frozenset(Category(code) for code in codes)


def check_gets_help(case: Case) -> None:
    """Refuse with Conflict where the household is no longer in the register, or another case is its present one."""
    if case.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if Status(case.status) not in OPEN | {Status.ELIMINATED}:
        raise Conflict(_("The case is closed; record the measure in the household's present case."), code="wrong_state")


def _check(case: Case, before: Plan | None, on: date, note: str, at: datetime) -> None:
    first = before.drawn_up_on if before is not None else case.reported_on
    if on > day_of(at):
        raise Invalid(_("A plan cannot be drawn up on a day in the future."), field="on")
    if on < first:
        raise Invalid(
            _("The plan cannot be older than %(day)s, the day of the case or of the version before.") % {"day": first},
            field="on",
        )
    if before is not None and not note.strip():
        raise Invalid(_("Say why the plan is drawn up anew."), field="note")
