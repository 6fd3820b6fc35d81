"""What was found of the risks of a case."""

from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from accounts.models import AuditEvent
from common.refusals import Conflict, Invalid, NotAllowed
from households.models import Case, RiskFinding
from households.operations import risks
from households.operations.risks import Assessment
from households.rules.codes import Risk
from households.rules.gate import RiskState
from tests.cast import CHEN, LI, VILLAGE, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


def assess(world: World, case: Case, **changed: object) -> RiskFinding:
    given = {
        "case": case,
        "risk": Risk.ILLNESS,
        "state": RiskState.GONE,
        "on": APRIL,
        "by": world[LI],
        "at": evening(APRIL),
    }
    return risks.assess(**{**given, **changed})


def test_what_was_found_is_kept_with_its_day_and_an_audit_row(world):
    case = world.monitored(MARCH)
    made = assess(world, case, note="已康复")
    held = RiskFinding.objects.get()
    assert (held.pk, held.risk, held.state, held.found_on, held.village_id, held.note) == (
        made.pk,
        "illness",
        "gone",
        APRIL,
        VILLAGE,
        "已康复",
    )
    trail = AuditEvent.objects.get(action="risk.assessed")
    assert (trail.subject_id, trail.changes["state"]) == (str(made.pk), "gone")


def test_a_new_risk_can_later_be_found_gone(world):
    case = world.monitored(MARCH)
    assess(world, case, risk=Risk.ACCIDENT, state=RiskState.NEW)
    assess(world, case, risk=Risk.ACCIDENT, state=RiskState.GONE, on=MAY, at=evening(MAY))
    assert list(RiskFinding.objects.order_by("found_on").values_list("state", flat=True)) == ["new", "gone"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": MAY}, "on"),
        ({"on": date(2022, 2, 28)}, "on"),
        ({"state": RiskState.NEW}, "state"),
        ({"risk": Risk.ACCIDENT}, "risk"),
        ({"note": "长" * 501}, "note"),
    ],
)
def test_what_cannot_be_so_is_refused(world, changed, field):
    case = world.monitored(MARCH)
    with pytest.raises(Invalid) as refusal:
        assess(world, case, **changed)
    assert refusal.value.field == field


def test_risks_are_assessed_while_monitored_by_who_may_edit_the_household(world):
    with pytest.raises(NotAllowed):
        assess(world, world.monitored(MARCH), by=world[CHEN])
    with pytest.raises(Conflict):
        assess(world, world.report(world.household(MARCH), MARCH))


def test_many_are_recorded_all_or_none_in_few_questions(world, django_assert_max_num_queries):
    cases = [world.monitored(MARCH) for _ in range(4)]
    given = [Assessment(case, Risk.ILLNESS, RiskState.GONE, APRIL, world[LI], evening(APRIL)) for case in cases]
    with django_assert_max_num_queries(8):
        risks.assess_all(assessments=given)
    wrong = Assessment(cases[0], Risk.OTHER, RiskState.GONE, APRIL, world[LI], evening(APRIL))
    with pytest.raises(Invalid):
        risks.assess_all(assessments=[*given, wrong])
    assert RiskFinding.objects.count() == 4


def test_the_database_keeps_what_was_found(world):
    made = assess(world, world.monitored(MARCH))
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        RiskFinding.objects.filter(pk=made.pk).update(state="present")
    with pytest.raises(ProgrammingError, match="synthetic"), transaction.atomic():
        RiskFinding.objects.filter(pk=made.pk)._raw_delete("default")
