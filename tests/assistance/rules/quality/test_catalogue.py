"""The catalogue of data quality: complete, shipped with its severities, and evaluated as a division holds it."""

from __future__ import annotations

from dataclasses import replace

from assistance.rules.quality.catalogue import HELP_RULES, LEFT_OUT, RULES
from households.rules.quality.catalogue import RULES as REGISTRY_RULES
from households.rules.quality.rule import Found, findings
from households.rules.standards import Kind, defaults
from tests.quality_facts import HEAD, home, person, shipped

SETTINGS = {code: shipped(rule) for code, rule in RULES.items()}
NUMBERLESS = home(person(has_number=False))


def test_each_rule_has_a_code_of_its_own_and_ships_under_its_name():
    assert len(RULES) == len(REGISTRY_RULES) + len(HELP_RULES)
    shipped_names = {code: each.name for code, each in defaults(Kind.QUALITY).items()}
    assert shipped_names == {code: rule.name for code, rule in RULES.items()}


def test_each_rule_names_the_numbers_it_is_drawn_from():
    assert [code for code, rule in RULES.items() if not rule.sources] == []


def test_what_is_left_out_is_not_among_the_rules():
    left_out = {number for numbers, _name, _reason in LEFT_OUT for number in numbers}
    assert left_out & {number for rule in RULES.values() for number in rule.sources} == set()


def test_findings_bear_the_severity_of_the_division():
    assert list(findings(NUMBERLESS, REGISTRY_RULES, SETTINGS)) == [Found("number_missing", "inform", HEAD)]
    harder = {**SETTINGS, "number_missing": replace(SETTINGS["number_missing"], severity="block")}
    assert list(findings(NUMBERLESS, REGISTRY_RULES, harder)) == [Found("number_missing", "block", HEAD)]


def test_a_rule_that_is_turned_off_finds_nothing():
    off = {**SETTINGS, "number_missing": replace(SETTINGS["number_missing"], severity="off")}
    assert list(findings(NUMBERLESS, REGISTRY_RULES, off)) == []
