"""The database itself shows one county nothing of another, be every filter of the application forgotten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from accounts.models import AuditEvent
from accounts.permissions import Role
from assistance.models import Measure, Plan
from assistance.rules.categories import Category
from common import scopes, statements
from common.scopes import NOWHERE, Scope
from households import access
from households.models import (
    Case,
    CaseEvent,
    CaseSpan,
    Clue,
    Conflict,
    Division,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    Member,
    Membership,
    Visit,
    scoping,
)
from households.models.household import HouseholdQuerySet
from households.models.member import MembershipQuerySet
from households.models.span import CaseSpanQuerySet
from households.operations import conflicts
from households.operations.conflicts import Clash
from tests.cast import COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, STRANGER, VILLAGE, World, evening
from tests.test_permission_matrix import MATRIX, NO_KEY

pytestmark = pytest.mark.django_db
APRIL, MAY, HIRED = date(2022, 4, 1), date(2022, 5, 1), date(2020, 1, 1)
ADDRESS, PHONE, NAME = "山后路九十九号", "13988887777", "远方人"
PLACED = [
    model
    for label in ("households", "assistance")
    for model in apps.get_app_config(label).get_models()
    if {"household", "case", "member", "plan", "measure"} & {field.name for field in model._meta.get_fields()}
    or model in {Household, Member}
]

# What the details of the API are asked for, and how its household is found where it is not a field of its own.
FAR_ROWS = {
    "case-event-detail": CaseEvent,
    "guarantee-check-detail": GuaranteeCheck,
    "income-survey-detail": IncomeSurvey,
    "measure-detail": Measure,
    "document-number": Membership,
    "member-detail": Membership,
    "member-number": Membership,
    "plan-detail": Plan,
}
PATHS = {CaseEvent: "case__household", Measure: "case__household", Plan: "case__household"}


@dataclass(frozen=True)
class Two:
    """One case in each county, and somebody who supervises the first county."""

    near: Case
    far: Case
    world: World

    @property
    def reader(self) -> Any:
        """The supervisor of the first county."""
        return self.world[STRANGER]

    def traces(self) -> list[str]:
        """What only a row of the other county could tell."""
        told = Measure.objects.filter(case=self.far).values_list("pk", flat=True)
        people = Membership.objects.filter(household=self.far.household).values_list("pk", "member_id")
        visits = Visit.objects.filter(case=self.far).values_list("pk", flat=True)
        keys = [*visits, self.far.pk, self.far.household_id, *told, *(key for pair in people for key in pair)]
        return [ADDRESS, PHONE, NAME, *(str(key) for key in keys)]


@pytest.fixture
def two(db: None) -> Two:
    """Both counties hold something of everything."""
    world = World.begin()
    near, far = (case_with_everything(world, village) for village in (VILLAGE, FAR_VILLAGE))
    Household.objects.filter(pk=far.household_id).update(address=ADDRESS, phone=PHONE)
    Member.objects.filter(memberships__household=far.household_id).update(name=NAME)
    world[STRANGER].postings.create(role=Role.SUPERVISOR.value, division_id=COUNTY, starts_on=HIRED)
    return Two(near, far, world)


def case_with_everything(world: World, village: str) -> Case:
    """A case with a measure, a survey and a check."""
    case = world.monitored(APRIL, village=village, persons=2)
    world.help(case, Category.HEALTH, MAY)
    recorded = {"household": case.household, "village_id": village, "recorded_at": evening(APRIL)}
    Visit.objects.create(
        household=case.household,
        case=case,
        village_id=village,
        purpose="follow_up",
        visited_by=world[LI],
        happened_at=evening(MAY),
        received_at=evening(MAY),
        fingerprint="f",
    )
    Clue.objects.create(
        household=case.household,
        village_id=village,
        cause="dropout",
        facts={"on": "2022-04-01"},
        proposed_at=evening(APRIL),
    )
    clash = Clash(case.household, None, {"phone": ("1", "2")}, 1, world[LI], evening(MAY))
    conflicts.keep_all(clashes=[clash])
    GuaranteeCheck.objects.create(checked_on=APRIL, recorded_by=world[LI], **recorded)
    IncomeSurvey.objects.create(
        occasion="yearly",
        surveyed_on=APRIL,
        period_from=date(2021, 1, 1),
        period_to=date(2021, 12, 31),
        household_size=2,
        recorded_by=world[LI],
        **recorded,
    )
    return case


@pytest.fixture
def without_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the application looks at places or postings any more."""
    monkeypatch.setattr(statements, "_kept", {})
    for kind in (scoping.PlacedQuerySet, HouseholdQuerySet, MembershipQuerySet, CaseSpanQuerySet):
        monkeypatch.setattr(kind, "under", lambda rows, *_place: rows.all())
        monkeypatch.setattr(kind, "visible_to", lambda rows, *_user: rows.all())
    monkeypatch.setattr(access.Desk, "can", lambda *_asked: True)
    # Every door is loaded before, or it would keep the forgetful function for the tests that follow.
    import_module(settings.ROOT_URLCONF)
    real = access.division_for
    for module in [each for each in sys.modules.values() if vars(each).get("division_for") is real]:
        monkeypatch.setattr(module, "division_for", lambda _user, asked, *_more, **_named: asked or COUNTY)


def read(answer: Any) -> str:
    """The whole body, also of a file that is sent line by line."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def signed_in(two: Two) -> Client:
    """The supervisor of the first county in a browser."""
    client = Client()
    client.force_login(two.reader)
    return client


@pytest.mark.parametrize("name", sorted(name for name in MATRIX if name != "sign-out"))
def test_no_address_tells_anything_of_the_other_county(two: Two, without_filters: None, name: str):
    method, arguments, parameters, _expected = MATRIX[name]
    of_far: Any = FAR_ROWS.get(name)
    row = of_far.objects.filter(**{PATHS.get(of_far, "household"): two.far.household_id}).first() if of_far else None
    made = {
        "HOUSEHOLD": str(two.far.household_id),
        "CASE": str(two.far.pk),
        "VISIT": str(Visit.objects.get(case=two.far).pk),
        "CLUE": str(Clue.objects.get(household=two.far.household_id).pk),
        "CONFLICT": str(Conflict.objects.get(household=two.far.household_id).pk),
        "MEMBERSHIP": str(two.far.household.memberships.values_list("pk", flat=True)[0]),
        "NONE": str(row.pk) if row else NO_KEY,
    }
    address = reverse(name, kwargs={key: made.get(value, value) for key, value in arguments.items()})
    answer = getattr(signed_in(two), method)(address, parameters)
    assert [trace for trace in two.traces() if trace in read(answer).replace(address, "")] == []
    if made.keys() & set(arguments.values()):
        assert answer.status_code == 404


def test_the_filters_were_really_forgotten(two: Two, without_filters: None):
    """The same addresses tell of both counties to who is posted to the city."""
    client = Client()
    client.force_login(two.world[LI])
    assert {row["id"] for row in client.get("/api/v1/households").json()["results"]} == {
        str(two.near.household_id),
        str(two.far.household_id),
    }
    assert ADDRESS in client.get("/api/v1/households").content.decode()


@pytest.mark.parametrize("kind", ["households", "cases", "members", "case-events", "plans", "measures"])
def test_a_token_reaches_as_far_as_a_session(two: Two, without_filters: None, kind: str):
    _token, secret = AuthToken.objects.create(two.reader)
    answer = Client().get(f"/api/v1/{kind}", headers={"authorization": f"Token {secret}", "accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["results"]
    assert [trace for trace in two.traces() if trace.encode() in answer.content] == []


@pytest.mark.parametrize("of_far", [False, True])
def test_a_figure_counts_nothing_of_the_other_county(two: Two, without_filters: None, of_far: bool):
    asked = {"as_of": "2022-09-05", "indicators": "monitoring.total.households"}
    place = {"division": OTHER_COUNTY} if of_far else {}
    answer = signed_in(two).get("/api/v1/indicators", asked | place)
    assert [each["values"][0]["value"] for each in answer.json()["results"]] == [1]


def test_a_search_finds_nobody_of_the_other_county(two: Two, without_filters: None):
    found = signed_in(two).get("/households/", {"q": NAME, "as_of": "2022-09-05"})
    assert str(two.far.household_id) not in found.content.decode()


@pytest.mark.parametrize("model", PLACED, ids=lambda model: model._meta.label)
def test_without_a_scope_no_row_is_shown_and_with_one_only_its_own(two: Two, model: Any):
    everything = model.objects.count()
    with scopes.acting_in(None):
        assert model.objects.count() == 0
    with scopes.acting_in(NOWHERE):
        assert model.objects.count() == 0
    with scopes.acting_in(access.scope_of(two.reader, MAY)):
        shown = model.objects.count()
    assert 2 * shown == everything


def test_nothing_is_written_outside_the_scope(two: Two):
    for scope in (None, NOWHERE, Scope((COUNTY,), (COUNTY,))):
        with scopes.acting_in(scope), transaction.atomic():
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Household.objects.create(village_id=FAR_VILLAGE, registered_on=APRIL)
            assert Household.objects.filter(pk=two.far.household_id).update(phone="1") == 0
            assert CaseSpan.objects.filter(case=two.far).delete()[0] == 0


def test_a_record_cannot_be_moved_out_of_the_scope(two: Two):
    with (
        scopes.acting_in(Scope((COUNTY,), (COUNTY,))),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Household.objects.filter(pk=two.near.household_id).update(village_id=FAR_VILLAGE)


def test_a_key_of_the_scope_opens_one_household_and_all_that_belongs_to_it(two: Two):
    with scopes.acting_in(Scope(keys=(two.far.household_id,))):
        assert [each.pk for each in Household.objects.all()] == [two.far.household_id]
        assert {each.case_id for each in CaseEvent.objects.all()} == {two.far.pk}
        assert {each.case_id for each in Measure.objects.all()} == {two.far.pk}
        assert {each.name for each in Member.objects.all()} == {NAME}


def test_who_reads_figures_alone_reads_no_record(two: Two):
    with scopes.acting_in(Scope((), (COUNTY,))):
        assert (CaseSpan.objects.count(), Case.objects.count(), Household.objects.count()) == (2, 0, 0)


def test_the_trail_is_shown_by_division_and_takes_acts_of_no_division(two: Two):
    with scopes.acting_in(Scope((COUNTY,), (COUNTY,))):
        assert {event.division_code[:6] for event in AuditEvent.objects.exclude(division_code="")} == {COUNTY}
        AuditEvent.objects.create(at=evening(MAY), actor=two.reader, action="x", subject_kind="user", subject_id="1")
    with scopes.acting_in(None), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        AuditEvent.objects.create(at=evening(MAY), actor=two.reader, action="x", subject_kind="user", subject_id="1")


def test_what_a_rollback_undid_is_told_again(two: Two):
    with scopes.acting_in(Scope((COUNTY,), (COUNTY,))):
        assert Household.objects.count() == 1
        with transaction.atomic(), scopes.everywhere():
            assert Household.objects.count() == 2
            transaction.set_rollback(True)
        assert Household.objects.count() == 1


def test_what_a_failed_statement_undid_is_told_again(two: Two):
    with scopes.acting_in(Scope((COUNTY,), (COUNTY,))):
        with pytest.raises(DatabaseError), transaction.atomic(), scopes.everywhere():
            Division.objects.create(code="x", name="")
        assert Household.objects.count() == 1


def test_a_request_leaves_no_scope_behind_also_with_an_error(two: Two, monkeypatch: pytest.MonkeyPatch):
    with scopes.acting_in(None):
        signed_in(two).get("/")
        assert (scopes.present(), Household.objects.count()) == (None, 0)

        def broken(*_asked: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("reports.views.figures", broken)
        with pytest.raises(RuntimeError):
            signed_in(two).get("/")
        assert (scopes.present(), Household.objects.count()) == (None, 0)


def test_lines_of_a_file_are_read_in_the_scope_in_which_they_were_asked_for(two: Two):
    def rows() -> Iterator[int]:
        yield Household.objects.count()
        yield Household.objects.count()

    lines = scopes.under(Scope((COUNTY,), (COUNTY,)), rows())
    with scopes.acting_in(None):
        assert (next(lines), Household.objects.count(), next(lines)) == (1, 0, 1)
        assert next(lines, None) is None


def test_the_technical_site_shows_records_of_the_divisions_one_is_posted_to(two: Two):
    two.reader.is_staff = two.reader.is_superuser = True
    two.reader.save()
    two.reader.postings.update(role=Role.ADMINISTRATOR.value)
    shown = signed_in(two).get("/admin/households/household/").content.decode()
    assert (str(two.near.household_id) in shown, str(two.far.household_id) in shown) == (True, False)
