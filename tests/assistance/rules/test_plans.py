"""What a plan answers and lacks, rule by rule of the matrix."""

from datetime import date

import pytest
from django.utils.translation import override

from assistance.rules.categories import CATEGORIES, Category
from assistance.rules.plans import FINDINGS, Answers, PlanFacts, Planned, answered, breaks, codes_of, unanswered
from assistance.rules.states import State
from common.names import Name
from households.rules.codes import RISKS, Risk
from households.rules.standards import Kind, shipped

C, JUNE = Category, date(2022, 6, 1)
MATRIX = {
    code: Answers(
        held.name,
        frozenset(Category(each) for each in held.value.get("any_of", ())),
        frozenset(Category(each) for each in held.value.get("none_of", ())),
    )
    for code, held in shipped(Kind.MATRIX).items()
}
FOUND = {
    "dropout_child": {"has_dropout": True},
    "uninsured_member": {"has_uninsured": True},
    "able_bodied_member": {"has_able": True},
    "severely_disabled_member": {"has_severely_disabled": True},
}
# What the matrix that ships takes as an answer, written down by hand from DOMAIN §3.3.
TAKEN = {
    "illness": {C.HEALTH, C.SOCIAL},
    "schooling": {C.EDUCATION, C.COMPULSORY_EDUCATION, C.SOCIAL},
    "disability": {C.SOCIAL_SECURITY, C.SOCIAL},
    "unsafe_housing": {C.HOUSING, C.RELOCATION},
    "unsafe_water": {C.WATER},
    "dropout_child": {C.COMPULSORY_EDUCATION},
    "uninsured_member": {C.HEALTH, C.SOCIAL},
    "able_bodied_member": {C.INDUSTRY, C.EMPLOYMENT, C.PUBLIC_POST, C.FINANCE},
    "severely_disabled_member": {C.SOCIAL_SECURITY},
}


def facts(*measures: Planned, **told: object) -> PlanFacts:
    return PlanFacts(JUNE, **{"risks": (), "measures": measures, **told})


def landed(category: Category, risk: Risk | None = None) -> Planned:
    return Planned(category, State.LANDED, risk, landed_on=date(2022, 5, 1))


@pytest.mark.parametrize("code", TAKEN)
@pytest.mark.parametrize("category", list(Category))
def test_each_rule_takes_its_categories_and_no_other(code, category):
    told = {"risks": (Risk(code),)} if code in set(Risk) else FOUND[code]
    broken = [each.code for each in breaks(facts(landed(category), **told), MATRIX)]
    assert broken == ([] if category in TAKEN[code] else [code])


def test_a_finding_that_is_not_there_asks_for_nothing():
    assert breaks(facts(), MATRIX) == ()
    assert codes_of(facts()) == ()


def test_every_rule_that_ships_speaks_to_a_risk_or_a_finding():
    assert set(MATRIX) == {risk.value for risk in Risk} | set(FINDINGS)


@pytest.mark.parametrize(
    ("identified_on", "is_broken"), [(date(2020, 12, 31), False), (date(2021, 1, 1), True), (None, False)]
)
def test_nobody_identified_since_2021_is_resettled(identified_on, is_broken):
    told = facts(landed(C.RELOCATION), identified_on=identified_on)
    assert [each.code for each in breaks(told, MATRIX)] == ["identified_since_2021"] * is_broken


@pytest.mark.parametrize(
    ("states", "is_landed", "is_planned"),
    [
        ([], False, False),
        ([State.PLANNED], False, True),
        ([State.UNDER_WAY], False, True),
        ([State.LANDED], True, False),
        ([State.ENDED], True, False),
        ([State.PLANNED, State.LANDED], True, True),
    ],
)
def test_a_risk_is_answered_once_a_measure_against_it_has_landed(states, is_landed, is_planned):
    told = facts(*(Planned(C.HEALTH, state, Risk.ILLNESS) for state in states), risks=(Risk.ILLNESS,))
    (found,) = answered(told, MATRIX)
    assert (found.is_landed, found.is_planned) == (is_landed, is_planned)
    assert unanswered(told, MATRIX) == (() if is_landed else (Risk.ILLNESS,))


def test_a_measure_that_names_no_risk_answers_every_one_that_its_category_suits():
    told = facts(landed(C.SOCIAL), risks=(Risk.ILLNESS, Risk.UNSAFE_WATER, Risk.SCHOOLING))
    assert unanswered(told, MATRIX) == (Risk.UNSAFE_WATER,)


def test_a_measure_whose_category_does_not_answer_the_risk_that_it_names_is_told():
    told = facts(landed(C.WATER, Risk.ILLNESS), landed(C.HEALTH), risks=(Risk.ILLNESS,))
    with override("en"):
        (broken,) = breaks(told, MATRIX)
    assert (broken.code, unanswered(told, MATRIX)) == ("illness", ())
    assert "drinking-water safety" in broken.sentence
    assert "illness" in broken.sentence


def test_a_sentence_names_what_may_be_planned():
    with override("zh-hans"):
        (broken,) = breaks(facts(risks=(Risk.UNSAFE_HOUSING,)), MATRIX)
    assert broken.sentence == "因安全住房：请至少安排一项住房安全保障、搬迁措施。"


def test_what_is_never_given_for_a_risk_answers_it_not_though_anything_else_would():
    matrix = {"illness": Answers(Name("因病", "illness"), none_of=frozenset({C.RELOCATION}))}
    both = facts(landed(C.RELOCATION, Risk.ILLNESS), landed(C.WATER), risks=(Risk.ILLNESS,))
    with override("en"):
        forbidden, unfit = breaks(both, matrix)
    assert (forbidden.code, unfit.code) == ("illness", "illness")
    assert "relocation is not given" in forbidden.sentence
    assert "water" not in forbidden.sentence
    assert unanswered(both, matrix) == ()
    assert unanswered(facts(landed(C.RELOCATION), risks=(Risk.ILLNESS,)), matrix) == (Risk.ILLNESS,)


def test_a_finding_of_which_the_matrix_says_nothing_asks_for_nothing():
    told = facts(landed(C.WATER), has_able=True, has_dropout=True)
    assert breaks(told, {}) == ()


def test_a_late_measure_counts_with_no_other_risk():
    told = facts(
        Planned(C.SOCIAL, State.PLANNED, Risk.SCHOOLING, due_on=date(2022, 5, 31)),
        risks=(Risk.ILLNESS, Risk.SCHOOLING),
    )
    assert [(each.risk, each.late) for each in answered(told, MATRIX)] == [(Risk.ILLNESS, 0), (Risk.SCHOOLING, 1)]


def test_late_measures_are_counted_with_the_risk_that_they_name():
    may, july = date(2022, 5, 31), date(2022, 7, 1)
    told = facts(
        Planned(C.HEALTH, State.PLANNED, Risk.ILLNESS, due_on=may),
        Planned(C.HEALTH, State.UNDER_WAY, Risk.ILLNESS, due_on=july),
        Planned(C.HEALTH, State.LANDED, Risk.ILLNESS, due_on=may, landed_on=JUNE),
        Planned(C.SOCIAL, State.PLANNED, None, due_on=may),
        risks=(Risk.ILLNESS,),
    )
    assert [each.late for each in answered(told, MATRIX)] == [1]


def test_what_the_matrix_does_not_name_is_answered_by_any_measure():
    told = facts(landed(C.INFRASTRUCTURE), risks=(Risk.ILLNESS,))
    assert unanswered(told, {}) == ()
    assert breaks(told, {"illness": Answers(Name("因病", "illness"))}) == ()
    assert set(RISKS) == set(Risk)
    assert set(CATEGORIES) == set(Category)
