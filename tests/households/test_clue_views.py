"""The pages on which a household is registered, a clue reported, its income surveyed and its guarantees checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from households.models import Case, GuaranteeCheck, Household, IncomeSurvey, Membership
from households.rules.history import EventKind
from households.workflow import Status
from tests.cast import CHEN, LI, OTHER_COUNTY, VILLAGE, World
from tests.pages import posted_to, read, signed_in

MARCH = date(2022, 3, 1)
CLUE = {
    "on": "2022-03-05",
    "source": "hotline",
    "household_type": "unstable",
    "risks": ["natural_disaster", "other"],
    "disaster": "drought",
    "remark": "牲畜病死",
    "told": "邻居来电",
}
INCOME = {
    "occasion": "identification",
    "surveyed_on": "2022-03-05",
    "period_from": "2021-03-05",
    "period_to": "2022-03-04",
    "household_size": "3",
    "wage": "12000.50",
}


@pytest.fixture
def home(world: World) -> Household:
    return world.household(MARCH)


def test_a_clue_opens_a_case_with_its_risks_and_source(world: World, home: Household):
    address = f"/households/{home.pk}/report/"
    assert address in read(signed_in(world[LI]), f"/households/{home.pk}/").links
    answer = signed_in(world[LI]).post(address, CLUE)
    case = Case.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}/")
    assert case.status == Status.REPORTED
    assert [(risk.risk, risk.disaster, risk.remark) for risk in case.risks.all()] == [
        ("natural_disaster", "drought", ""),
        ("other", "", "牲畜病死"),
    ]
    assert case.events.get().details == {"source": "hotline", "told": "邻居来电"}
    assert address not in read(signed_in(world[LI]), f"/households/{home.pk}/").links


@pytest.mark.parametrize(("is_former_poor", "code"), [(True, "unstable"), (False, "marginal")])
def test_the_type_that_fits_is_chosen_first(world: World, home: Household, is_former_poor: bool, code: str):
    Household.objects.filter(pk=home.pk).update(is_former_poor=is_former_poor)
    page = signed_in(world[LI]).get(f"/households/{home.pk}/report/").content.decode()
    assert f'<option value="{code}" selected>' in page


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"risks": []}, "risks", 400),
        ({"disaster": ""}, "risks", 400),
        ({"household_type": "marginal"}, "household_type", 400),
        ({"is_green_channel": "on", "risks": ["other"]}, "is_green_channel", 400),
        ({"on": "2022-02-01"}, "on", 400),
    ],
)
def test_a_fault_of_a_clue_stands_at_its_field_and_keeps_the_rest(
    world: World, home: Household, changed, field, status
):
    answer = signed_in(world[LI]).post(f"/households/{home.pk}/report/", {**CLUE, **changed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert "邻居来电" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_second_clue_is_refused_while_a_case_is_open(world: World, home: Household):
    world.report(home, MARCH)
    assert signed_in(world[LI]).post(f"/households/{home.pk}/report/", CLUE).status_code == 409


def test_income_and_guarantees_are_recorded_from_the_household(world: World, home: Household):
    client = signed_in(world[LI])
    assert client.post(f"/households/{home.pk}/income/", INCOME).status_code == 302
    survey = IncomeSurvey.objects.get()
    assert (survey.wage, survey.business, survey.household_size) == (Decimal("12000.50"), 0, 3)
    found = {"checked_on": "2022-03-05", "is_housing_safe": "yes", "is_water_safe": "no"}
    assert client.post(f"/households/{home.pk}/guarantees/", found).status_code == 302
    check = GuaranteeCheck.objects.get()
    assert (check.is_housing_safe, check.is_schooling_kept, check.is_water_safe) == (True, None, False)


@pytest.mark.parametrize(
    ("page", "sent", "changed", "rows"),
    [
        ("income", INCOME, {"wage": "1"}, IncomeSurvey),
        ("guarantees", {"checked_on": "2022-03-05", "is_water_safe": "no"}, {"is_water_safe": "yes"}, GuaranteeCheck),
    ],
)
def test_a_survey_tapped_twice_is_recorded_once(world: World, home: Household, page: str, sent, changed, rows):
    client, address = signed_in(world[LI]), f"/households/{home.pk}/{page}/"
    opened = client.get(address)
    key = opened.context["form"]["key"].value()
    assert f'value="{key}"' in opened.content.decode()
    answers = [client.post(address, {**sent, "key": key}) for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert str(rows.objects.get().pk) == key
    assert client.post(address, {**sent, **changed, "key": key}).status_code == 409
    assert rows.objects.count() == 1


@pytest.mark.parametrize(
    ("page", "sent", "field"),
    [
        ("income", {**INCOME, "period_to": "2021-01-01"}, "period_to"),
        ("income", {**INCOME, "surveyed_on": "2099-01-01"}, "surveyed_on"),
        ("income", {**INCOME, "wage": "-1"}, "wage"),
        ("guarantees", {"checked_on": "2022-03-05"}, "__all__"),
        ("guarantees", {"checked_on": "2099-01-01", "is_water_safe": "no"}, "checked_on"),
    ],
)
def test_a_fault_of_a_survey_stands_at_its_field(world: World, home: Household, page: str, sent, field: str):
    answer = signed_in(world[LI]).post(f"/households/{home.pk}/{page}/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert not IncomeSurvey.objects.exists()


def registration(world: World, **changed: object) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "rows": "3",
        "on": "2022-03-01",
        "village": VILLAGE,
        "address": "五社",
        "is_former_poor": "on",
        "m0-name": "王五",
        "m0-relationship": "head",
        "m0-sex": "male",
        "m0-number": next(world.numbers),
        "m1-name": "王小",
        "m1-relationship": "daughter",
        "m1-sex": "female",
        "m1-birth_date": "2015-06-01",
        **changed,
    }


def test_a_household_is_registered_with_its_members_once_however_often_it_is_sent(world: World):
    client, sent = signed_in(world[LI]), registration(world)
    for _time in range(2):
        answer = client.post("/households/register/", sent)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/households/{sent['key']}/")
    home = Household.objects.get()
    assert (home.village_id, home.address, home.is_former_poor) == (VILLAGE, "五社", True)
    rows = Membership.objects.order_by("member__birth_date")
    assert [(row.member.name, row.relationship, row.member.birth_date) for row in rows] == [
        ("王五", "head", date(1980, 1, 1)),
        ("王小", "daughter", date(2015, 6, 1)),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"m0-relationship": "spouse"},
        {"m0-number": "629999198001010000"},
        {"m1-sex": ""},
        {"m2-relationship": "son"},
        {"village": "620122100201"[:9]},
        {"on": "2099-01-01"},
    ],
)
def test_a_fault_of_a_registration_keeps_what_was_typed(world: World, changed):
    answer = signed_in(world[LI]).post("/households/register/", registration(world, **changed))
    assert answer.status_code == 400
    assert "alert-danger" in answer.content.decode()
    assert "王小" in answer.content.decode()
    assert not Household.objects.exists()


def test_more_rows_are_added_without_losing_what_was_typed(world: World):
    answer = signed_in(world[LI]).post("/households/register/", registration(world, more="1"))
    assert (answer.status_code, len(answer.context["people"])) == (200, 6)
    assert "王小" in answer.content.decode()
    assert "五社" in answer.content.decode()


def test_nothing_is_recorded_of_a_household_elsewhere(world: World, home: Household):
    stranger = signed_in(posted_to(OTHER_COUNTY))
    for page in ("report", "income", "guarantees"):
        assert stranger.get(f"/households/{home.pk}/{page}/").status_code == 404
        assert signed_in(world[CHEN]).get(f"/households/{home.pk}/{page}/").status_code == 403
    assert not Case.objects.filter(events__kind=EventKind.REPORTED).exists()
