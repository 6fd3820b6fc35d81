"""The page of one household and of one case, as of a day and as known at a moment."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from assistance.operations import measures
from assistance.rules.categories import Category
from common.crypto import decrypt
from households.models import Case, Household, Member, MonitoringLine
from households.operations import surveys
from households.operations.surveys import Income
from households.rules.history import EventKind
from households.rules.incomes import IncomeItems
from tests.cast import CITY, FAR_VILLAGE, LI, NEXT_VILLAGE, PROVINCE, SUN, VILLAGE, ZHAO, World, evening
from tests.pages import signed_in

APRIL, JULY = date(2022, 4, 1), date(2022, 7, 1)
SCOPE = {"division": CITY, "as_of": "2022-09-05", "period_start": "2022-01-01"}


def test_a_household_page_tells_members_cases_measures_incomes_and_guarantees(peopled: World):
    case = Case.objects.get(village_id=VILLAGE)
    household, client = case.household, signed_in(peopled[SUN])
    household.income_surveys.all().delete()
    Household.objects.filter(pk=household.pk).update(address="高坪村五社", national_number="6201001")
    MonitoringLine.objects.create(division_id=PROVINCE, valid_from=date(2022, 1, 1), amount=Decimal(6500), source="x")
    none = Decimal(0)
    for day, wage in ((date(2021, 12, 31), "20000"), (APRIL, "20000"), (JULY, "30000")):
        items = IncomeItems(Decimal(wage), none, none, none, none, none, none)
        surveys.record_income(
            income=Income(household, "yearly", day, date(2021, 1, 1), day, 4, items, peopled[LI], evening(JULY))
        )
    surveys.record_guarantees(
        household=household,
        checked_on=JULY,
        is_housing_safe=True,
        is_schooling_kept=None,
        is_everyone_insured=False,
        is_water_safe=True,
        by=peopled[LI],
        at=evening(JULY),
    )
    planned = peopled.help(case, Category.WATER, None)
    wrong = peopled.help(case, Category.HOUSING, JULY)
    measures.withdraw(measure=wrong, reason="误写", by=peopled[SUN], at=evening(JULY), expected_version=wrong.version)
    told = client.get(f"/households/{household.pk}/", SCOPE).context["dossier"]
    assert [(each.name, each.is_head) for each in told.members] == [("张三", True)] + [("张三", False)] * 3
    assert all(re.fullmatch(r"\d{4}\*{12}\d[\dX]", each.number) for each in told.members)
    assert [(each.cells, each.badge.text if each.badge else "") for each in told.incomes] == [
        (("5,000.00", "5,000.00", "–"), ""),
        (("7,500.00", "7,500.00", "6,500.00"), "not below the line"),
        (("5,000.00", "5,000.00", "6,500.00"), "below the line"),
    ]
    assert [(each.year, each.stands) for each in told.incomes] == [(2021, True), (2022, True), (2022, False)]
    assert [badge.text for _name, badge in told.checks[0].found] == ["met", "not looked at", "not met", "met"]
    states = {each.category: (each.badge.text, each.reason) for each in told.cases[0].measures}
    assert states == {
        "health": ("landed", ""),
        "drinking-water safety": ("planned", ""),
        "housing safety": ("withdrawn", "误写"),
    }
    assert told.cases[0].landed == 1
    text = client.get(f"/households/{household.pk}/", SCOPE).content.decode()
    assert text.count("line not known") == 2  # in the table, and under the bar of its year
    assert (text.count("data-aside"), text.count("earlier in 2022")) == (1, 1)
    for part in ("高坪村五社", "13900000000", "6201001", planned.item):
        assert part in text
    assert decrypt(Member.objects.filter(memberships__household=household)[0].document_token) not in text


def test_the_day_in_the_address_moves_the_household(peopled: World):
    case = Case.objects.get(village_id=FAR_VILLAGE)
    client, address = signed_in(peopled[SUN]), f"/households/{case.household_id}/"
    peopled.join(case.household, JULY)

    def told(day: str):
        return client.get(address, {"as_of": day}).context["dossier"]

    assert [len(told(day).members) for day in ("2022-06-30", "2022-07-01")] == [3, 4]
    assert [told(day).cases[0].status.text for day in ("2022-06-30", "2022-07-01")] == [
        "monitored",
        "risk eliminated",
    ]
    assert [len(told(day).cases[0].timeline) for day in ("2022-06-30", "2022-07-01")] == [7, 14]
    assert client.get(address, {"as_of": "2022-03-31"}).status_code == 404
    assert client.get(f"/cases/{case.pk}/", {"as_of": "2022-03-31"}).status_code == 404


def test_a_member_who_left_is_folded_away(peopled: World):
    household = Household.objects.get(village_id=FAR_VILLAGE)
    gone = household.memberships.exclude(relationship="head").first()
    gone.left_on, gone.left_how = JULY, "other"
    gone.save()
    told = signed_in(peopled[SUN]).get(f"/households/{household.pk}/", SCOPE).context["dossier"]
    assert (len(told.members), [each.left_on for each in told.earlier]) == (2, [JULY])


def test_a_correction_is_told_as_one_and_what_was_known_before_stays_readable(peopled: World):
    case = Case.objects.get(village_id=NEXT_VILLAGE)
    peopled.correct(case, EventKind.IDENTIFIED.value, date(2022, 4, 20), evening(date(2022, 8, 1)))
    client, address = signed_in(peopled[SUN]), f"/cases/{case.pk}/"
    page = client.get(address, SCOPE)
    identified = next(each for each in page.context["case"].timeline if each.name == "identified")
    assert (identified.entry.on, identified.entry.corrections[0].was) == (date(2022, 4, 20), APRIL)
    assert "the day was written down as <del>2022-04-01</del>" in page.content.decode()
    assert page.context["case"].span.identified_on == date(2022, 4, 20)
    before = client.get(address, {**SCOPE, "known_at": "2022-07-31T12:00"}).context
    told = next(each for each in before["case"].timeline if each.name == "identified")
    assert (told.entry.on, told.entry.corrections) == (APRIL, ())
    assert before["case"].span.identified_on == APRIL
    assert [span.is_read for span in page.context["spans"]].count(True) == 1
    assert len(page.context["spans"]) > len(before["spans"])


def test_a_household_of_two_episodes_tells_both(peopled: World):
    case = Case.objects.get(village_id=FAR_VILLAGE)
    peopled.report(case.household, date(2022, 8, 1))
    told = signed_in(peopled[SUN]).get(f"/households/{case.household_id}/", SCOPE).context["dossier"]
    assert [(each.episode, each.status.text) for each in told.cases] == [
        (1, "risk eliminated"),
        (2, "clue reported"),
    ]


@pytest.mark.parametrize(
    ("address", "budget"),
    [
        ("/households/", 14),
        ("/households/?cols=income,line,beside", 16),
        ("/cases/", 13),
        ("HOUSEHOLD", 21),
        ("CASE", 49),
    ],
)
def test_a_page_asks_the_database_equally_often_however_much_it_shows(
    peopled: World, django_assert_max_num_queries, address: str, budget: int
):
    case = Case.objects.get(village_id=VILLAGE)
    address = {"HOUSEHOLD": f"/households/{case.household_id}/", "CASE": f"/cases/{case.pk}/"}.get(address, address)
    client = signed_in(peopled[SUN])
    with django_assert_max_num_queries(budget) as few:
        client.get(address, QUERY_STRING=f"{urlsplit(address).query}&division=6201&as_of=2022-09-05")
    for category in Category:
        peopled.help(case, category, JULY)
    for _household in range(4):
        peopled.eliminated(APRIL, JULY, village=NEXT_VILLAGE)
    with django_assert_max_num_queries(budget) as many:
        client.get(address, QUERY_STRING=f"{urlsplit(address).query}&division=6201&as_of=2022-09-05")
    assert len(few) == len(many)


def test_the_case_tells_whose_step_it_is_and_the_clocks_with_who_may_let_them_stand_still(world: World):
    case = world.report(world.household(APRIL), APRIL)
    supervisor = signed_in(world[SUN]).get(f"/cases/{case.pk}/").context["procedure"]
    assert [step.by for step in supervisor.steps if step.on] == [LI]
    assert [step.name for step in supervisor.steps if step.is_next] == ["verified at home"]
    assert supervisor.options[0].refusal == "This step is for: caseworker, village convener, reviewer."
    assert {(clock.name, clock.badge.text, clock.address) for clock in supervisor.clocks} == {
        ("verification at home", "late", ""),
        ("decision to identify or refuse", "late", ""),
    }
    deadline = case.deadlines.get(clock="verify")
    client = signed_in(world[ZHAO])
    address = f"/deadlines/{deadline.pk}/pause/"
    assert address in {clock.address for clock in client.get(f"/cases/{case.pk}/").context["procedure"].clocks}
    assert client.post(address, {"on": "2022-04-02", "reason": ""}).status_code == 400
    assert client.post(address, {"on": "2022-04-02", "reason": "户主住院"}).status_code == 302
    paused = client.get(f"/cases/{case.pk}/").context["procedure"].clocks
    assert [(clock.badge.text, clock.reason) for clock in paused if clock.paused_on] == [("stands still", "户主住院")]
    assert client.post(f"/deadlines/{deadline.pk}/resume/", {"on": "2022-04-08"}).status_code == 302
    deadline.refresh_from_db()
    assert deadline.paused_on is None


def test_the_household_is_told_the_outcome_once(world: World):
    case = world.monitored(APRIL)
    client = signed_in(world[LI])
    address = f"/cases/{case.pk}/feedback/"
    assert client.get(f"/cases/{case.pk}/").context["procedure"].feedback_address == address
    sent = {"on": "2022-04-02", "version": case.version, "told": "电话告知"}
    assert client.post(address, {**sent, "told": ""}).status_code == 400
    assert client.post(address, {**sent, "version": 1}).status_code == 412
    assert client.post(address, sent).status_code == 302
    page = client.get(f"/cases/{case.pk}/")
    assert page.context["procedure"].feedback_address == ""
    assert "电话告知" in page.content.decode()
