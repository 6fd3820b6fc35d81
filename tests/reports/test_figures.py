"""Figures: each against an independent count, and each moved by exactly what was done to a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Measure
from assistance.operations import measures
from assistance.rules.categories import Category
from households.models import Case, Household
from households.rules.codes import HouseholdType, Risk
from households.workflow import Status
from reports.figures import figures, figures_by_place
from reports.indicators import INDICATORS, Basis
from reports.query import Scope, spans
from tests.cast import (
    CITY,
    COUNTY,
    FAR_VILLAGE,
    LI,
    NEXT_VILLAGE,
    OTHER_COUNTY,
    PROVINCE,
    SUN,
    TOWNSHIP,
    VILLAGE,
    WANG,
    WAY_FROM_MONITORED,
    WAY_TO_MONITORED,
    World,
    evening,
)

JANUARY = date(2022, 1, 1)
END = date(2022, 12, 31)
COMPUTABLE = [each for each in INDICATORS.values() if each.is_computable]


@dataclass
class Story:
    """What is known of one household outside the product, from which figures can be counted by hand."""

    village: str
    kind: HouseholdType
    risks: tuple[Risk, ...]
    persons: list[tuple[date, int]]
    identified_on: date
    eliminated_on: date | None = None
    way: str = "assisted"
    has_no_labour: bool = False
    landed: list[tuple[Category, date]] = field(default_factory=list)
    joined_on: date | None = None

    def is_in(self, day: date) -> bool:
        return self.identified_on <= day

    def is_eliminated(self, day: date) -> bool:
        return self.eliminated_on is not None and self.eliminated_on <= day

    def size(self, day: date) -> int:
        return [count for since, count in self.persons if since <= day][-1]

    def helped(self, day: date) -> list[Category]:
        return [category for category, landed_on in self.landed if landed_on <= day]


def story(village: str, kind: HouseholdType, risks: Iterable[Risk], size: int, on: date, **more: object) -> Story:
    return Story(village, kind, tuple(risks), [(on, size)], on, **more)


T, R, C = HouseholdType, Risk, Category
MARCH, APRIL, MAY, JUNE, AUGUST = (date(2022, month, 10) for month in (3, 4, 5, 6, 8))
LAST_YEAR = date(2021, 11, 2)
STORIES = (
    story(VILLAGE, T.UNSTABLE, [R.ILLNESS], 3, LAST_YEAR, eliminated_on=MAY,
          landed=[(C.HEALTH, MARCH), (C.HEALTH, APRIL), (C.INDUSTRY, MAY)]),
    story(VILLAGE, T.MARGINAL, [R.SCHOOLING, R.ILLNESS], 5, MARCH, joined_on=JUNE,
          landed=[(C.COMPULSORY_EDUCATION, APRIL)]),
    story(VILLAGE, T.SUDDEN, [R.ACCIDENT], 1, APRIL, eliminated_on=AUGUST, has_no_labour=True),
    story(NEXT_VILLAGE, T.MARGINAL, [R.DISABILITY], 2, LAST_YEAR, eliminated_on=LAST_YEAR + timedelta(days=9),
          landed=[(C.SOCIAL_SECURITY, LAST_YEAR), (C.PUBLIC_POST, MAY), (C.EMPLOYMENT, MAY), (C.FINANCE, AUGUST)]),
    story(FAR_VILLAGE, T.UNSTABLE, [R.UNSTABLE_WORK, R.NO_LABOUR], 4, JUNE, has_no_labour=True,
          landed=[(C.EDUCATION, JUNE), (C.COMPULSORY_EDUCATION, JUNE), (C.WATER, AUGUST)]),
    story(FAR_VILLAGE, T.UNSTABLE, [R.UNSAFE_HOUSING], 6, AUGUST),
)  # fmt: skip


def live(world: World, told: Story) -> Case:
    """Let the story happen in the records."""
    home = world.household(
        told.identified_on,
        persons=told.size(told.identified_on),
        village=told.village,
        is_former_poor=told.kind is T.UNSTABLE,
    )
    case = world.report(
        home, told.identified_on, household_type=told.kind, risks=told.risks, has_no_labour=told.has_no_labour
    )
    case = world.steps(case, WAY_TO_MONITORED, told.identified_on)
    if told.eliminated_on is not None:
        case = world.steps(case, WAY_FROM_MONITORED, told.eliminated_on)
    for category, landed_on in told.landed:
        world.help(case, category, landed_on)
    if told.joined_on is not None:
        world.join(home, told.joined_on)
        told.persons.append((told.joined_on, told.size(told.identified_on) + 1))
    return case


@pytest.fixture
def told(world: World) -> list[Story]:
    """The stories, lived, beside cases that no figure of the register counts."""
    stories = [replace(each, persons=list(each.persons)) for each in STORIES]
    for each in stories:
        live(world, each)
    world.report(world.household(MARCH), MARCH)
    world.step(world.report(world.household(MARCH), MARCH), Status.REFUSED, MARCH, by=WANG)
    return stories


def counted_by_hand(told: list[Story], division: str, day: date, since: date) -> dict[str, list[Fraction | None]]:
    """Every computable figure, counted story by story."""
    held = [each for each in told if each.village.startswith(division) and each.is_in(day)]
    gone = [each for each in held if each.is_eliminated(day)]
    new = [each for each in gone if each.eliminated_on >= since]
    whom: dict[str, list[Story]] = {
        "monitoring.total": held,
        "monitoring.new": [each for each in held if each.identified_on >= since],
        "monitoring.current": [each for each in held if not each.is_eliminated(day)],
        "monitoring.no_labour": [each for each in held if each.has_no_labour],
        "elimination": gone,
        "elimination.new": new,
        "elimination.assisted": gone,
        "elimination.natural": [],
        "measures.any": [each for each in held if each.helped(day)],
        "measures.three_or_more": [each for each in held if len(each.helped(day)) >= 3],
    }
    whom |= {f"monitoring.{kind}": [each for each in held if each.kind is kind] for kind in HouseholdType}
    whom |= {f"risks.{risk}": [each for each in held if risk in each.risks] for risk in Risk}
    for category in Category:
        alike = {C.EDUCATION, C.COMPULSORY_EDUCATION} if category is C.EDUCATION else {category}
        whom[f"measures.{category}"] = [each for each in held if alike & set(each.helped(day))]

    def persons(stories: list[Story]) -> int:
        return sum(each.size(day) for each in stories)

    def rate(part: int, whole: int) -> Fraction | None:
        return Fraction(100 * part, whole) if whole else None

    landed = [len(each.helped(day)) for each in held]
    figures = {f"{stem}.households": [Fraction(len(stories))] for stem, stories in whom.items()}
    figures |= {f"{stem}.persons": [Fraction(persons(stories))] for stem, stories in whom.items()}
    helped = whom["measures.any"]
    return figures | {
        "elimination.rate": [rate(len(gone), len(held)), rate(persons(gone), persons(held))],
        "measures.coverage_rate": [rate(len(helped), len(held)), rate(persons(helped), persons(held))],
        "measures.landed": [Fraction(sum(landed))],
        "measures.minimum_per_household": [Fraction(min(landed)) if landed else None],
        "measures.average_per_household": [Fraction(sum(landed), len(landed)) if landed else None],
    }


def computed(scope: Scope) -> dict[str, list[Fraction | None]]:
    return {code: [part.value for part in figure.parts.values()] for code, figure in figures(scope, COMPUTABLE).items()}


def at(day: date = END, division: str = CITY, **more: object) -> Scope:
    return Scope(division, day, JANUARY, **more)


@pytest.mark.parametrize("day", [date(2021, 11, 11), date(2022, 3, 9), MAY, AUGUST, END])
def test_every_figure_equals_an_independent_count(told, day):
    for division in (PROVINCE, CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, NEXT_VILLAGE, FAR_VILLAGE):
        expected = counted_by_hand(told, division, day, JANUARY)
        assert computed(at(day, division)) == expected, division
        assert set(expected) == {each.code for each in COMPUTABLE}


def test_the_count_by_hand_itself_sees_what_it_should(told):
    figure = {code: values[0] for code, values in counted_by_hand(told, CITY, END, JANUARY).items()}
    assert figure["monitoring.total.households"] == 6
    assert figure["monitoring.total.persons"] == 3 + 6 + 1 + 2 + 4 + 6
    assert figure["monitoring.new.households"] == 4
    assert (figure["elimination.households"], figure["elimination.persons"]) == (3, 6)
    assert figure["elimination.new.households"] == 2
    assert figure["measures.education.households"] == 2
    assert (figure["measures.landed"], figure["measures.minimum_per_household"]) == (11, 0)


def test_the_rate_is_computed_by_household_and_by_person(told):
    rate = figures(at(), [INDICATORS["elimination.rate"]])["elimination.rate"]
    assert {basis: (part.numerator, part.denominator) for basis, part in rate.parts.items()} == {
        Basis.HOUSEHOLD: (3, 6),
        Basis.PERSON: (6, 22),
    }
    assert (rate.parts[Basis.HOUSEHOLD].value, rate.parts[Basis.PERSON].value) == (50, Fraction(300, 11))


def test_a_division_without_households_has_counts_of_zero_and_no_rate(world):
    empty = figures(at(), COMPUTABLE)
    assert empty["monitoring.total.households"].value == 0
    assert empty["monitoring.total.persons"].value == 0
    assert [part.value for part in empty["elimination.rate"].parts.values()] == [None, None]
    assert empty["measures.minimum_per_household"].value is None
    assert empty["measures.average_per_household"].value is None


def test_figures_by_place_add_up_to_the_whole(told):
    whole = figures(at(), COMPUTABLE)
    for length in (6, 9, 12):
        parts = figures_by_place(at(), COMPUTABLE, length)
        assert all(len(code) == length for code in parts)
        for indicator in COMPUTABLE:
            if indicator.denominator is None and not indicator.code.endswith("per_household"):
                assert sum(place[indicator.code].value for place in parts.values()) == whole[indicator.code].value
        for basis, part in whole["elimination.rate"].parts.items():
            halves = [place["elimination.rate"].parts[basis] for place in parts.values()]
            assert sum(half.numerator for half in halves) == part.numerator
            assert sum(half.denominator for half in halves) == part.denominator
    assert list(figures_by_place(at(), COMPUTABLE, 6)) == [COUNTY, OTHER_COUNTY]


def test_the_figure_of_a_place_is_the_figure_asked_for_there(told):
    for code, place in figures_by_place(at(JUNE), COMPUTABLE, 6).items():
        assert place == figures(at(JUNE, code), COMPUTABLE)


def test_a_figure_is_the_length_of_its_list(told):
    for indicator in COMPUTABLE:
        if indicator.bases == (Basis.HOUSEHOLD,):
            assert spans(at(JUNE), indicator.numerator).count() == figures(at(JUNE), [indicator])[indicator.code].value


def test_all_figures_together_take_one_query(told):
    with CaptureQueriesContext(connection) as queries:
        figures(at(), INDICATORS.values())
    assert len(queries) == 1


# What is done to one record moves each figure by exactly that, and nothing else.


def moved(before: dict[str, list[Fraction | None]], after: dict[str, list[Fraction | None]]) -> dict[str, Fraction]:
    """The counts that changed, with the change."""
    return {
        code: after[code][0] - before[code][0]
        for code in before
        if len(before[code]) == 1 and not code.endswith("per_household") and after[code] != before[code]
    }


def case_in(village: str, kind: HouseholdType) -> Case:
    return Case.objects.get(village_id=village, household_type=kind.value, identified_on__isnull=False)


def test_a_removed_household_leaves_exactly_the_figures_that_counted_it(world, told):
    before, known = computed(at()), evening(END)
    world.remove(case_in(VILLAGE, T.MARGINAL).household, evening(END) + timedelta(hours=1))
    after = computed(at())
    assert moved(before, after) == {
        "monitoring.total.households": -1,
        "monitoring.total.persons": -6,
        "monitoring.new.households": -1,
        "monitoring.new.persons": -6,
        "monitoring.current.households": -1,
        "monitoring.current.persons": -6,
        "monitoring.marginal.households": -1,
        "monitoring.marginal.persons": -6,
        "risks.schooling.households": -1,
        "risks.schooling.persons": -6,
        "risks.illness.households": -1,
        "risks.illness.persons": -6,
        "measures.compulsory_education.households": -1,
        "measures.compulsory_education.persons": -6,
        "measures.education.households": -1,
        "measures.education.persons": -6,
        "measures.any.households": -1,
        "measures.any.persons": -6,
        "measures.landed": -1,
    }
    assert after["elimination.rate"] == [Fraction(300, 5), Fraction(600, 16)]
    assert computed(at(known_at=known)) == before
    assert Household.objects.count() == 8


def test_a_corrected_elimination_moves_between_the_days_and_nothing_else(world, told):
    july, september = date(2022, 7, 1), date(2022, 9, 5)
    days = (july, AUGUST, september, END)
    before = {day: computed(at(day)) for day in days}
    case = case_in(VILLAGE, T.SUDDEN)
    world.correct(case, "eliminated", date(2022, 9, 6), evening(END))
    after = {day: computed(at(day)) for day in days}
    expected = {
        "monitoring.current.households": 1,
        "monitoring.current.persons": 1,
        "elimination.households": -1,
        "elimination.persons": -1,
        "elimination.new.households": -1,
        "elimination.new.persons": -1,
        "elimination.assisted.households": -1,
        "elimination.assisted.persons": -1,
    }
    assert {day: moved(before[day], after[day]) for day in days} == {
        july: {},
        AUGUST: expected,
        september: expected,
        END: {},
    }
    before_it = evening(END) - timedelta(hours=1)
    assert computed(at(september, known_at=before_it)) == before[september]


def test_a_withdrawn_measure_takes_one_from_its_category_and_nothing_else(world, told):
    before = computed(at())
    measure = Measure.objects.get(case=case_in(NEXT_VILLAGE, T.MARGINAL), category="finance")
    measures.withdraw(measure=measure, reason="误", by=world[SUN], at=evening(END), expected_version=1)
    after = computed(at())
    assert moved(before, after) == {
        "measures.finance.households": -1,
        "measures.finance.persons": -2,
        "measures.landed": -1,
    }
    assert after["elimination.rate"] == before["elimination.rate"]
    assert computed(at(known_at=evening(END) - timedelta(hours=1))) == before


def test_one_of_two_measures_of_a_category_leaves_the_household_in_it(world, told):
    before = computed(at())
    measure = Measure.objects.filter(case=case_in(VILLAGE, T.UNSTABLE), category="health").first()
    measures.withdraw(measure=measure, reason="误", by=world[SUN], at=evening(END), expected_version=1)
    assert moved(before, computed(at())) == {
        "measures.three_or_more.households": -1,
        "measures.three_or_more.persons": -3,
        "measures.landed": -1,
    }


def test_a_measure_that_lands_adds_one(world, told):
    case = case_in(VILLAGE, T.SUDDEN)
    measure = world.help(case, C.RELIEF, None)
    before = computed(at())
    measures.land(measure=measure, on=AUGUST, by=world[LI], at=evening(AUGUST), expected_version=1)
    assert moved(before, computed(at())) == {
        "measures.relief.households": 1,
        "measures.relief.persons": 1,
        "measures.any.households": 1,
        "measures.any.persons": 1,
        "measures.landed": 1,
    }
    assert moved(before, computed(at(date(2022, 8, 9)))).get("measures.relief.households") is None


def test_a_household_identified_anew_counts_once_and_the_past_stays(world, told):
    case = case_in(VILLAGE, T.SUDDEN)
    before, last_month = computed(at()), computed(at(date(2022, 8, 31)))
    known = evening(date(2022, 8, 31))
    again = world.report(case.household, date(2022, 9, 1), household_type=T.SUDDEN, risks=[R.ILLNESS])
    world.steps(again, WAY_TO_MONITORED, date(2022, 9, 20))
    after = computed(at())
    change = moved(before, after)
    assert "monitoring.total.households" not in change
    assert "monitoring.total.persons" not in change
    assert (change["elimination.households"], change["monitoring.current.households"]) == (-1, 1)
    assert (change["risks.accident.households"], change["risks.illness.households"]) == (-1, 1)
    assert computed(at(date(2022, 8, 31))) == last_month
    assert computed(at(date(2022, 8, 31), known_at=known)) == last_month
    assert computed(at(known_at=known)) == before
