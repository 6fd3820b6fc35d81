"""A change is based on what was read, by If-Match or the version in the body; a stale one is told what changed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts.permissions import Role
from common import scopes
from common.match_api import tag_of
from households.models import Case, Clue
from tests.cast import CHEN, LI, OTHER_COUNTY, SUN, VILLAGE, WANG, World, evening
from tests.pages import posted_to, signed_in

MARCH = date(2022, 3, 1)
TAG = '"1.' + "0" * 32 + '"'


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast."""
    return World.begin()


@pytest.fixture
def case(world: World) -> Case:
    """One monitored household."""
    return world.monitored(MARCH)


def send(client: Client, path: str, body: dict[str, object], tag: str | None = None, method: str = "post"):
    headers = {} if tag is None else {"If-Match": tag}
    return getattr(client, method)(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def measure(world: World, case: Case) -> str:
    wish = {"case": str(case.pk), "category": "health", "item": "大病救治", "on": "2022-04-01"}
    return send(signed_in(world[LI]), "measures", wish).json()["id"]


def test_every_protected_detail_has_a_strong_tag_that_carries_its_version(world: World, case: Case):
    clue = Clue.objects.create(
        household=case.household, village_id=VILLAGE, cause="dropout", facts={}, proposed_at=evening(MARCH)
    )
    membership = case.household.memberships.first()
    client = signed_in(world[SUN])
    for path, version in {
        f"households/{case.household_id}": case.household.version,
        f"cases/{case.pk}": Case.objects.get(pk=case.pk).version,
        f"members/{membership.pk}": membership.member.version,
        f"measures/{measure(world, case)}": 1,
        f"warnings/{clue.pk}": 1,
    }.items():
        answer = client.get(f"/api/v1/{path}")
        tag = answer.headers["ETag"]
        assert tag == tag_of(answer.content, version)
        assert client.get(f"/api/v1/{path}", headers={"If-None-Match": tag}).status_code == 304
        assert client.get(f"/api/v1/{path}?fields=id").headers["ETag"].startswith(f'"{version}.')


def test_the_tag_of_what_was_read_is_as_good_as_its_version(world: World, case: Case):
    client, key = signed_in(world[LI]), measure(world, case)
    tag = client.get(f"/api/v1/measures/{key}").headers["ETag"]
    started = send(client, f"measures/{key}/start", {"on": "2022-04-02"}, tag)
    assert (started.status_code, started.json()["version"]) == (200, 2)
    amended = send(client, f"measures/{key}", {"item": "另一项"}, started.headers["ETag"], "patch")
    assert (amended.status_code, amended.json()["version"]) == (200, 3)
    assert send(client, f"measures/{key}/land", {"on": "2022-04-03", "expected_version": 3}).status_code == 200


def test_a_change_by_tag_is_repeated_under_its_key_and_is_another_one_by_another_tag(world: World, case: Case):
    client, key = signed_in(world[LI]), measure(world, case)
    tag = client.get(f"/api/v1/measures/{key}").headers["ETag"]

    def started(by: str):
        headers = {"If-Match": by, "Idempotency-Key": "start-1"}
        body = {"on": "2022-04-02"}
        return client.post(f"/api/v1/measures/{key}/start", body, content_type="application/json", headers=headers)

    first, again = started(tag), started(tag)
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert started(first.headers["ETag"]).json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("body", ["[null, null]", '"x"', "7"])
def test_a_body_that_is_no_object_is_refused_also_with_a_tag_and_a_key(world: World, case: Case, body: str):
    headers = {"If-Match": "", "Idempotency-Key": "k"}
    path = f"/api/v1/measures/{measure(world, case)}/start"
    answer = signed_in(world[LI]).post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code in {400, 412, 428}


def test_without_either_a_protected_change_is_refused(world: World, case: Case):
    key = measure(world, case)
    clue = Clue.objects.create(
        household=case.household, village_id=VILLAGE, cause="dropout", facts={}, proposed_at=evening(MARCH)
    )
    step = {"to": "elimination_proposed", "on": "2022-05-01", "way": "assisted", "reason": "已稳定"}
    change = {"change": "end", "household": str(case.household_id), "on": "2022-05-01", "how": "extinct"}
    for path, body, method, by in (
        (f"measures/{key}/start", {"on": "2022-04-02"}, "post", LI),
        (f"measures/{key}", {"item": "另一项"}, "patch", LI),
        (f"measures/{key}/withdraw", {"reason": "误登"}, "post", SUN),
        (f"cases/{case.pk}/steps", step, "post", LI),
        (f"warnings/{clue.pk}/dismiss", {"reason": "不属实"}, "post", LI),
        ("household-changes", {**change, "reason": "误"}, "post", SUN),
    ):
        for tag in (None, "*"):
            answer = send(signed_in(world[by]), path, body, tag, method)
            assert (answer.status_code, answer.json()["code"]) == (428, "version_missing"), path


def test_a_stale_tag_is_told_what_changed_since_by_whom_and_when(world: World, case: Case):
    client, key = signed_in(world[LI]), measure(world, case)
    tag = client.get(f"/api/v1/measures/{key}").headers["ETag"]
    for version, (who, item) in enumerate(((WANG, "甲"), (LI, "乙")), start=1):
        body = {"item": item, "responsible_unit": f"单位{version}", "expected_version": version}
        assert send(signed_in(world[who]), f"measures/{key}", body, method="patch").status_code == 200
    refused = send(client, f"measures/{key}", {"item": "丙"}, tag, "patch")
    told = refused.json()
    assert (refused.status_code, told["code"], told["version"]) == (412, "stale", 3)
    assert [(act["by"], act["action"]) for act in told["changes"]] == [
        (LI, "measure.amended"),
        (WANG, "measure.amended"),
    ]
    assert set(told["changes"][0]["fields"]) == {"item", "responsible_unit"}
    assert told["changes"][0]["at"] > told["changes"][1]["at"]


def test_the_same_holds_for_a_case_and_by_the_version_in_the_body(world: World, case: Case):
    step = {"to": "elimination_proposed", "on": "2022-05-01", "way": "assisted", "reason": "已稳定", "version": 1}
    refused = send(signed_in(world[LI]), f"cases/{case.pk}/steps", step)
    told = refused.json()
    assert (refused.status_code, told["version"]) == (412, Case.objects.get(pk=case.pk).version)
    assert told["changes"][0]["by"] == CHEN


def test_acts_that_the_reader_may_not_see_are_not_told(world: World, case: Case):
    """The trail is protected by the database: who reaches another county alone is shown none of its acts."""
    other = posted_to(OTHER_COUNTY, Role.SUPERVISOR)
    assert (
        send(signed_in(other), f"cases/{case.pk}/steps", {"to": "refused", "on": "2022-05-01"}, TAG).status_code == 404
    )
    with scopes.acting_in(scopes.Scope((OTHER_COUNTY,), (OTHER_COUNTY,))), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_auditevent WHERE subject_id = %s", [str(case.pk)])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        ('"' + "0" * 32 + '"', 412, "stale"),
        ('W/"1.' + "0" * 32 + '"', 412, "stale"),
        ("x", 412, "stale"),
        ('"99999999999.' + "0" * 32 + '"', 412, "stale"),
        (TAG.replace("1.", "7."), 412, "stale"),
        (f"{TAG}, {TAG}", 400, "invalid"),
    ],
)
def test_a_tag_that_is_not_of_this_record_matches_nothing(world: World, case: Case, tag: str, status: int, code: str):
    answer = send(signed_in(world[LI]), f"measures/{measure(world, case)}/start", {"on": "2022-04-02"}, tag)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_tag_and_a_body_that_differ_and_a_tag_where_nothing_was_read_are_refused(world: World, case: Case):
    client, key = signed_in(world[LI]), measure(world, case)
    both = send(client, f"measures/{key}/start", {"on": "2022-04-02", "expected_version": 2}, TAG)
    assert (both.status_code, both.json()["field"]) == (400, "expected_version")
    assert send(client, f"measures/{key}/start", {"on": "2022-04-02", "expected_version": 1}, TAG).status_code == 200
    wish = {"case": str(case.pk), "category": "health", "item": "大病救治", "on": "2022-04-01", "id": str(uuid4())}
    assert send(client, "measures", wish, TAG).json()["field"] == "If-Match"
