"""Lists of records as of a day, as known at a moment: what had happened by then, and what was written down by then."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.test import APIClient

from assistance.operations import measures
from assistance.rules.categories import Category
from households.models import Case, Household
from households.operations import members
from tests.cast import BUREAU, LI, SUN, World, evening, fresh

APRIL, MAY, JUNE, JULY = date(2022, 4, 1), date(2022, 5, 2), date(2022, 6, 3), date(2022, 7, 1)


@pytest.fixture
def case(world: World) -> Case:
    """Monitored since April, with a second survey and check in June; a measure of May was told in July."""
    made = world.monitored(APRIL, persons=2)
    world.surveyed(made.household, JUNE)
    world.help(made, Category.HEALTH, MAY, at=evening(JULY))
    return made


@pytest.fixture
def client(world: World, case: Case) -> APIClient:
    """Signed in as the bureau's system."""
    client = APIClient()
    client.force_authenticate(world[BUREAU])
    return client


def days(client: APIClient, kind: str, field: str, **asked: str) -> list[str]:
    """What stands in a field of the rows of a list, in order."""
    return sorted(row[field] for row in client.get(f"/api/v1/{kind}", asked).json()["results"])


@pytest.mark.parametrize(("kind", "field"), [("income-surveys", "surveyed_on"), ("guarantee-checks", "checked_on")])
def test_what_was_found_later_is_not_told(client: APIClient, kind: str, field: str):
    april, june = APRIL.isoformat(), JUNE.isoformat()
    assert set(days(client, kind, field)) == {april, june}
    assert set(days(client, kind, field, as_of="2022-06-02")) == {april}
    assert set(days(client, kind, field, as_of="2022-06-03")) == {april, june}
    assert days(client, kind, field, as_of="2022-03-31") == []
    assert set(days(client, kind, field, known_at=evening(MAY).isoformat())) == {april}


def test_events_are_told_as_of_a_day_and_as_known_at_a_moment(world: World, client: APIClient, case: Case):
    world.join(case.household, JUNE, at=evening(JULY))
    every = days(client, "case-events", "kind")
    before = days(client, "case-events", "kind", as_of="2022-05-31")
    assert len(before) < len(every)
    assert before == days(client, "case-events", "kind", known_at=evening(JUNE).isoformat())
    assert days(client, "case-events", "kind", as_of=JUNE.isoformat()) == every


def test_a_measure_is_told_as_it_stood_and_as_it_was_known(client: APIClient):
    def told(**asked: str) -> list[tuple[str, str | None]]:
        rows = client.get("/api/v1/measures", asked).json()["results"]
        return [(row["state"], row["landed_on"]) for row in rows]

    landed = [("landed", "2022-05-02")]
    assert told() == told(as_of="2022-05-02") == told(known_at=evening(JULY, 19).isoformat()) == landed
    assert told(as_of="2022-06-30", known_at=evening(JUNE).isoformat()) == [("planned", None)]
    assert told(as_of="2022-05-01") == []
    assert told(as_of="2022-06-30", known_at=evening(JUNE).isoformat(), is_landed="true") == []
    assert told(as_of="2022-06-30", known_at=evening(JUNE).isoformat(), state="landed") == []
    assert told(as_of="2022-06-30", state="landed", is_landed="true", landed_from="2022-05-01") == landed


def test_a_withdrawn_measure_stood_before_its_withdrawal_was_known(world: World, client: APIClient, case: Case):
    row = case.measures.get()
    measures.withdraw(
        measure=row, reason="误登", by=world[SUN], at=evening(date(2022, 8, 1)), expected_version=row.version
    )
    asked = {"known_at": evening(date(2022, 7, 15)).isoformat()}
    [before] = client.get("/api/v1/measures", asked).json()["results"]
    [after] = client.get("/api/v1/measures", {"known_at": evening(date(2022, 8, 2)).isoformat()}).json()["results"]
    assert (before["state"], before["withdrawn_at"], before["withdrawal_reason"]) == ("landed", None, "")
    assert (after["state"], after["landed_on"], after["withdrawal_reason"]) == ("planned", None, "误登")


def test_members_are_told_as_of_a_day(world: World, client: APIClient, case: Case):
    world.join(Household.objects.get(pk=fresh(case).household_id), JUNE)
    assert len(days(client, "members", "joined_on", as_of="2022-06-02")) == 2
    assert len(days(client, "members", "joined_on", as_of="2022-06-03")) == 3


@pytest.mark.parametrize(
    ("address", "code", "field"),
    [
        ("members?as_of=2999-01-01", "future", "as_of"),
        ("measures?as_of=2999-01-01", "future", "as_of"),
        ("case-events?known_at=2999-01-01T00:00:00Z", "future", "known_at"),
        ("income-surveys?as_of=1949-09-30", "invalid_parameter", "as_of"),
        ("guarantee-checks?known_at=1949-09-30", "invalid_parameter", "known_at"),
        ("guarantee-checks?known_at=yesterday", "invalid_parameter", "known_at"),
    ],
)
def test_what_nobody_can_know_is_refused_by_name(client: APIClient, address: str, code: str, field: str):
    answer = client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)


@pytest.mark.parametrize("kind", ["case-events", "income-surveys", "guarantee-checks", "measures"])
def test_a_moment_that_is_not_settled_is_refused(client: APIClient, monkeypatch: pytest.MonkeyPatch, kind: str):
    monkeypatch.setattr("common.horizon.horizon", lambda: evening(APRIL))
    monkeypatch.setattr("common.horizon.PAUSE", 0)
    answer = client.get(f"/api/v1/{kind}", {"known_at": evening(MAY).isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_settled")


def test_members_are_told_as_was_known_at_a_moment(world: World, client: APIClient):
    home = world.household(date(2022, 3, 1), persons=2)
    leaving = home.memberships.exclude(relationship="head").get()
    world.join(home, date(2022, 4, 1), at=evening(date(2022, 4, 20)))
    home.refresh_from_db()
    members.leave(
        membership=leaving, on=date(2022, 5, 1), reason="外嫁", by=world[LI], at=evening(date(2022, 6, 1)),
        expected_version=home.version,
    )  # fmt: skip

    def told(**asked: str) -> list[str | None]:
        found = client.get("/api/v1/members", {"household": str(home.pk), **asked}).json()["results"]
        return sorted((row["left_on"] for row in found), key=str)

    assert told() == ["2022-05-01", None, None]
    assert told(known_at="2022-04-10T00:00:00+08:00") == [None, None]
    assert told(known_at="2022-05-10T00:00:00+08:00") == [None, None, None]
    assert told(as_of="2022-05-05", known_at="2022-05-10T00:00:00+08:00") == [None, None, None]
    assert told(as_of="2022-05-05") == [None, None]
