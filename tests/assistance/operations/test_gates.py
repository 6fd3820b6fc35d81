"""The exit gate over real records: what stands between a household and elimination, in a constant number of queries."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.models import User
from assistance.operations import gates as assisted
from assistance.rules.categories import Category
from common.refusals import Conflict, NotAllowed
from households.models import Case, Division
from households.operations import divisions, gates, risks, standards, surveys, waivers
from households.operations.surveys import Income
from households.rules.codes import EliminationWay, Risk
from households.rules.findings import frozen, no_longer_held
from households.rules.gate import RiskState
from households.rules.incomes import IncomeItems
from households.rules.standards import Kind
from tests.cast import CITY, LI, STRANGER, SUN, ZHOU, World, evening, fresh

IDENTIFIED, TODAY = date(2022, 3, 1), date(2023, 3, 1)
ITEMS = IncomeItems(*(Decimal(n) for n in ("30000", "5000", "0", "2000", "1000", "0", "3000")))


def ready(world: World, *, risk: RiskState = RiskState.GONE) -> Case:
    """A case of which every condition is met, the risk as it was found."""
    case = fresh(world.monitored(IDENTIFIED))
    world.help(case, Category.HEALTH, date(2022, 4, 1))
    by, on = world[LI], date(2023, 2, 1)
    home = case.household
    income = Income(home, "elimination", on, date(2022, 2, 1), date(2023, 1, 31), 3, ITEMS, by, evening(on))
    surveys.record_income(income=income)
    kept = ("is_housing_safe", "is_schooling_kept", "is_everyone_insured", "is_water_safe")
    surveys.record_guarantees(household=home, checked_on=on, **dict.fromkeys(kept, True), by=by, at=evening(on))
    risks.assess(case=case, risk=Risk.ILLNESS, state=risk, on=on, by=by, at=evening(on))
    return case


@pytest.fixture
def world(db: None) -> World:
    made = World.begin()
    made.with_gate()
    city = Division.objects.get(pk=CITY)
    for day, amount in ((date(2022, 1, 1), "6500"), (date(2023, 1, 1), "7200")):
        divisions.set_line(
            division=city, valid_from=day, amount=Decimal(amount), source="甘肃省", by=made[ZHOU], at=evening(day)
        )
    return made


def findings(world: World, *cases: Case, **options: object):
    given = {"cases": cases, "on": TODAY, "by": world[LI], "at": evening(TODAY)}
    return assisted.findings(**{**given, **options})


def shut(world: World, case: Case, **options: object) -> list[str]:
    return [each.rule for each in findings(world, case, **options)[case.pk] if not each.is_open]


def test_a_case_that_is_ready_passes_the_gate(world):
    case = ready(world)
    found = findings(world, case)[case.pk]
    assert [each.rule for each in found if not each.is_open] == []
    gates.refuse_unless_open(found)


def test_a_case_is_told_from_its_first_day_what_stands_between_it_and_elimination(world):
    case = fresh(world.monitored(date(2023, 1, 1)))
    assert shut(world, case) == [
        "income_above_line",
        "monitored_long_enough",
        "risks_answered",
        "spending_controlled",
        "risks_gone",
        "income_surveyed",
        "measures_in_income",
    ]
    assert "monitored_long_enough" not in shut(world, case, way=EliminationWay.NATURAL)


def test_the_questions_do_not_grow_with_the_cases(world, django_assert_num_queries):
    few = [ready(world)]
    many = [*few, *(ready(world) for _ in range(3)), fresh(world.monitored(IDENTIFIED))]
    for cases in (few, many):
        with django_assert_num_queries(10):
            findings(world, *cases)


def test_the_gate_refuses_with_every_condition_that_is_shut(world):
    case = ready(world, risk=RiskState.PRESENT)
    with translation.override("zh-hans"), pytest.raises(Conflict) as refusal:
        gates.refuse_unless_open(findings(world, case)[case.pk])
    assert refusal.value.stable_code == "gate_shut"
    assert str(refusal.value) == "尚不能标注风险消除。原有风险消除且无新增风险：须继续帮扶直至核查消除：因病。"


def test_what_held_at_the_proposal_and_no_longer_does_is_refused(world):
    case = ready(world)
    then = frozen(findings(world, case)[case.pk])
    risks.assess(case=case, risk=Risk.ILLNESS, state=RiskState.PRESENT, on=TODAY, by=world[LI], at=evening(TODAY))
    lost = no_longer_held(then, findings(world, case)[case.pk])
    assert [each.rule for each in lost] == ["risks_gone"]
    with pytest.raises(Conflict) as refusal:
        gates.refuse_what_no_longer_holds(lost)
    assert refusal.value.stable_code == "gate_shut"
    gates.refuse_what_no_longer_holds([])


def test_a_waiver_opens_the_condition_it_names(world):
    case = ready(world, risk=RiskState.PRESENT)
    waivers.waive(case=case, rule="risks_gone", reason="慢性病已稳定", by=world[SUN], at=evening(TODAY))
    [waived] = [each for each in findings(world, case)[case.pk] if each.rule == "risks_gone"]
    assert (waived.verdict, waived.waiver.by, waived.waiver.reason) == ("waived", "sun.li", "慢性病已稳定")
    gates.refuse_unless_open(findings(world, case)[case.pk])


def test_a_division_sets_its_own_thresholds(world):
    case = ready(world)
    standards.set_value(
        kind=Kind.GATE_RULE,
        code="spending_controlled",
        division=Division.objects.get(pk=CITY),
        valid_from=TODAY,
        value={"is_on": True, "former_poor": "3000", "other": "3000"},
        source="兰州市通知",
        is_official=True,
        by=world[ZHOU],
        at=evening(TODAY),
    )
    assert shut(world, case) == ["spending_controlled"]
    assert shut(world, case, on=date(2023, 2, 28)) == []


def test_a_day_in_the_past_is_judged_by_what_had_happened_by_then(world):
    case = ready(world)
    assert "risks_gone" in shut(world, case, on=date(2023, 1, 31))


def test_only_who_may_read_the_case_is_told(world):
    case = ready(world)
    for stranger in (world[STRANGER], User.objects.create(username="nobody")):
        with pytest.raises(NotAllowed):
            findings(world, case, by=stranger)
