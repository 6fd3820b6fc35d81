"""Who is responsible for a household sees it and acts there as a caseworker does, wherever his postings are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from accounts.permissions import Permission, Role
from assistance.rules.categories import Category
from common import scopes
from common.moments import day_of
from common.refusals import NotAllowed
from households import access
from households.models import Assignment, Case, Household
from households.models.scoping import PlacedQuerySet, path_home
from households.operations import assignments, households
from households.rules.visits import Purpose
from tests.cast import FAR_VILLAGE, TOWNSHIP, ZHAO, World, evening
from tests.pages import posted_to, signed_in

pytestmark = pytest.mark.django_db
SPRING = date(2022, 4, 1)


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


@pytest.fixture
def ma(world: World) -> User:
    """A caseworker of the first county's township."""
    return posted_to(TOWNSHIP, Role.CASEWORKER)


@pytest.fixture
def case(world: World, ma: User, today: date) -> Case:
    """A monitored household in the other county, entrusted to the caseworker since yesterday; a neighbour is not."""
    case = world.monitored(SPRING, village=FAR_VILLAGE)
    world.help(case, Category.HEALTH, SPRING)
    world.monitored(SPRING, village=FAR_VILLAGE)
    assignments.assign(
        household=case.household, user=ma, starts_on=today - timedelta(days=1), by=world[ZHAO], at=timezone.now()
    )
    return case


def test_pages_show_the_household_and_not_its_neighbour(case: Case, ma: User):
    client = signed_in(ma)
    assert client.get(reverse("household", args=[case.household_id])).status_code == 200
    assert client.get(reverse("case", args=[case.pk])).status_code == 200
    assert client.get(reverse("visit-log", args=[case.household_id])).status_code == 200
    neighbour = Household.objects.exclude(pk=case.household_id).get(village_id=FAR_VILLAGE)
    assert client.get(reverse("household", args=[neighbour.pk])).status_code == 404


def test_the_api_shows_the_household_by_token_and_by_session(case: Case, ma: User):
    _token, secret = AuthToken.objects.create(ma)
    by_token = Client(headers={"authorization": f"Token {secret}"})
    for client in (by_token, signed_in(ma)):
        for address in (f"/api/v1/households/{case.household_id}", f"/api/v1/cases/{case.pk}"):
            assert client.get(address).status_code == 200
        members = client.get(f"/api/v1/members/{case.household.memberships.first().pk}")
        assert members.status_code == 200


def test_the_api_shows_the_household_to_who_is_posted_nowhere(case: Case, ma: User):
    ma.postings.all().delete()
    client = signed_in(ma)
    assert client.get(f"/api/v1/households/{case.household_id}").status_code == 200
    assert client.get(f"/api/v1/cases/{case.pk}").status_code == 200
    neighbour = Household.objects.exclude(pk=case.household_id).get(village_id=FAR_VILLAGE)
    assert client.get(f"/api/v1/households/{neighbour.pk}").status_code == 404


def test_lists_of_pages_and_api_alike_hold_the_division_s_own_households(case: Case, ma: User):
    client = signed_in(ma)
    for kind in ("households", "cases"):
        listed = client.get(f"/api/v1/{kind}", {"count": "true"}).json()
        assert (listed["division"], listed["count"]) == (TOWNSHIP, 0)
        assert client.get(f"/{kind}/").context["total_number"] == 0


def test_the_database_shows_just_that_household_though_every_filter_is_forgotten(case: Case, ma: User, today: date):
    with scopes.acting_in(access.scope_of(ma, today)):
        for model in placed():
            homes = set(model.objects.values_list(path_home(model), flat=True))
            assert homes <= {case.household_id}, model
        assert Household.objects.count() == 1
        assert Case.objects.count() == 1


def test_the_responsible_person_acts_there_within_his_scope(world: World, case: Case, ma: User, today: date):
    client = signed_in(ma)
    sent = {
        "id": "01890000-0000-7000-8000-000000000001",
        "household": str(case.household_id),
        "purpose": Purpose.ROUTINE.value,
        "happened_at": timezone.now().isoformat(),
        "findings": "一切正常",
    }
    answer = client.post("/api/v1/visits", sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert case.household.visits.get().visited_by == ma


def test_it_ends_with_the_assignment(world: World, case: Case, ma: User, today: date):
    assignments.end(assignment=Assignment.objects.get(), ends_on=today, by=world[ZHAO], at=timezone.now())
    again = User.objects.get(pk=ma.pk)
    assert signed_in(again).get(reverse("household", args=[case.household_id])).status_code == 404
    assert not access.can(again, Permission.LOG_VISIT, FAR_VILLAGE, today, case.household_id)
    assert access.can(again, Permission.LOG_VISIT, FAR_VILLAGE, today - timedelta(days=1), case.household_id)
    with scopes.acting_in(access.scope_of(again, today)):
        assert Household.objects.count() == 0


def test_it_permits_no_more_than_a_caseworker_does(world: World, case: Case, ma: User, today: date):
    for permission in (Permission.APPROVE_CASE, Permission.REGISTER_HOUSEHOLD, Permission.REMOVE_HOUSEHOLD):
        assert not access.can(ma, permission, FAR_VILLAGE, today, case.household_id)
    with pytest.raises(NotAllowed):
        households.remove(household=case.household, reason="误登", by=ma, at=evening(today), expected_version=1)


def test_a_closed_account_is_responsible_for_nothing(case: Case, ma: User, today: date):
    ma.is_active = False
    ma.save()
    assert access.scope_of(ma, today).keys == ()
    assert not access.can(ma, Permission.LOG_VISIT, FAR_VILLAGE, today, case.household_id)


def test_what_lies_within_the_postings_is_not_told_twice(world: World, today: date):
    near = posted_to(FAR_VILLAGE, Role.CASEWORKER)
    home = world.household(SPRING, village=FAR_VILLAGE)
    assignments.assign(household=home, user=near, starts_on=today, by=world[ZHAO], at=timezone.now())
    assert access.scope_of(near, today).keys == ()


def placed() -> list[type]:
    """Every model whose rows are selected by place."""
    return [
        model
        for label in ("households", "assistance")
        for model in apps.get_app_config(label).get_models()
        if isinstance(model.objects.all(), PlacedQuerySet) and model.__name__ != "MemberCondition"
    ]
