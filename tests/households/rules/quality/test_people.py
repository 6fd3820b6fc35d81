"""The rules about a member, each with one that it finds and one that it does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from households.rules.conditions import Condition
from households.rules.person_codes import (
    Allowance,
    DropoutReason,
    Education,
    Health,
    Labour,
    PublicPost,
    Schooling,
    WorkPlace,
)
from households.rules.quality.people import PEOPLE
from tests.quality_facts import HEAD, hits, home, person

WELL, ILL, DISABLED = (Health.HEALTHY,), (Health.CHRONIC,), (Health.DISABLED,)
WORKS = {"work_place": WorkPlace.COUNTY}
POST = {"public_post": PublicPost.VILLAGE}
SUPPORTED = {"tekun": Allowance.RURAL}

# rule: (age and condition that it finds, age and condition that it does not), the latter at the edge of the former.
TRUTH = {
    "learns_or_has_learnt": [
        (40, Condition(education=Education.JUNIOR, schooling=Schooling.PRIMARY)),
        (40, Condition(education=Education.JUNIOR)),
    ],
    "child_able_to_work": [(15, Condition(labour=Labour.WEAK)), (16, Condition(labour=Labour.WEAK))],
    "adult_without_labour": [
        (59, Condition(health=WELL, labour=Labour.NONE)),
        (60, Condition(health=WELL, labour=Labour.NONE)),
    ],
    "school_age_before_school": [
        (7, Condition(health=WELL, schooling=Schooling.NURSERY)),
        (6, Condition(health=WELL, schooling=Schooling.NURSERY)),
    ],
    "student_too_young": [
        (17, Condition(schooling=Schooling.BACHELOR_1)),
        (18, Condition(schooling=Schooling.BACHELOR_1)),
    ],
    "postgraduate_too_young": [
        (19, Condition(schooling=Schooling.POSTGRADUATE)),
        (20, Condition(schooling=Schooling.POSTGRADUATE)),
    ],
    "disabled_without_certificate": [
        (40, Condition(health=DISABLED)),
        (40, Condition(health=DISABLED, disability_category=1, disability_level=4)),
    ],
    "severely_disabled_able": [
        (40, Condition(labour=Labour.ORDINARY, disability_category=4, disability_level=2)),
        (40, Condition(labour=Labour.ORDINARY, disability_category=4, disability_level=3)),
    ],
    "ill_dropout_healthy": [
        (12, Condition(health=WELL, dropout_reason=DropoutReason.ILLNESS)),
        (12, Condition(health=WELL, dropout_reason=DropoutReason.COST)),
    ],
    "insured_twice": [
        (40, Condition(has_resident_insurance=True, has_employee_insurance=True)),
        (40, Condition(has_resident_insurance=True, has_employee_insurance=False)),
    ],
    "not_insured": [
        (40, Condition(has_resident_insurance=False, has_employee_insurance=False)),
        (40, Condition(has_resident_insurance=False)),
    ],
    "pupil_working": [
        (17, Condition(schooling=Schooling.SENIOR_1, **WORKS)),
        (17, Condition(education=Education.JUNIOR, **WORKS)),
    ],
    "post_too_young": [(15, Condition(**POST)), (16, Condition(**POST))],
    "post_too_old": [(70, Condition(**POST)), (69, Condition(**POST))],
    "many_posts": [(40, Condition(post_count=3)), (40, Condition(post_count=2))],
    "tekun_working": [
        (66, Condition(**SUPPORTED, **WORKS)),
        (66, Condition(**SUPPORTED, work_place=WorkPlace.NONE)),
    ],
    "tekun_able": [(59, Condition(health=WELL, **SUPPORTED)), (59, Condition(health=ILL, **SUPPORTED))],
    "wage_strange": [
        (40, Condition(monthly_wage=Decimal("30000.01"), **WORKS)),
        (40, Condition(monthly_wage=Decimal(30000), **WORKS)),
    ],
    "working_too_young": [(15, Condition(**WORKS)), (16, Condition(**WORKS))],
}


OF_SCHOOL, AT_UNIVERSITY = Schooling.SENIOR_1, Schooling.BACHELOR_1
# rule, age and condition: not found, though all but one of the conditions of the rule hold.
ALMOST = [
    ("child_able_to_work", 15, Condition(labour=Labour.NONE)),
    ("child_able_to_work", 15, Condition()),
    ("child_able_to_work", None, Condition(labour=Labour.WEAK)),
    ("adult_without_labour", 40, Condition(health=WELL, labour=Labour.ORDINARY)),
    ("adult_without_labour", 40, Condition(health=ILL, labour=Labour.NONE)),
    ("adult_without_labour", 17, Condition(health=WELL, labour=Labour.NONE, schooling=OF_SCHOOL)),
    ("adult_without_labour", 15, Condition(health=WELL, labour=Labour.NONE)),
    ("adult_without_labour", None, Condition(health=WELL, labour=Labour.NONE)),
    ("school_age_before_school", 8, Condition(health=ILL, schooling=Schooling.NURSERY)),
    ("school_age_before_school", 8, Condition(health=WELL, schooling=Schooling.PRIMARY)),
    ("school_age_before_school", None, Condition(health=WELL, schooling=Schooling.NURSERY)),
    ("student_too_young", 17, Condition(schooling=OF_SCHOOL)),
    ("postgraduate_too_young", 19, Condition(schooling=AT_UNIVERSITY)),
    ("disabled_without_certificate", 40, Condition(health=ILL)),
    ("severely_disabled_able", 40, Condition(labour=Labour.ORDINARY, disability_category=1, disability_level=1)),
    ("severely_disabled_able", 40, Condition(labour=Labour.WEAK, disability_category=4, disability_level=1)),
    ("ill_dropout_healthy", 12, Condition(health=ILL, dropout_reason=DropoutReason.ILLNESS)),
    ("ill_dropout_healthy", 12, Condition(health=WELL)),
    ("insured_twice", 40, Condition(has_resident_insurance=False, has_employee_insurance=True)),
    ("not_insured", 40, Condition(has_resident_insurance=True, has_employee_insurance=False)),
    ("not_insured", 40, Condition(has_employee_insurance=False)),
    ("pupil_working", 17, Condition(schooling=OF_SCHOOL, work_place=WorkPlace.NONE)),
    ("post_too_young", 15, Condition()),
    ("post_too_old", 70, Condition()),
    ("post_too_old", None, Condition(**POST)),
    ("many_posts", 40, Condition()),
    ("tekun_working", 66, Condition(**WORKS)),
    ("tekun_able", 59, Condition(health=WELL)),
    ("wage_strange", 40, Condition(**WORKS)),
    ("wage_strange", 40, Condition(monthly_wage=Decimal(100), **WORKS)),
    ("working_too_young", 15, Condition(work_place=WorkPlace.NONE)),
]


@pytest.mark.parametrize(("code", "age", "condition"), ALMOST)
def test_all_but_one_of_its_conditions_are_not_enough(code, age, condition):
    rule = next(rule for rule in PEOPLE if rule.code == code)
    assert hits(rule, home(person(condition, age=age))) == []


@pytest.mark.parametrize(
    ("code", "told", "ages"),
    [("adult_without_labour", {"labour": Labour.WEAK}, (16, 59)), ("tekun_able", SUPPORTED, (18, 59))],
)
def test_a_healthy_adult_is_of_the_ages_that_the_rule_names(code, told, ages):
    rule = next(rule for rule in PEOPLE if rule.code == code)
    first, last = ages
    hit = [
        age
        for age in (first - 1, first, last, last + 1)
        if hits(rule, home(person(Condition(health=WELL, **told), age=age)))
    ]
    assert hit == [first, last]


def test_every_rule_about_members_has_its_truth_here():
    assert [rule.code for rule in PEOPLE] == list(TRUTH)


@pytest.mark.parametrize("rule", PEOPLE, ids=lambda rule: rule.code)
def test_the_rule_finds_the_one_and_not_the_other(rule):
    (age, found), (other_age, passed) = TRUTH[rule.code]
    assert hits(rule, home(person(found, age=age))) == [HEAD]
    assert hits(rule, home(person(passed, age=other_age))) == []


@pytest.mark.parametrize("rule", PEOPLE, ids=lambda rule: rule.code)
def test_of_whom_nothing_is_recorded_nothing_is_found(rule):
    assert hits(rule, home(person(None, age=15))) == []


def test_neither_education_nor_schooling_is_found_too():
    rule = next(rule for rule in PEOPLE if rule.code == "learns_or_has_learnt")
    assert hits(rule, home(person(Condition(health=WELL)))) == [HEAD]


def test_a_wage_of_who_does_not_work_is_not_looked_at():
    rule = next(rule for rule in PEOPLE if rule.code == "wage_strange")
    assert hits(rule, home(person(Condition(monthly_wage=Decimal(1))))) == []
    assert hits(rule, home(person(Condition(monthly_wage=Decimal(99), **WORKS)))) == [HEAD]
