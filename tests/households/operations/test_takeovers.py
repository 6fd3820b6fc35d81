"""Take-overs: cases that another system decided stand in the register and in the figures of their days."""

from datetime import date

import pytest

from common.refusals import Conflict, Invalid, NotAllowed
from households.models import Case, CaseEvent, CaseSpan, Deadline
from households.operations import audits, takeovers
from households.operations.takeovers import TakeOver
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, HouseholdType, Risk
from households.workflow import Status
from tests.cast import LI, SUN, WAY_FROM_MONITORED, World, evening

JANUARY, MARCH, JUNE, JULY = (date(2022, month, 1) for month in (1, 3, 6, 7))


def take_over(world: World, home, *, by=SUN, **changed) -> Case:
    given = {
        "household_type": HouseholdType.UNSTABLE,
        "risks": (RiskFound(Risk.ILLNESS),),
        "identified_on": MARCH,
        "origin": "全国防返贫监测信息系统",
        **changed,
    }
    return takeovers.take_over_all(given=[TakeOver(home, by=world[by], at=evening(JULY), **given)])[0]


def status_on(day: date) -> str | None:
    return CaseSpan.objects.as_of(day).known_at(None).values_list("status", flat=True).first()


def test_a_case_taken_over_counts_from_the_day_on_which_the_other_system_identified_it(world):
    case = take_over(world, world.household(JANUARY))
    case.refresh_from_db()
    assert (case.status, case.identified_on, case.reported_on) == ("monitored", MARCH, MARCH)
    assert [status_on(day) for day in (JANUARY, MARCH, JUNE)] == [None, "monitored", "monitored"]


def test_its_elimination_is_taken_over_with_its_day_and_way(world):
    case = take_over(world, world.household(JANUARY), eliminated_on=JUNE, way=EliminationWay.NATURAL)
    case.refresh_from_db()
    assert (case.status, case.eliminated_on, case.elimination_way) == ("eliminated", JUNE, "natural")
    span = CaseSpan.objects.as_of(JULY).known_at(None).get()
    assert (span.status, span.elimination_way) == ("eliminated", "natural")


def test_every_event_says_which_system_decided(world):
    take_over(world, world.household(JANUARY))
    assert {row.details["taken_over"] for row in CaseEvent.objects.all()} == {"全国防返贫监测信息系统"}


def test_what_was_decided_elsewhere_starts_no_clock_and_the_stored_rows_follow_from_the_events(world):
    take_over(world, world.household(JANUARY))
    assert not Deadline.objects.exists()
    assert audits.audit_deadlines().differences == audits.audit_spans().differences == []


def test_a_case_taken_over_goes_on_by_our_own_procedure(world):
    case = take_over(world, world.household(JANUARY))
    assert world.steps(case, WAY_FROM_MONITORED, JULY).status == Status.ELIMINATED.value


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"by": LI}, NotAllowed, None),
        ({"origin": " "}, Invalid, "origin"),
        ({"risks": ()}, Invalid, "risks"),
        ({"household_type": HouseholdType.MARGINAL}, Invalid, "household_type"),
        ({"identified_on": date(2021, 1, 1)}, Invalid, "on"),
        ({"identified_on": date(2022, 7, 2)}, Invalid, "on"),
        ({"eliminated_on": JUNE}, Invalid, "eliminated_on"),
        ({"eliminated_on": JANUARY, "way": EliminationWay.ASSISTED}, Invalid, "eliminated_on"),
    ],
)
def test_what_cannot_be_is_refused(world, changed, refusal, field):
    with pytest.raises(refusal) as refused:
        take_over(world, world.household(JANUARY), **changed)
    assert refused.value.field == field
    assert not Case.objects.exists()


@pytest.mark.parametrize("ended", [{}, {"eliminated_on": JUNE, "way": EliminationWay.ASSISTED}])
def test_a_household_that_is_in_the_register_is_not_taken_over_again(world, ended):
    home = world.household(JANUARY)
    take_over(world, home, **ended)
    with pytest.raises(Conflict):
        take_over(world, home)
