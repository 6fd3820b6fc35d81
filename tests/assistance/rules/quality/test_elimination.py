"""The rules about the elimination of a risk, each with one that it finds and one that it does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistance.rules.categories import Category
from assistance.rules.quality.elimination import ELIMINATION
from assistance.rules.quality.facts import HelpedHome, MeasureFacts
from households.rules.codes import EliminationWay, Risk
from households.rules.quality.facts import CheckFacts
from households.workflow import Status
from tests.quality_facts import case, hits, home, survey

ZERO = Decimal(0)
MATRIX = {"illness": frozenset({Category.HEALTH})}
LOOKED_AT = ("is_housing_safe", "is_schooling_kept", "is_everyone_insured", "is_water_safe")


def ended(
    *categories: Category,
    net: str = "7000",
    amounts: dict[str, Decimal] | None = None,
    check: dict[str, bool] | None = None,
    phone: str = "13900000000",
    is_surveyed: bool = True,
    **told: object,
) -> HelpedHome:
    """A household whose risk of illness was eliminated with assistance after six months, all in order."""
    facts = {"status": Status.ELIMINATED, "identified_on": date(2021, 8, 31), "eliminated_on": date(2022, 2, 28)}
    found = CheckFacts(date(2022, 2, 1), **{**dict.fromkeys(LOOKED_AT, True), **(check or {})})
    surveys = {"elimination": survey(net, **(amounts or {}))} if is_surveyed else {}
    measures = tuple(MeasureFacts(each, "一户一策", date(2021, 9, 9)) for each in categories or (Category.HEALTH,))
    told = {"way": EliminationWay.ASSISTED, **facts, **told}
    return HelpedHome(
        home(case=case(Risk.ILLNESS, **told), surveys=surveys, check=found, phone=phone), measures, MATRIX
    )


# rule: what it finds, what it does not find beside a household in order.
TRUTH = {
    "eliminated_too_soon": (
        ended(eliminated_on=date(2022, 2, 27)),
        ended(eliminated_on=date(2022, 2, 27), way=EliminationWay.NATURAL),
    ),
    "eliminated_without_measure": (ended(Category.WATER), ended(Category.WATER, way=EliminationWay.NATURAL)),
    "eliminated_without_labour": (ended(has_no_labour=True), ended()),
    "elimination_not_surveyed": (ended(is_surveyed=False), ended()),
    "elimination_not_looked_at": (ended(check={"is_water_safe": None}), ended(check={"is_water_safe": False})),
    "contact_missing": (ended(phone=""), ended()),
    "eliminated_below_line": (ended(net="6499.99"), ended(net="6500")),
    "employment_not_in_income": (
        ended(Category.PUBLIC_POST, amounts={"wage": ZERO}),
        ended(Category.HEALTH, amounts={"wage": ZERO}),
    ),
    "security_not_in_income": (
        ended(Category.SOCIAL_SECURITY, amounts={"transfer": ZERO}),
        ended(Category.HEALTH, amounts={"transfer": ZERO}),
    ),
    "industry_not_in_income": (
        ended(Category.INDUSTRY, amounts={"business": ZERO}),
        ended(Category.HEALTH, amounts={"business": ZERO}),
    ),
    "eliminated_unsafe_housing": (ended(check={"is_housing_safe": False}), ended(check={"is_housing_safe": None})),
    "eliminated_out_of_school": (ended(check={"is_schooling_kept": False}), ended(check={"is_schooling_kept": None})),
    "eliminated_uninsured": (ended(check={"is_everyone_insured": False}), ended(check={"is_everyone_insured": None})),
    "eliminated_unsafe_water": (ended(check={"is_water_safe": False}), ended(check={"is_water_safe": None})),
}


def test_every_rule_about_elimination_has_its_truth_here():
    assert {rule.code for rule in ELIMINATION} == set(TRUTH)


@pytest.mark.parametrize("rule", ELIMINATION, ids=lambda rule: rule.code)
def test_the_rule_finds_the_one_and_not_the_other(rule):
    found, passed = TRUTH[rule.code]
    assert hits(rule, found) == [None]
    assert hits(rule, passed) == []
    assert hits(rule, ended()) == []


@pytest.mark.parametrize("rule", ELIMINATION, ids=lambda rule: rule.code)
def test_nothing_is_found_while_the_household_is_monitored(rule):
    found = TRUTH[rule.code][0]
    monitored = home(
        case=case(Risk.ILLNESS), surveys=found.home.surveys, check=found.home.check, phone=found.home.phone
    )
    assert hits(rule, HelpedHome(monitored, found.measures, MATRIX)) == []


def test_a_proposal_is_held_against_the_day_of_the_check():
    rule = next(rule for rule in ELIMINATION if rule.code == "eliminated_too_soon")
    proposed = {"status": Status.ELIMINATION_PROPOSED, "eliminated_on": None, "way": None}
    assert hits(rule, ended(identified_on=date(2022, 3, 6), **proposed)) == [None]
    assert hits(rule, ended(identified_on=date(2022, 3, 5), **proposed)) == []


def test_who_ends_without_any_measure_is_found():
    rule = next(rule for rule in ELIMINATION if rule.code == "eliminated_without_measure")
    nothing = ended()
    assert hits(rule, HelpedHome(nothing.home, (), {})) == [None]
