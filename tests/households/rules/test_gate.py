"""The exit gate, condition by condition: what is met, what is not, and what is not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from households.rules.codes import EliminationWay
from households.rules.findings import Evidence, Verdict, Waived
from households.rules.gate import (
    CONDITIONS,
    GateFacts,
    RiskSeen,
    RiskState,
    unmet,
)
from households.rules.standards import InForce, Kind, shipped
from tests.gate_facts import (
    CHECKED,
    GONE,
    HELPED,
    IDENTIFIED,
    ITEMS,
    MET,
    NOT_MET,
    READY,
    SURVEYED,
    TODAY,
    UNKNOWN,
    WAIVED,
    check,
    found,
    judged,
    paid,
    survey,
)


def test_a_household_that_is_ready_meets_every_condition():
    assert judged(READY) == dict.fromkeys(CONDITIONS, MET)
    assert unmet(found(READY)) == []


def test_a_household_of_which_nothing_is_known_meets_next_to_nothing():
    bare = GateFacts("k", TODAY, ("illness",), None, is_former_poor=True, has_no_labour=False, has_phone=False)
    assert judged(bare) == {
        "income_above_line": UNKNOWN,
        "monitored_long_enough": NOT_MET,
        "risks_answered": NOT_MET,
        "guarantees_secure": UNKNOWN,
        "spending_controlled": UNKNOWN,
        "has_labour": MET,
        "risks_gone": UNKNOWN,
        "income_surveyed": NOT_MET,
        "guarantees_looked_at": NOT_MET,
        "contact_known": NOT_MET,
        "measures_in_income": UNKNOWN,
    }


LOW = Decimal("7199.99")
TABLE: list[tuple[str, dict[str, object], Verdict, str]] = [
    # 1: the latest survey against the line of this year, steady for half a year
    ("income_above_line", {}, MET, "income_above"),
    ("income_above_line", {"line": None}, UNKNOWN, "line_unknown"),
    ("income_above_line", {"surveys": ()}, UNKNOWN, "income_unknown"),
    ("income_above_line", {"surveys": (survey(occasion="identification"),)}, UNKNOWN, "income_unknown"),
    ("income_above_line", {"surveys": (survey(surveyed_on=date(2022, 2, 28)),)}, UNKNOWN, "income_unknown"),
    ("income_above_line", {"surveys": (survey(per_capita=LOW),)}, NOT_MET, "income_below"),
    ("income_above_line", {"surveys": (survey(per_capita=Decimal(7200)),)}, MET, "income_above"),
    (
        "income_above_line",
        {"surveys": (SURVEYED, survey(surveyed_on=date(2022, 9, 2), per_capita=LOW))},
        NOT_MET,
        "income_unsteady",
    ),
    (
        "income_above_line",
        {"surveys": (SURVEYED, survey(surveyed_on=date(2022, 9, 1), per_capita=LOW))},
        MET,
        "income_above",
    ),
    ("income_above_line", {"surveys": (survey(period_from=date(2022, 8, 2)),)}, NOT_MET, "income_short"),
    ("income_above_line", {"surveys": (survey(period_from=date(2022, 8, 1)),)}, MET, "income_above"),
    (
        "income_above_line",
        {
            "surveys": (
                survey(period_from=date(2022, 11, 1)),
                survey(surveyed_on=date(2022, 11, 1), period_from=date(2022, 5, 1), period_to=date(2022, 10, 31)),
            )
        },
        MET,
        "income_above",
    ),
    # eight months in two surveys, of which the earlier one has five
    (
        "income_above_line",
        {
            "surveys": (
                survey(period_from=date(2022, 11, 1)),
                survey(surveyed_on=date(2022, 11, 1), period_from=date(2022, 6, 1), period_to=date(2022, 10, 31)),
            )
        },
        MET,
        "income_above",
    ),
    # what was earned below the line is no part of the steady time: three months are left
    (
        "income_above_line",
        {
            "surveys": (
                survey(period_from=date(2022, 11, 1)),
                survey(
                    surveyed_on=date(2022, 8, 15),
                    period_from=date(2022, 2, 1),
                    period_to=date(2022, 7, 31),
                    per_capita=LOW,
                ),
            )
        },
        NOT_MET,
        "income_short",
    ),
    ("income_above_line", {"surveys": (survey(surveyed_on=IDENTIFIED),)}, MET, "income_above"),
    # 2: six months since the identification
    ("monitored_long_enough", {"identified_on": date(2022, 9, 1)}, MET, "monitored_enough"),
    ("monitored_long_enough", {"identified_on": date(2022, 9, 2)}, NOT_MET, "monitored_short"),
    ("monitored_long_enough", {"identified_on": None}, NOT_MET, "not_identified"),
    # 3: each risk has a measure that answers it
    ("risks_answered", {"measures": ()}, NOT_MET, "risks_unanswered"),
    ("risks_answered", {"measures": (replace(HELPED, category="water"),)}, NOT_MET, "risks_unanswered"),
    ("risks_answered", {"measures": (replace(HELPED, category="social"),)}, MET, "risks_answered"),
    ("risks_answered", {"measures": (replace(HELPED, landed_on=date(2023, 3, 2)),)}, NOT_MET, "risks_unanswered"),
    ("risks_answered", {"measures": (replace(HELPED, landed_on=TODAY),)}, MET, "risks_answered"),
    ("risks_answered", {"risks": ("illness", "schooling")}, NOT_MET, "risks_unanswered"),
    # 4: housing, schooling, insurance and water in the last twelve months
    ("guarantees_secure", {"checks": (check(water=False),)}, NOT_MET, "guarantees_open"),
    ("guarantees_secure", {"checks": (check(water=None),)}, UNKNOWN, "guarantees_unknown"),
    ("guarantees_secure", {"checks": (check(water=None, housing=False),)}, NOT_MET, "guarantees_open"),
    (
        "guarantees_secure",
        {"checks": (check(water=None), replace(CHECKED, key="c0", checked_on=date(2022, 5, 1)))},
        MET,
        "guarantees_secure",
    ),
    (
        "guarantees_secure",
        {"checks": (CHECKED, replace(check(water=False), key="c0", checked_on=date(2022, 5, 1)))},
        MET,
        "guarantees_secure",
    ),
    ("guarantees_secure", {"checks": (replace(CHECKED, checked_on=date(2022, 3, 1)),)}, MET, "guarantees_secure"),
    (
        "guarantees_secure",
        {"checks": (replace(CHECKED, checked_on=date(2022, 2, 28)),)},
        UNKNOWN,
        "guarantees_unknown",
    ),
    ("guarantees_secure", {"checks": ()}, UNKNOWN, "guarantees_unknown"),
    # 5: self-paid spending of a year below 5,000 (former poor) or 20,000
    (
        "spending_controlled",
        {"surveys": paid("5000")},
        NOT_MET,
        "spending_large",
    ),
    (
        "spending_controlled",
        {"surveys": paid("4999.99")},
        MET,
        "spending_controlled",
    ),
    (
        "spending_controlled",
        {"surveys": paid("5000"), "is_former_poor": False},
        MET,
        "spending_controlled",
    ),
    # 3,000 in the 184 days from August to January are 5,951.09 in a year
    ("spending_controlled", {"surveys": (survey(period_from=date(2022, 8, 1)),)}, NOT_MET, "spending_large"),
    # 4,986.29 in the 364 days from 2 February are 4,999.99 in a year
    (
        "spending_controlled",
        {"surveys": (survey(period_from=date(2022, 2, 2), items=replace(ITEMS, self_paid=Decimal("4986.29"))),)},
        MET,
        "spending_controlled",
    ),
    # 1,000 in the 73 days until 31 January are 5,000.00 in a year, 999.99 are 4,999.95
    (
        "spending_controlled",
        {"surveys": (survey(period_from=date(2022, 11, 20), items=replace(ITEMS, self_paid=Decimal(1000))),)},
        NOT_MET,
        "spending_large",
    ),
    (
        "spending_controlled",
        {"surveys": (survey(period_from=date(2022, 11, 20), items=replace(ITEMS, self_paid=Decimal("999.99"))),)},
        MET,
        "spending_controlled",
    ),
    # what was paid in two years is not thinned out
    (
        "spending_controlled",
        {"surveys": (survey(period_from=date(2021, 2, 1), items=replace(ITEMS, self_paid=Decimal(5000))),)},
        NOT_MET,
        "spending_large",
    ),
    ("spending_controlled", {"surveys": ()}, UNKNOWN, "income_unknown"),
    # 6: somebody is able to work
    ("has_labour", {"has_no_labour": True}, NOT_MET, "labour_missing"),
    # 7: the risks were found gone in the last six months, and no new one
    ("risks_gone", {"seen": ()}, UNKNOWN, "risks_unknown"),
    ("risks_gone", {"seen": (replace(GONE, found_on=date(2022, 9, 1)),)}, MET, "risks_gone"),
    ("risks_gone", {"seen": (replace(GONE, found_on=date(2022, 8, 31)),)}, UNKNOWN, "risks_unknown"),
    ("risks_gone", {"seen": (replace(GONE, found_on=date(2022, 2, 28)),)}, UNKNOWN, "risks_unknown"),
    ("risks_gone", {"seen": (replace(GONE, state=RiskState.PRESENT),)}, NOT_MET, "risks_still_there"),
    (
        "risks_gone",
        {"seen": (GONE, replace(GONE, key="r0", state=RiskState.PRESENT, found_on=date(2022, 9, 1)))},
        MET,
        "risks_gone",
    ),
    ("risks_gone", {"seen": (GONE, RiskSeen("r2", "accident", RiskState.NEW, date(2022, 6, 1)))}, NOT_MET, "risks_new"),
    (
        "risks_gone",
        {
            "seen": (
                GONE,
                RiskSeen("r3", "accident", RiskState.GONE, date(2022, 12, 1)),
                RiskSeen("r2", "accident", RiskState.NEW, date(2022, 6, 1)),
            )
        },
        MET,
        "risks_gone",
    ),
    (
        "risks_gone",
        {"identified_on": date(2022, 10, 1), "seen": (replace(GONE, found_on=date(2022, 10, 1)),)},
        MET,
        "risks_gone",
    ),
    (
        "risks_gone",
        {"identified_on": date(2022, 10, 1), "seen": (replace(GONE, found_on=date(2022, 9, 30)),)},
        UNKNOWN,
        "risks_unknown",
    ),
    ("risks_gone", {"risks": ("illness", "schooling")}, UNKNOWN, "risks_unknown"),
    # completeness
    ("income_surveyed", {"surveys": (survey(occasion="yearly"),)}, NOT_MET, "survey_missing"),
    ("guarantees_looked_at", {"checks": (check(housing=None),)}, NOT_MET, "not_looked_at"),
    ("guarantees_looked_at", {"checks": (check(housing=False),)}, MET, "looked_at"),
    ("guarantees_looked_at", {"checks": (replace(CHECKED, checked_on=date(2022, 2, 1)),)}, NOT_MET, "not_looked_at"),
    ("guarantees_looked_at", {"checks": (replace(CHECKED, checked_on=IDENTIFIED),)}, MET, "looked_at"),
    ("contact_known", {"has_phone": False}, NOT_MET, "contact_missing"),
    ("measures_in_income", {"surveys": ()}, UNKNOWN, "income_unknown"),
    (
        "measures_in_income",
        {
            "measures": (replace(HELPED, category="employment"),),
            "surveys": (survey(items=replace(ITEMS, wage=Decimal(0))),),
        },
        NOT_MET,
        "measures_not_shown",
    ),
    (
        "measures_in_income",
        {
            "measures": (replace(HELPED, category="employment", landed_on=date(2023, 2, 1)),),
            "surveys": (survey(items=replace(ITEMS, wage=Decimal(0))),),
        },
        NOT_MET,
        "measures_not_shown",
    ),
    ("measures_in_income", {"measures": (replace(HELPED, category="employment"),)}, MET, "measures_shown"),
    # a single yuan of it shows
    (
        "measures_in_income",
        {
            "measures": (replace(HELPED, category="employment"),),
            "surveys": (survey(items=replace(ITEMS, wage=Decimal(1))),),
        },
        MET,
        "measures_shown",
    ),
    (
        "measures_in_income",
        {
            "measures": (replace(HELPED, category="employment", landed_on=date(2023, 2, 2)),),
            "surveys": (survey(items=replace(ITEMS, wage=Decimal(0))),),
        },
        MET,
        "measures_shown",
    ),
]


@pytest.mark.parametrize(("rule", "changed", "verdict", "outcome"), TABLE)
def test_each_condition_is_judged_as_the_table_says(rule, changed, verdict, outcome):
    finding = next(each for each in found(replace(READY, **changed)) if each.rule == rule)
    assert (finding.verdict, finding.outcome) == (verdict, outcome)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert finding.sentence
            assert "%" not in finding.sentence


@pytest.mark.parametrize("item", [("industry", "business"), ("public_post", "wage"), ("social_security", "transfer")])
def test_each_kind_of_help_shows_in_its_own_item_of_the_income(item):
    category, name = item
    facts = replace(READY, measures=(replace(HELPED, category=category),))
    silent = replace(facts, surveys=(survey(items=replace(ITEMS, **{name: Decimal(0)})),))
    assert (judged(facts)["measures_in_income"], judged(silent)["measures_in_income"]) == (MET, NOT_MET)


def test_a_natural_elimination_need_not_wait_half_a_year():
    early = replace(READY, identified_on=date(2023, 1, 1))
    assert judged(early)["monitored_long_enough"] is NOT_MET
    assert judged(replace(early, way=EliminationWay.ASSISTED))["monitored_long_enough"] is NOT_MET
    assert "monitored_long_enough" not in judged(replace(early, way=EliminationWay.NATURAL))


def test_thresholds_are_those_of_the_standards_and_a_condition_can_be_switched_off():
    assert judged(READY, monitored_long_enough={"months": 13})["monitored_long_enough"] is NOT_MET
    assert judged(READY, spending_controlled={"former_poor": "3000"})["spending_controlled"] is NOT_MET
    assert "has_labour" not in judged(READY, has_labour={"is_on": False})


def test_a_waiver_lets_pass_what_is_not_met_or_not_known_and_is_not_asked_for_what_is_met():
    waived = Waived("陈伟", "兜底保障已落实", TODAY)
    facts = replace(READY, has_no_labour=True, seen=())
    names = ("has_labour", "risks_gone", "contact_known")
    findings = {each.rule: each for each in found(facts, waivers=dict.fromkeys(names, waived))}
    assert [findings[name].verdict for name in names] == [WAIVED, WAIVED, MET]
    assert [findings[name].waiver for name in names] == [waived, waived, None]
    assert unmet(findings.values()) == []


def test_each_verdict_names_the_records_it_rests_on_and_the_threshold_used():
    findings = {each.rule: each for each in found(READY)}
    assert findings["income_above_line"].evidence == (
        Evidence("incomesurvey", "s1", date(2023, 2, 1)),
        Evidence("monitoringline", "l1", date(2023, 1, 1)),
    )
    assert findings["risks_answered"].evidence == (Evidence("measure", "m1", date(2022, 4, 1)),)
    assert findings["risks_gone"].evidence == (Evidence("riskfinding", "r1", date(2023, 2, 1)),)
    assert findings["guarantees_secure"].evidence == (Evidence("guaranteecheck", "c1", date(2023, 2, 1)),)
    assert findings["monitored_long_enough"].standard.value["months"] == 6
    assert [each.code for each in findings["risks_answered"].also] == ["illness"]
    assert findings["has_labour"].evidence == (Evidence("case", "k", IDENTIFIED),)


def test_only_measures_that_speak_to_a_condition_are_its_evidence():
    work, pipe = replace(HELPED, key="m2", category="employment"), replace(HELPED, key="m3", category="water")
    findings = {each.rule: each for each in found(replace(READY, measures=(HELPED, work, pipe)))}
    assert findings["risks_answered"].evidence == (Evidence("measure", "m1", date(2022, 4, 1)),)
    assert findings["measures_in_income"].evidence == (
        Evidence("incomesurvey", "s1", date(2023, 2, 1)),
        Evidence("measure", "m2", date(2022, 4, 1)),
    )


def test_a_clue_that_nobody_has_identified_yet_is_the_evidence_of_its_day():
    [finding] = [each for each in found(replace(READY, identified_on=None)) if each.rule == "has_labour"]
    assert finding.evidence == (Evidence("case", "k", TODAY),)


def test_every_condition_has_its_standard():
    assert list(CONDITIONS) == list(shipped(Kind.GATE_RULE))
    assert [each.number for each in CONDITIONS.values()] == [1, 2, 3, 4, 5, 6, 7, None, None, None, None]
    assert all(isinstance(each, InForce) for each in shipped(Kind.GATE_RULE).values())
