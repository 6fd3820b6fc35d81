"""The technical site: who enters it, what it shows, and that it changes nothing past the operations."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from assistance.rules.categories import Category
from demo.models import Demonstration
from households.models import Posting
from tests.cast import CITY, COUNTY, LI, STRANGER, SUN, ZHOU, World

APRIL = date(2022, 4, 1)
PRODUCT = {"accounts", "households", "assistance", "demo"}
EDITABLE = {"accounts.user", "households.posting"}


@pytest.fixture
def zhou(world: World, client: Client) -> Client:
    """Signed in as the administrator of the city, admitted to the technical site."""
    User.objects.filter(username=ZHOU).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(username=ZHOU))
    return client


def registered() -> dict[str, admin.ModelAdmin]:
    """The product's own records in the technical site, by label."""
    return {
        model._meta.label_lower: shown
        for model, shown in admin.site._registry.items()
        if model._meta.app_label in PRODUCT
    }


def address(label: str, action: str = "") -> str:
    """The address of a kind of record."""
    return f"/admin/{label.replace('.', '/')}/{action}"


def test_only_who_was_admitted_enters(world: World, client: Client):
    for name in (LI, SUN, ZHOU, STRANGER):
        client.force_login(world[name])
        assert client.get("/admin/").status_code == 302


def test_every_list_and_every_record_can_be_looked_at(zhou: Client, world: World):
    world.help(world.monitored(APRIL), Category.HEALTH, APRIL)
    for label, shown in registered().items():
        assert zhou.get(address(label), {"q": "6201"} if shown.search_fields else {}).status_code == 200, label
        row = shown.model._default_manager.first()
        if row is not None:
            assert zhou.get(address(label, f"{row.pk}/change/")).status_code == 200, label


def test_a_list_answers_to_any_search(zhou: Client, world: World):
    case = world.monitored(APRIL)
    assert str(case.pk) in zhou.get(address("households.case"), {"q": str(case.pk)}).content.decode()
    assert zhou.get(address("households.case"), {"q": "高坪"}).status_code == 200


def test_records_of_the_field_cannot_be_changed_added_or_deleted(zhou: Client, world: World):
    world.help(world.monitored(APRIL), Category.HEALTH, APRIL)
    for label, shown in registered().items():
        if label in EDITABLE:
            continue
        assert zhou.get(address(label, "add/")).status_code == 403, label
        row = shown.model._default_manager.first()
        if row is not None:
            assert zhou.post(address(label, f"{row.pk}/change/"), {"_save": "1"}).status_code == 403, label
            assert zhou.post(address(label, f"{row.pk}/delete/"), {"post": "yes"}).status_code == 403, label


def test_nothing_but_a_demonstration_is_left_unregistered_or_editable_unknowingly():
    may = {label for label, shown in registered().items() if type(shown).__mro__[1].__name__ != "LookOnly"}
    assert may == EDITABLE


def test_of_an_identity_number_only_the_mask_is_shown(zhou: Client, world: World):
    household = world.household(APRIL, persons=1)
    member = household.memberships.get().member
    page = zhou.get(address("households.member", f"{member.pk}/change/")).content.decode()
    assert member.masked_number in page
    assert "1980" + "0101" not in member.masked_number
    assert "document_token" not in page
    assert "document_hash" not in page


def test_a_posting_is_given_by_the_operation_and_audited(zhou: Client, world: World):
    entered = {
        "user": world[STRANGER].pk,
        "role": "reviewer",
        "division": COUNTY,
        "starts_on": "2022-04-01",
        "ends_on": "",
    }
    answer = zhou.post(address("households.posting", "add/"), entered)
    assert answer.status_code == 302
    given = Posting.objects.get(user=world[STRANGER])
    assert (given.role, given.division_id, given.starts_on) == ("reviewer", COUNTY, APRIL)
    written = AuditEvent.objects.get(action="posting.given", subject_id=str(given.pk))
    assert written.actor == world[ZHOU]


def test_a_posting_is_ended_by_the_operation_and_not_otherwise_changed(zhou: Client, world: World):
    posting = Posting.objects.get(user=world[LI])
    entered = {"ends_on": "2022-04-01", "role": "approver"}
    assert zhou.post(address("households.posting", f"{posting.pk}/change/"), entered).status_code == 302
    posting.refresh_from_db()
    assert (posting.ends_on, posting.role) == (APRIL, "caseworker")
    assert AuditEvent.objects.filter(action="posting.ended", subject_id=str(posting.pk)).exists()


def test_a_posting_is_not_changed_without_its_last_day(zhou: Client, world: World):
    posting = Posting.objects.get(user=world[LI])
    answer = zhou.post(address("households.posting", f"{posting.pk}/change/"), {"ends_on": ""})
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_a_posting_outside_ones_own_division_is_refused_with_a_sentence(zhou: Client, world: World):
    Posting.objects.filter(user=world[ZHOU]).update(division_id=COUNTY)
    entered = {
        "user": world[STRANGER].pk,
        "role": "reviewer",
        "division": CITY,
        "starts_on": "2022-04-01",
        "ends_on": "",
    }
    answer = zhou.post(address("households.posting", "add/"), entered, follow=True)
    assert CITY in " ".join(str(message) for message in answer.context["messages"])
    assert not Posting.objects.filter(user=world[STRANGER]).exists()


def test_a_posting_and_an_account_cannot_be_deleted(zhou: Client, world: World):
    posting = Posting.objects.get(user=world[LI])
    assert zhou.post(address("households.posting", f"{posting.pk}/delete/"), {"post": "yes"}).status_code == 403
    assert zhou.post(address("accounts.user", f"{world[LI].pk}/delete/"), {"post": "yes"}).status_code == 403


def test_an_account_is_opened_with_a_name_and_a_password(zhou: Client, world: World):
    entered = {"username": "ma.yun", "full_name": "马云", "password1": "eleven geese", "password2": "eleven geese"}
    answer = zhou.post(address("accounts.user", "add/"), entered | {"usable_password": "true"})
    assert answer.status_code == 302
    opened = User.objects.get(username="ma.yun")
    assert (opened.full_name, opened.is_superuser) == ("马云", False)
    assert opened.check_password("eleven geese")


def test_the_technical_site_says_that_the_data_are_a_demonstration(zhou: Client):
    Demonstration.objects.create(
        division_id=CITY,
        source_id="x",
        source_title="A city",
        as_of=APRIL,
        period_start=APRIL,
        seed=1,
        digest="",
        number_area="629900",
        households=0,
        persons=0,
        made_at=timezone.now(),
    )
    assert "A city" in zhou.get("/admin/", headers={"accept-language": "en"}).content.decode()
