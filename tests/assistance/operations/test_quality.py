"""Checking data quality: findings open once, close when mended, and cost a constant number of queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.operations import quality
from assistance.rules.categories import Category
from assistance.rules.quality.catalogue import RULES as BY_CODE
from assistance.tasks import check_quality_everywhere, check_quality_of, check_quality_of_changes
from households.models import Division, Finding, Household
from households.operations import conditions, members, standards, surveys
from households.operations import quality as registry_quality
from households.rules.codes import Relationship
from households.rules.conditions import Condition
from households.rules.incomes import IncomeItems
from households.rules.person_codes import Health, Labour
from households.rules.standards import Kind
from tests.cast import COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, VILLAGE, World, evening

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))
ZERO = Decimal(0)


def check(under: str = "", day: date = MAY) -> quality.Checked:
    return quality.check(under=under, on=day, at=evening(day))


def standing(**asked: object) -> dict[str, str]:
    return dict(Finding.objects.standing().filter(**asked).values_list("rule", "severity"))


def describe(world: World, household: Household, condition: Condition, valid_from: date = APRIL) -> None:
    """The same is recorded of every member."""
    for row in household.memberships.select_related("member", "household"):
        conditions.record(
            membership=row,
            condition=condition,
            valid_from=valid_from,
            by=world[LI],
            at=evening(valid_from),
            expected_version=row.member.version,
        )


def demand(world: World, code: str, severity: str, division: str = COUNTY, **value: object) -> None:
    """The division holds the rule at that severity from the first of April on."""
    administrator = world["zhou.kai"]
    standards.set_value(
        kind=Kind.QUALITY,
        code=code,
        division=Division.objects.get(pk=division),
        valid_from=APRIL,
        value={"severity": severity, **value},
        source="县级通知",
        is_official=True,
        by=administrator,
        at=evening(APRIL),
    )


def test_a_finding_opens_once_and_closes_when_it_is_mended(world):
    case = world.monitored(MARCH, persons=1)
    assert check().opened == 2
    assert standing() == {"no_measure": "warn", "illness_unanswered": "warn"}
    assert check(day=JUNE).opened == 0
    world.help(case, Category.HEALTH, MAY)
    checked = check(day=JUNE)
    assert (checked.opened, checked.closed, standing()) == (0, 2, {})
    assert set(Finding.objects.values_list("opened_at", "closed_at")) == {(evening(MAY), evening(JUNE))}


def test_checking_again_changes_nothing(world):
    world.monitored(MARCH)
    check()
    before = list(Finding.objects.order_by("pk").values())
    checked = check()
    assert (checked.opened, checked.closed) == (0, 0)
    assert list(Finding.objects.order_by("pk").values()) == before


def test_a_finding_about_a_member_names_the_member(world):
    household = world.household(MARCH, persons=2)
    head = household.memberships.get(relationship=Relationship.HEAD)
    members.describe(
        membership=head,
        ethnicity="",
        political_status="",
        phone="4800000",
        by=world[LI],
        at=evening(APRIL),
        expected_version=1,
    )
    check()
    assert Finding.objects.get().member == head.member


def test_a_removed_household_has_no_findings(world):
    case = world.monitored(MARCH)
    check()
    world.remove(case.household, evening(MAY))
    assert check().closed == 2
    assert standing() == {}


def test_only_the_division_that_is_asked_for_is_checked(world):
    world.monitored(MARCH, village=FAR_VILLAGE)
    assert check(under=COUNTY).households == 0
    assert check(under=OTHER_COUNTY).households == 1


def test_the_division_decides_how_hard_a_rule_is_and_from_which_day(world):
    case = world.monitored(MARCH)
    far = world.monitored(MARCH, village=FAR_VILLAGE)
    demand(world, "no_measure", "block")
    check()
    assert standing(household=case.household)["no_measure"] == "block"
    assert standing(household=far.household)["no_measure"] == "warn"


def test_a_standing_finding_follows_the_severity_that_is_set_later(world):
    world.monitored(date(2022, 1, 1))
    check(day=MARCH)
    demand(world, "no_measure", "block")
    checked = check()
    assert (checked.opened, checked.closed, standing()["no_measure"]) == (0, 0, "block")


def test_a_limit_that_is_set_stands_before_the_one_that_ships(world):
    world.monitored(MARCH)
    demand(world, "no_measure", "warn", limits={"days": 90})
    check()
    assert "no_measure" not in standing()


def test_a_rule_that_is_turned_off_closes_its_findings(world):
    world.monitored(date(2022, 1, 1))
    check(day=MARCH)
    demand(world, "no_measure", "off")
    assert check().closed == 1


def test_records_that_contradict_the_risk_are_found_together_with_those_of_measures(world):
    case = world.monitored(MARCH, persons=2)
    describe(world, case.household, Condition(health=(Health.HEALTHY,), labour=Labour.ORDINARY))
    check()
    assert set(standing()) == {"learns_or_has_learnt", "illness_unfounded", "no_measure", "illness_unanswered"}


def test_an_income_below_the_line_is_found_where_nobody_watches(world):
    household = world.household(MARCH, persons=1)
    zero = dict.fromkeys(("business", "property", "transfer", "business_expense", "claims", "self_paid"), ZERO)
    income = surveys.Income(
        household, "yearly", APRIL, MARCH, APRIL, 1, IncomeItems(wage=Decimal(6499), **zero), world[LI], evening(APRIL)
    )
    surveys.record_income(income=income)
    assert check().opened == 0
    household.village.parent.monitoring_lines.create(valid_from=MARCH, amount=Decimal(6500), source="甘肃省")
    check()
    assert standing() == {"below_line_not_monitored": "warn"}


def test_what_blocks_a_decision_is_told_of_the_registry_s_own_records_and_of_help(world):
    case = world.monitored(MARCH)
    home = case.household
    assert registry_quality.blocking_all(households=[home], on=MAY) == {home.pk: []}
    assert quality.blocking_of_help(households=[home], on=MAY) == {home.pk: []}
    demand(world, "no_measure", "block")
    demand(world, "illness_unfounded", "block")
    describe(world, case.household, Condition(health=(Health.HEALTHY,)))
    [own] = registry_quality.blocking_all(households=[home], on=MAY)[home.pk]
    assert own.rule == "illness_unfounded"
    assert quality.blocking_of_help(households=[home], on=MAY) == {home.pk: [BY_CODE["no_measure"].name]}


def test_ten_times_the_households_cost_as_many_queries(world):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            check()
        return len(queries)

    world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    check()
    few = cost()
    for _ in range(10):
        world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    check()
    assert cost() == few <= 20


def test_the_nightly_job_checks_every_county_and_repeats_nothing(world, monkeypatch):
    monkeypatch.setattr(check_quality_of, "delay", lambda code: check_quality_of.apply((code,)))
    world.monitored(MARCH)
    world.monitored(MARCH, village=FAR_VILLAGE)
    check_quality_everywhere.apply()
    opened = list(Finding.objects.order_by("pk").values())
    assert {row["village_id"] for row in opened} == {VILLAGE, FAR_VILLAGE}
    check_quality_everywhere.apply()
    assert list(Finding.objects.order_by("pk").values()) == opened


def test_the_villages_of_late_changes_are_known_from_events_and_from_the_trail(world):
    world.household(MARCH)
    world.report(world.household(APRIL, village=FAR_VILLAGE), MAY)
    assert registry_quality.villages_changed(since=evening(date(2022, 3, 2))) == {FAR_VILLAGE}
    assert registry_quality.villages_changed(since=evening(MARCH)) == {VILLAGE, FAR_VILLAGE}
    assert registry_quality.villages_changed(since=evening(JUNE)) == set()


def test_the_job_of_changes_checks_nothing_where_nothing_changed(world):
    world.monitored(MARCH)
    check_quality_of_changes.apply()
    assert not Finding.objects.exists()
