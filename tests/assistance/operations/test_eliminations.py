"""Through the exit gate: what stops a proposal, what is kept with it, and what stops the approval."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import override

from accounts.permissions import Role
from assistance.operations import eliminations, measures, quality
from assistance.rules.categories import Category
from assistance.rules.quality.catalogue import RULES as BY_CODE
from common.names import Name
from common.refusals import Conflict
from households.models import Division, Household, MonitoringLine, Posting
from households.operations import corrections, moves, risks, standards, surveys, waivers
from households.operations.moves import Step
from households.operations.surveys import Income
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, HouseholdType, Risk
from households.rules.gate import RiskState
from households.rules.incomes import IncomeItems
from households.rules.standards import Kind
from households.workflow import Status
from tests.cast import (
    CHEN,
    CITY,
    COUNTY,
    HIRED_ON,
    LI,
    PROVINCE,
    SUN,
    WANG,
    WAY_FROM_MONITORED,
    ZHAO,
    ZHOU,
    World,
    evening,
    fresh,
)

MARCH, OCTOBER = date(2022, 3, 1), date(2022, 10, 10)
LATER = OCTOBER + timedelta(days=20)


def survey(world: World, home: Household, on: date, wage: str) -> None:
    zero = Decimal(0)
    items = IncomeItems(Decimal(wage), zero, zero, Decimal(3000), zero, zero, zero)
    year = on - timedelta(days=364)
    surveys.record_income(income=Income(home, "elimination", on, year, on, 3, items, world[LI], evening(on)))


def check(world: World, home: Household, on: date, *, is_water_safe: bool = True) -> None:
    surveys.record_guarantees(
        household=home,
        checked_on=on,
        is_housing_safe=True,
        is_schooling_kept=True,
        is_everyone_insured=True,
        is_water_safe=is_water_safe,
        by=world[LI],
        at=evening(on),
    )


@pytest.fixture
def case(world: World):
    """A household monitored since March whose risk, an illness, is gone in October by every rule."""
    MonitoringLine.objects.create(division_id=PROVINCE, valid_from=date(2022, 1, 1), amount=Decimal(6500), source="x")
    case = world.monitored(MARCH)
    world.help(case, Category.HEALTH, date(2022, 4, 1))
    world.with_waiting()
    survey(world, case.household, OCTOBER, "30000")
    check(world, case.household, OCTOBER)
    given = {"case": case, "on": OCTOBER, "by": world[WANG], "at": evening(OCTOBER)}
    risks.assess(risk=Risk.ILLNESS, state=RiskState.GONE, **given)
    return fresh(case)


def propose(world: World, case, who: str = LI, on: date = OCTOBER):
    case = fresh(case)
    given = {"on": on, "by": world[who], "at": evening(on), "expected_version": case.version}
    return eliminations.propose(case=case, way=EliminationWay.ASSISTED, **given)


def approve(world: World, case, on: date = LATER):
    case = fresh(case)
    given = {"on": on, "by": world[CHEN], "at": evening(on), "expected_version": case.version}
    return eliminations.approve(case=case, **given)


def passed_to_the_county(world: World, case):
    propose(world, case)
    world.steps(case, WAY_FROM_MONITORED[1:4], OCTOBER)
    return world.step(case, Status.ELIMINATION_TOWNSHIP_PASSED, LATER)


def test_a_household_that_meets_every_condition_passes_and_what_was_found_is_kept(world, case):
    proposed = propose(world, case)
    kept = proposed.events.get(kind="elimination_proposed").details
    assert kept["way"] == "assisted"
    assert {each["verdict"] for each in kept["gate"]} == {"met"}
    assert len(kept["gate"]) == 11


def test_a_shut_gate_stops_the_proposal_and_names_what_would_open_it(world, case):
    survey(world, case.household, OCTOBER + timedelta(days=1), "1000")
    with pytest.raises(Conflict) as refusal:
        propose(world, case, on=OCTOBER + timedelta(days=1))
    assert refusal.value.stable_code == "gate_shut"
    assert "6,500" in str(refusal.value)
    assert fresh(case).status == "monitored"


def test_the_gate_stays_shut_where_nobody_passes_the_measures_on(world, case):
    step = Step(case, Status.ELIMINATION_PROPOSED, OCTOBER, world[LI], evening(OCTOBER), case.version)
    with pytest.raises(Conflict) as refusal:
        moves.move(Step(**{**_fields(step), "way": EliminationWay.ASSISTED}))
    assert refusal.value.stable_code == "gate_shut"


def _fields(step: Step) -> dict:
    return {name: getattr(step, name) for name in Step.__slots__}


def test_before_half_a_year_only_a_natural_elimination_is_proposed(world, case):
    august = date(2022, 8, 1)
    survey(world, case.household, august, "30000")
    check(world, case.household, august)
    risks.assess(case=case, risk=Risk.ILLNESS, state=RiskState.GONE, on=august, by=world[WANG], at=evening(august))
    with pytest.raises(Conflict):
        propose(world, case, on=august)
    given = {"on": august, "by": world[LI], "at": evening(august), "expected_version": case.version}
    assert eliminations.propose(case=case, way=EliminationWay.NATURAL, **given).status == "elimination_proposed"


def test_a_waived_condition_opens_the_gate_and_its_waiver_is_kept(world, case):
    check(world, case.household, OCTOBER + timedelta(days=1), is_water_safe=False)
    day = OCTOBER + timedelta(days=1)
    with pytest.raises(Conflict):
        propose(world, case, on=day)
    waivers.waive(case=case, rule="guarantees_secure", reason="水窖下月完工", by=world[SUN], at=evening(day))
    gate = propose(world, case, on=day).events.get(kind="elimination_proposed").details["gate"]
    [kept] = [each for each in gate if each["rule"] == "guarantees_secure"]
    assert (kept["verdict"], kept["waiver"]["reason"]) == ("waived", "水窖下月完工")


def test_who_waived_a_condition_does_not_propose_the_elimination(world, case):
    Posting.objects.create(user=world[SUN], role=Role.CASEWORKER, division_id=CITY, starts_on=HIRED_ON)
    day = OCTOBER + timedelta(days=1)
    check(world, case.household, day, is_water_safe=False)
    waivers.waive(case=case, rule="guarantees_secure", reason="在建", by=world[SUN], at=evening(day))
    with pytest.raises(Conflict) as refusal:
        propose(world, case, who=SUN, on=day)
    assert refusal.value.stable_code == "same_person"


def test_the_county_approves_what_still_holds(world, case):
    passed_to_the_county(world, case)
    approved = approve(world, case)
    assert (approved.status, approved.elimination_way) == ("eliminated", "assisted")
    assert len(approved.events.get(kind="eliminated").details["gate"]) == 11


def test_what_no_longer_holds_at_the_approval_stops_it(world, case):
    passed_to_the_county(world, case)
    check(world, case.household, LATER, is_water_safe=False)
    with pytest.raises(Conflict) as refusal, translation.override("en"):
        approve(world, case)
    assert refusal.value.stable_code == "gate_shut"
    assert str(refusal.value).startswith("This held when it was proposed and no longer does.")
    assert fresh(case).status == "elimination_passed"


def test_a_measure_that_is_withdrawn_meanwhile_stops_the_approval(world, case):
    passed_to_the_county(world, case)
    [landed] = case.measures.all()
    measures.withdraw(measure=landed, reason="误登", by=world[SUN], at=evening(LATER), expected_version=landed.version)
    with pytest.raises(Conflict) as refusal:
        approve(world, case)
    assert refusal.value.stable_code == "gate_shut"


def test_a_risk_taken_in_meanwhile_stops_the_approval(world, case):
    passed_to_the_county(world, case)
    corrections.reclassify(
        case=case,
        household_type=HouseholdType.UNSTABLE,
        risks=[RiskFound(Risk.ILLNESS), RiskFound(Risk.UNSAFE_WATER)],
        has_no_labour=False,
        on=LATER,
        by=world[ZHAO],
        at=evening(LATER),
        expected_version=fresh(case).version,
    )
    with pytest.raises(Conflict) as refusal:
        approve(world, case)
    assert refusal.value.stable_code == "gate_shut"


def test_faulty_records_stop_the_approval(world):
    case = world.steps(world.report(world.household(MARCH), MARCH), _up_to_the_county(), MARCH)
    case.household.memberships.filter(relationship="head").update(relationship="other")
    with pytest.raises(Conflict) as refusal:
        world.step(case, Status.MONITORED, MARCH)
    assert refusal.value.stable_code == "records_faulty"


def demanded(world: World, code: str) -> None:
    """The county holds the rule so hard that it blocks."""
    standards.set_value(
        kind=Kind.QUALITY,
        code=code,
        division=Division.objects.get(pk=COUNTY),
        valid_from=MARCH,
        value={"severity": "block"},
        source="县级通知",
        is_official=True,
        by=world[ZHOU],
        at=evening(MARCH),
    )


def test_faults_in_the_records_of_help_stop_the_approval_of_an_elimination(world):
    case = world.steps(world.monitored(MARCH), WAY_FROM_MONITORED[:5], OCTOBER)
    demanded(world, "eliminated_without_measure")
    with override("en"), pytest.raises(Conflict, match="a risk unanswered") as refusal:
        world.step(case, Status.ELIMINATED, OCTOBER)
    assert refusal.value.stable_code == "records_faulty"
    assert fresh(case).status == "elimination_passed"


@pytest.mark.parametrize(("way", "found"), [("assisted", ["eliminated_without_measure"]), ("natural", [])])
def test_only_an_assisted_elimination_is_faulty_without_measures_while_it_is_decided(world, way, found):
    case = world.monitored(MARCH)
    given = {"on": OCTOBER, "by": world[LI], "at": evening(OCTOBER), "expected_version": case.version}
    case = eliminations.propose(case=case, way=EliminationWay(way), **given)
    case = world.steps(case, WAY_FROM_MONITORED[1:3], OCTOBER)
    demanded(world, "eliminated_without_measure")
    names = [BY_CODE[code].name for code in found]
    assert quality.blocking_of_help(households=[case.household], on=OCTOBER) == {case.household_id: names}


def test_faults_in_the_records_of_help_stop_an_identification(world, monkeypatch):
    case = world.steps(world.report(world.household(MARCH), MARCH), _up_to_the_county(), MARCH)
    asked = []

    def blocking(*, households, on):
        asked.append(([home.pk for home in households], on))
        return {case.household_id: [Name("无措施", "no measure yet")]}

    monkeypatch.setattr(eliminations.quality, "blocking_of_help", blocking)
    with override("en"), pytest.raises(Conflict, match="no measure yet"):
        world.step(case, Status.MONITORED, MARCH)
    assert asked == [([case.household_id], MARCH)]


def _up_to_the_county() -> tuple[Status, ...]:
    return (Status.VERIFIED, Status.COMPARED, Status.REVIEWED, Status.NOTICED, Status.TOWNSHIP_PASSED)
