"""The rules about a household and who belongs to it, each with one that it finds and one that it does not."""

from __future__ import annotations

import pytest

from households.rules.codes import Relationship, Sex
from households.rules.quality.homes import HOMES, SEX_OF
from tests.quality_facts import HEAD, SECOND, hits, home, person


def wife(**told: object):
    return person(**{"key": SECOND, "relationship": Relationship.SPOUSE, "sex": Sex.FEMALE, **told})


WITHOUT_HEAD = home(wife())
# rule: (what it finds, about whom), what it does not find.
TRUTH = {
    "household_without_head": ((WITHOUT_HEAD, None), home(person())),
    "second_spouse": ((home(person(), wife(), wife()), None), home(person(), wife())),
    "head_and_spouse_alike": ((home(person(), wife(sex=Sex.MALE)), None), home(person(), wife())),
    "relationship_against_sex": (
        (home(person(relationship=Relationship.DAUGHTER)), HEAD),
        home(person(relationship=Relationship.SIBLING)),
    ),
    "number_missing": ((home(person(has_number=False)), HEAD), home(person())),
    "phone_of_member_strange": ((home(person(phone="0931-4800000")), HEAD), home(person(phone="13900000000"))),
    "phone_of_household_strange": ((home(person(), phone="1390000000"), None), home(person(), phone="")),
    "phone_shared": (
        (home(person(), phone="13900000000", homes_with_phone=2), None),
        home(person(), phone="13900000000"),
    ),
}


def test_every_rule_about_households_has_its_truth_here():
    assert [rule.code for rule in HOMES] == list(TRUTH)


@pytest.mark.parametrize("rule", HOMES, ids=lambda rule: rule.code)
def test_the_rule_finds_the_one_and_not_the_other(rule):
    (found, about), passed = TRUTH[rule.code]
    assert hits(rule, found) == [about]
    assert hits(rule, passed) == []


def test_each_relationship_but_those_of_either_sex_has_its_sex():
    either = {Relationship.HEAD, Relationship.SPOUSE, Relationship.SIBLING, Relationship.OTHER}
    assert set(Relationship) - set(SEX_OF) == either
