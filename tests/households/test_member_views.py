"""The page of a member: what is recorded, recording it anew, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from households.models import MemberCondition, Membership
from households.rules.person_codes import Allowance, Health, Schooling
from tests.cast import BUREAU, CHEN, LI, STRANGER, World
from tests.pages import Page, signed_in

MARCH = date(2022, 3, 1)
SENT = {
    "valid_from": "2022-04-01", "version": "1", "ethnicity": "03", "political_status": "masses", "phone": "13900000000",
    "health": ["chronic", "disabled"], "schooling": "vocational_2", "disability_category": "4", "disability_level": "3",
    "has_resident_insurance": "true", "has_employee_insurance": "false", "dibao": "rural", "monthly_wage": "",
}  # fmt: skip


@pytest.fixture
def head(world: World) -> Membership:
    return world.household(MARCH).memberships.get(relationship="head")


@pytest.fixture
def browser(world: World) -> Client:
    return signed_in(world[LI])


def test_what_is_entered_is_recorded_from_its_day_and_shown_on_the_household(head, browser):
    answer = browser.post(f"/members/{head.pk}/", SENT)
    assert (answer.status_code, answer.url) == (302, f"/households/{head.household_id}/")
    row = MemberCondition.objects.get()
    told = row.condition
    assert row.valid_from == date(2022, 4, 1)
    assert (told.health, told.schooling) == ((Health.CHRONIC, Health.DISABLED), Schooling.VOCATIONAL_2)
    assert (told.disability_category, told.disability_level, told.dibao) == (4, 3, Allowance.RURAL)
    assert (told.has_resident_insurance, told.has_employee_insurance) == (True, False)
    assert (told.has_resident_pension, told.monthly_wage, told.education) == (None, None, None)
    head.member.refresh_from_db()
    assert (head.member.ethnicity, head.member.phone, head.member.version) == ("03", "13900000000", 3)
    page = browser.get(f"/households/{head.household_id}/").content.decode()
    assert "chronically ill · disabled" in page
    assert "secondary vocational school, year 2" in page
    assert f"/members/{head.pk}/" in Page(page).links


def test_the_form_begins_with_what_holds_and_nothing_on_the_page_is_inline(head, browser):
    browser.post(f"/members/{head.pk}/", SENT)
    page = browser.get(f"/members/{head.pk}/")
    assert page.context["form"].initial["schooling"] == "vocational_2"
    assert page.context["form"].initial["has_resident_insurance"] == "true"
    assert page.context["form"].initial["version"] == 3
    assert Page(page.content.decode()).inline == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"version": "7"}, "__all__"),
        ({"valid_from": "2022-02-01"}, "valid_from"),
        ({"health": ["healthy", "chronic"]}, "health"),
        ({"disability_level": ""}, "disability_level"),
        ({"work_months": "13"}, "work_months"),
        ({"schooling": "college_9"}, "schooling"),
    ],
)
def test_what_is_refused_stands_at_its_field_and_nothing_is_recorded(head, browser, changed, field):
    answer = browser.post(f"/members/{head.pk}/", {**SENT, **changed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert not MemberCondition.objects.exists()
    head.member.refresh_from_db()
    assert (head.member.version, head.member.ethnicity) == (1, "")


def test_who_only_reads_sees_what_is_recorded_and_no_form(world, head, browser):
    browser.post(f"/members/{head.pk}/", SENT)
    reader = signed_in(world[CHEN])
    page = reader.get(f"/members/{head.pk}/")
    assert page.context["form"] is None
    assert "secondary vocational school, year 2" in page.content.decode()
    assert reader.post(f"/members/{head.pk}/", {**SENT, "version": "3"}).status_code == 403
    assert MemberCondition.objects.count() == 1


def test_a_stranger_finds_no_member(world, head):
    assert signed_in(world[STRANGER]).get(f"/members/{head.pk}/").status_code == 404


def test_the_api_serves_the_condition_of_a_day_within_the_postings(world, head, browser):
    browser.post(f"/members/{head.pk}/", SENT)
    browser.post(f"/members/{head.pk}/", {**SENT, "version": "3", "valid_from": "2022-06-01", "dibao": "none"})
    client = signed_in(world[BUREAU])

    def served(**asked: str) -> list[tuple[str, str]]:
        rows = client.get("/api/v1/member-conditions", asked).json()["results"]
        return [(row["valid_from"], row["dibao"]) for row in rows]

    assert served(member=str(head.member_id)) == [("2022-04-01", "rural"), ("2022-06-01", "none")]
    assert served(as_of="2022-05-31") == [("2022-04-01", "rural")]
    assert served(division="620122") == []
