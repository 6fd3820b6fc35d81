"""The main job on real input: Lanzhou's figures of 5 September 2022, regenerated and held against print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations.users import system_account
from accounts.permissions import Role
from assistance.models import MeasureSpan
from assistance.operations import measures
from common.crypto import decrypt
from demo.models import Demonstration
from households.models import Case, CaseSpan, Division, Household, IncomeSurvey, Member, MonitoringLine
from households.operations import corrections, households, people
from households.rules.documents import parse_document
from households.rules.levels import Level
from reports.figures import figures, figures_by_place
from reports.indicators import INDICATORS, Basis
from reports.list_rows import Row
from reports.query import Scope, spans
from tests.reading import reconciled, said

pytestmark = pytest.mark.usefixtures("lanzhou")

SOURCE = "lanzhou-2022-09-05"
CITY = "6201"
AS_OF = date(2022, 9, 5)
MOST_WALKED = 250  # rows of a list that is read page by page
WHOLE = Scope(CITY, AS_OF, date(2022, 1, 1))
COUNTED = {
    "monitoring.total.households": 958,
    "monitoring.total.persons": 3248,
    "monitoring.new.households": 31,
    "monitoring.new.persons": 142,
    "elimination.households": 658,
    "measures.industry.households": 530,
    "measures.employment.households": 392,
    "measures.education.households": 215,
    "measures.health.households": 679,
    "measures.social_security.households": 650,
    "measures.public_post.households": 137,
    "measures.minimum_per_household": 3,
}


def values(scope: Scope = WHOLE) -> dict[tuple[str, Basis], object]:
    """Every reading of every computable figure."""
    found = figures(scope, INDICATORS.values())
    return {(code, basis): part.value for code, figure in found.items() for basis, part in figure.parts.items()}


def moved(before: dict, after: dict) -> dict:
    """By how much each figure moved, those that did not left out."""
    return {key: after[key] - value for key, value in before.items() if after[key] != value}


def shares_moved(before: dict, change: dict) -> dict:
    """By how much rates and the average move where counts move so, worked out from the counts alone."""

    def count(code: str, basis: Basis, *, moves: bool) -> Fraction:
        return before[code, basis] + (change.get((code, basis), 0) if moves else 0)

    def share(part: tuple[str, Basis], whole: tuple[str, Basis], scale: int) -> Fraction:
        later, earlier = (
            Fraction(scale * count(*part, moves=moves), count(*whole, moves=moves)) for moves in (True, False)
        )
        return later - earlier

    households, persons = (Basis.HOUSEHOLD, "households"), (Basis.PERSON, "persons")
    found = {
        (rate, basis): share((f"{part}.{unit}", basis), (f"monitoring.total.{unit}", basis), 100)
        for rate, part in (("elimination.rate", "elimination"), ("measures.coverage_rate", "measures.any"))
        for basis, unit in (households, persons)
    }
    found["measures.average_per_household", Basis.MEASURE] = share(
        ("measures.landed", Basis.MEASURE), ("monitoring.total.households", Basis.HOUSEHOLD), 1
    )
    return {key: value for key, value in found.items() if value}


def test_every_monitoring_figure_of_the_article_is_met():
    found = reconciled(SOURCE)["figures"]
    assert {code: found[code]["computed"] for code in COUNTED} == COUNTED
    assert {found[code]["verdict"] for code in COUNTED} == {"matches"}


def test_the_rate_matches_by_person_and_differs_by_household():
    rate = reconciled(SOURCE)["figures"]["elimination.rate"]
    assert rate["verdict"] == {"household": "differs", "person": "matches"}
    assert rate["overall"] == "matches_one_basis"
    assert round(rate["computed"]["household"], 2) == 68.68
    assert 67.45 <= rate["computed"]["person"] < 67.55


def test_relations_among_the_printed_figures_are_judged_with_their_repairs():
    relations = reconciled(SOURCE)["relations"]
    assert {code: relation["verdict"] for code, relation in relations.items()} == {
        "r.expenditure": "consistent",
        "r.elimination_h": "inconsistent",
        "r.measures": "inconsistent",
        "r.housing": "inconsistent",
        "r.housing_cap": "inconsistent",
        "r.east_west": "consistent",
        "r.projects": "consistent",
        "r.new": "consistent",
    }
    repairs = {repair["figure"]: repair for repair in relations["r.elimination_h"]["repairs"]}
    assert repairs["monitoring.total.households"]["integers"] == [975]
    assert repairs["elimination.households"]["integers"] == [647]
    assert repairs["elimination.rate"]["printed"] == [68.7]
    repairs = {repair["figure"]: repair["integers"] for repair in relations["r.housing"]["repairs"]}
    assert (repairs["housing.planned"], repairs["housing.completed"]) == ([193, 194, 195], [122, 123])


def test_figures_without_records_say_which_kind_is_missing():
    found = reconciled(SOURCE)["figures"]
    waiting = {code: each for code, each in found.items() if each["verdict"] == "not_computable"}
    assert set(waiting) == set(found) - set(COUNTED) - {"elimination.rate"}
    assert len(waiting) == 50
    assert all(each["computed"] is None and "no records of" in each["explanation"] for each in waiting.values())


def test_reconcile_tells_by_its_exit_status_that_something_differs():
    status, printed = said("reconcile", SOURCE)
    assert status == 1
    assert "657" not in printed.split("relation ")[0]
    assert "monitoring.total.households" in printed


def test_the_days_of_a_procedure_and_of_the_period_are_plausible():
    for span in CaseSpan.objects.as_of(AS_OF).known_at(None):
        assert span.identified_on <= AS_OF
        assert span.eliminated_on is None or span.identified_on <= span.eliminated_on <= AS_OF
    assert MonitoringLine.objects.in_force("620121", AS_OF).amount == 6500


def test_every_identity_number_is_valid_and_nobodys():
    for member in Member.objects.all()[:200]:
        assert member.masked_number.startswith("6299")
    assert not Division.objects.filter(pk__startswith="6299").exists()


def test_numbers_fit_sex_and_birth_date():
    for member in Member.objects.all()[:200]:
        document = parse_document(decrypt(member.document_token), on=AS_OF)
        assert (document.sex, document.birth_date) == (member.sex, member.birth_date)


def test_unstable_and_marginal_households_were_surveyed_below_the_line():
    surveyed = IncomeSurvey.objects.filter(occasion="identification").select_related("household")
    kinds = dict(Case.objects.values_list("household", "household_type"))
    below = [survey.net_per_capita < 6500 for survey in surveyed if kinds[survey.household_id] != "sudden"]
    assert len(below) > 600
    assert all(below)


def test_households_live_in_real_villages_of_every_county_that_has_committees():
    villages = set(Household.objects.values_list("village", flat=True))
    assert Division.objects.filter(pk__in=villages).at_level(Level.VILLAGE).count() == len(villages) > 300


def test_the_demonstration_says_what_it_chose_and_why():
    choice = Demonstration.objects.get(pk=CITY).choice
    assert "2,191 to 2,194" in choice["en"]
    assert "68.68" in choice["zh"]


def test_rebuilt_spans_equal_the_stored_ones():
    status, printed = said("audit_records", format="json")
    assert status == 0
    assert '"differences": []' in printed


def test_the_same_seed_gives_the_same_records_and_another_one_others(undone: None):
    before = list(Member.objects.order_by("name", "birth_date").values_list("name", "birth_date"))
    said("demo", source=SOURCE, replace=True)
    assert list(Member.objects.order_by("name", "birth_date").values_list("name", "birth_date")) == before
    said("demo", source=SOURCE, replace=True, seed=7)
    assert list(Member.objects.order_by("name", "birth_date").values_list("name", "birth_date")) != before
    assert values()["monitoring.total.persons", Basis.PERSON] == 3248


def test_removing_a_household_moves_each_figure_by_exactly_that_household(undone: None):
    span = spans(WHOLE, INDICATORS["elimination.households"].numerator).filter(risks=["illness"]).first()
    before = values()
    households.remove(
        household=span.household,
        reason="误登",
        by=supervisor(),
        at=timezone.now(),
        expected_version=span.household.version,
    )
    change = moved(before, values())
    counted = {
        "monitoring.total", f"monitoring.{span.household_type}", "risks.illness", "elimination",
        f"elimination.{span.elimination_way}", "measures.any", "measures.three_or_more",
        *(f"measures.{category}" for category in span.landed),
    }  # fmt: skip
    if "compulsory_education" in span.landed:
        counted.add("measures.education")
    if span.has_no_labour:
        counted.add("monitoring.no_labour")
    if span.eliminated_on >= date(2022, 1, 1):
        counted.add("elimination.new")
    expected = {(f"{stem}.households", Basis.HOUSEHOLD): -1 for stem in counted}
    expected |= {(f"{stem}.persons", Basis.PERSON): -span.persons for stem in counted}
    expected |= {("measures.landed", Basis.MEASURE): -len(span.landed)}
    assert change == expected | shares_moved(before, expected)


def test_moving_one_elimination_past_the_day_moves_only_what_counts_it(undone: None):
    span = spans(WHOLE, INDICATORS["elimination.new.households"].numerator).order_by("case").first()
    case = span.case
    event = case.events.get(kind="eliminated")
    before = values()
    corrections.correct_day(
        event=event,
        on=date(2022, 9, 6),
        reason="审定日期有误",
        by=supervisor(),
        at=timezone.now(),
        expected_version=case.version,
    )
    change = moved(before, values())
    stems = {
        "elimination": -1,
        "elimination.new": -1,
        f"elimination.{span.elimination_way}": -1,
        "monitoring.current": 1,
    }
    expected = {
        **{(f"{stem}.households", Basis.HOUSEHOLD): sign for stem, sign in stems.items()},
        **{(f"{stem}.persons", Basis.PERSON): sign * span.persons for stem, sign in stems.items()},
    }
    assert change == expected | {
        ("elimination.rate", Basis.HOUSEHOLD): Fraction(-100, 958),
        ("elimination.rate", Basis.PERSON): Fraction(-100 * span.persons, 3248),
    }
    assert reconciled(SOURCE)["figures"]["elimination.households"]["verdict"] == "differs"


def test_withdrawing_the_only_measure_of_a_category_moves_that_category(undone: None):
    span = next(
        row
        for row in spans(WHOLE, INDICATORS["measures.industry.households"].numerator).order_by("case")
        if row.landed.count("industry") == 1 and len(row.landed) == 3
    )
    measure = MeasureSpan.objects.get(case=span.case_id, category="industry").measure
    before = values()
    measures.withdraw(
        measure=measure, reason="未落实", by=supervisor(), at=timezone.now(), expected_version=measure.version
    )
    change = moved(before, values())
    assert change == {
        ("measures.industry.households", Basis.HOUSEHOLD): -1,
        ("measures.industry.persons", Basis.PERSON): -span.persons,
        ("measures.three_or_more.households", Basis.HOUSEHOLD): -1,
        ("measures.three_or_more.persons", Basis.PERSON): -span.persons,
        ("measures.landed", Basis.MEASURE): -1,
        ("measures.average_per_household", Basis.MEASURE): Fraction(-1, 958),
        # two measures are left, where every household had three or more
        ("measures.minimum_per_household", Basis.MEASURE): -1,
    }


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2021, 12, 31), date(2022, 5, 1), AS_OF])
def test_figures_of_the_counties_add_up_to_the_city(day: date):
    scope = Scope(CITY, day, date(day.year, 1, 1))
    counts = [indicator for indicator in INDICATORS.values() if indicator.kind == "count"]
    whole = figures(scope, counts)
    parts = figures_by_place(scope, counts, 6)
    for indicator in counts:
        assert sum(place[indicator.code].value for place in parts.values()) == whole[indicator.code].value, (
            indicator.code
        )


@pytest.mark.parametrize("division", [CITY, "620121", "620123", "620102", "620121100"])
@pytest.mark.parametrize("day", ["2021-06-30", "2022-09-05"])
def test_page_and_api_and_figure_agree(division: str, day: str):
    client = Client()
    client.force_login(User.objects.get(username="supervisor"))
    asked = {"division": division, "as_of": day}
    scope = Scope(division, date.fromisoformat(day), date(int(day[:4]), 1, 1))
    found = figures(scope, INDICATORS.values())
    served = {each["id"]: each for each in client.get("/api/v1/indicators", asked).json()["results"]}
    for code in ("monitoring.total", "monitoring.new", "elimination", "measures.health", "risks.illness"):
        count = found[f"{code}.households"].value
        persons = found[f"{code}.persons"].value
        listed = client.get("/api/v1/cases", asked | {"indicator": f"{code}.households", "count": "true"}).json()
        assert listed["count"] == count == served[f"{code}.households"]["values"][0]["value"]
        if count <= MOST_WALKED:
            rows = list(walked(client, f"/figures/{code}.households/", asked))
            assert (len(rows), sum(row.span.persons for row in rows)) == (count, persons)


def walked(client: Client, address: str, asked: dict[str, str]) -> Iterator[Row]:
    """The rows of a list, page after page as its links lead."""
    page = client.get(address, asked).context
    yield from page["records"]
    while page["next_address"]:
        page = client.get(page["next_address"]).context
        yield from page["records"]


def supervisor() -> User:
    """Someone who may correct and remove, posted to the city today."""
    user = User.objects.get(username="supervisor")
    people.post_from_console(
        user=user,
        role=Role.SUPERVISOR,
        division=Division.objects.get(pk=CITY),
        starts_on=date(2022, 1, 1),
        by=system_account(),
        at=timezone.now(),
    )
    return user
