"""Clues, steps and deadlines by the API: what may follow, what is taken, and how it is refused."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from households.models import Case, Deadline, Household
from households.operations import cases
from households.rules.history import EventKind
from households.workflow import Status
from tests.cast import BUREAU, CHEN, CITY, HUANG, LI, OTHER_COUNTY, SUN, WANG, ZHAO, World, evening, fresh
from tests.pages import posted_to, signed_in

S = Status
MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
CLUE = {
    "household_type": "unstable",
    "risks": [{"risk": "natural_disaster", "disaster": "drought"}],
    "on": "2022-03-01",
    "source": "department_warning",
    "told": "比对预警",
}
WAY = (
    (S.VERIFIED, WANG, {"is_authorised": True, "findings": "情况属实"}),
    (S.COMPARED, CHEN, {"registers": ["civil"], "findings": "无异常"}),
    (S.REVIEWED, HUANG, {"attended": 12, "votes_for": 11, "votes_against": 1, "minutes": "同意"}),
    (S.NOTICED, HUANG, {"place": "村务公开栏"}),
    (S.TOWNSHIP_PASSED, ZHAO, None),
)


@pytest.fixture
def home(world: World) -> Household:
    return world.surveyed(world.household(MARCH), MARCH)


@pytest.fixture
def case(world: World, home: Household) -> Case:
    return world.report(home, MARCH)


def post(client: Client, address: str, body: dict[str, object]):
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def send(world: World, case: Case, to: Status, by: str, record: object = None, **changed: object):
    body = {"to": to.value, "on": "2022-04-01", "version": fresh(case).version, **changed}
    if record is not None:
        body["record"] = record
    return post(signed_in(world[by]), f"cases/{case.pk}/steps", body)


def test_a_system_reports_a_clue_and_four_others_lead_it_to_the_county(world: World, home: Household):
    answer = post(signed_in(world[BUREAU]), "cases", {**CLUE, "household": str(home.pk)})
    assert answer.status_code == 201
    case = Case.objects.get()
    assert answer.json() == {"id": str(case.pk), "status": "reported", "version": case.version}
    assert (case.risks.get().disaster, case.events.get().details["source"]) == ("drought", "department_warning")
    case.refresh_from_db()
    for to, by, record in WAY:
        options = signed_in(world[by]).get(f"/api/v1/cases/{case.pk}/options").json()["options"]
        assert next(each for each in options if each["to"] == to)["code"] == ""
        taken = send(world, case, to, by, record)
        assert (taken.status_code, taken.json()["status"]) == (200, to.value)
        assert taken.json()["version"] == fresh(case).version


def test_what_may_follow_says_what_is_asked_and_why_it_is_refused(world: World, case: Case):
    told = signed_in(world[LI]).get(f"/api/v1/cases/{case.pk}/options").json()
    verified = told["options"][0]
    assert (verified["to"], verified["hand"], verified["code"]) == ("verified", "verification", "same_person")
    assert verified["refusal"].startswith("You took an earlier step")
    assert {"is_authorised", "findings"} <= set(verified["asks"])
    assert told["version"] == case.version


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"version": None}, 428, "version_missing", None),
        ({"version": 99}, 412, "stale", None),
        ({"to": "monitored"}, 409, "wrong_state", None),
        ({"to": "nowhere"}, 400, "invalid", "to"),
        ({"record": None}, 400, "invalid", "record"),
        ({"record": {"is_authorised": False, "findings": "x"}}, 400, "invalid", "is_authorised"),
        ({"record": {"place": "x"}}, 400, "invalid", "place"),
        ({"record": {"registers": ["stars"]}}, 400, "invalid", None),
        ({"on": "2022-02-01"}, 400, "invalid", "on"),
    ],
)
def test_a_refused_step_is_told_as_problem_details(world: World, case: Case, changed, status, code, field):
    sent = {"record": {"is_authorised": True, "findings": "属实"}, **changed}
    record = sent.pop("record")
    to = sent.pop("to", "verified")
    body = {"to": to, "on": "2022-04-01", "version": case.version, **sent}
    if record:
        body["record"] = record
    answer = post(signed_in(world[WANG]), f"cases/{case.pk}/steps", body)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    if field:
        assert field in str(answer.json())
    assert fresh(case).status == S.REPORTED


def test_a_refusal_needs_its_reason_and_keeps_it(world: World, case: Case):
    assert send(world, case, S.REFUSED, WANG).json()["code"] == "invalid"
    assert send(world, case, S.REFUSED, WANG, reason="收入高").status_code == 200
    assert case.events.get(kind=EventKind.REFUSED).details["reason"] == "收入高"


def test_a_clue_of_a_household_with_an_open_case_is_a_conflict(world: World, case: Case):
    answer = post(signed_in(world[BUREAU]), "cases", {**CLUE, "household": str(case.household_id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "case_open")


def test_nothing_elsewhere_is_reached(world: World, case: Case):
    stranger = signed_in(posted_to(OTHER_COUNTY))
    assert stranger.get(f"/api/v1/cases/{case.pk}/options").status_code == 404
    sent = {"to": "verified", "on": "2022-04-01", "version": case.version}
    assert post(stranger, f"cases/{case.pk}/steps", sent).status_code == 404
    assert post(stranger, "cases", {**CLUE, "household": str(case.household_id)}).status_code == 404
    assert stranger.get("/api/v1/deadlines", {"case": str(case.pk)}).json()["results"] == []


def test_deadlines_are_listed_by_what_runs_and_what_is_overdue(world: World, case: Case):
    client = signed_in(world[SUN])

    def clocks(**asked: str) -> list[str]:
        rows = client.get("/api/v1/deadlines", {"division": CITY, **asked}).json()["results"]
        return sorted(row["clock"] for row in rows)

    # 1 March 2022 is a Tuesday: five working days later it is the 8th, fifteen the 22nd.
    assert clocks(case=str(case.pk)) == ["decide", "verify"]
    assert clocks(overdue_on="2022-03-08") == []
    assert clocks(overdue_on="2022-03-09") == ["verify"]
    assert clocks(due_to="2022-03-08", owner="caseworker") == ["verify"]
    assert clocks(is_running="false") == []
    row = client.get(f"/api/v1/deadlines/{Deadline.objects.get(clock='verify').pk}").json()
    assert (row["due_on"], row["household"], row["unit"]) == ("2022-03-08", str(case.household_id), "working_days")


def test_a_clue_sent_again_with_its_key_opens_one_case(world: World, home: Household):
    sent = {**CLUE, "household": str(home.pk), "id": str(uuid4())}
    client = signed_in(world[BUREAU])
    first, again = post(client, "cases", sent), post(client, "cases", sent)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert first.json()["id"] == sent["id"]
    assert Case.objects.count() == 1
    for changed in ({"household": str(world.household(MARCH).pk)}, {"told": "说的是另一回事"}, {"on": "2022-03-02"}):
        other = post(client, "cases", sent | changed)
        assert (other.status_code, other.json()["code"]) == (409, "id_taken"), changed
    case = Case.objects.get()
    cases.refuse(case=case, reason="收入高", on=APRIL, by=world[WANG], at=evening(APRIL), expected_version=1)
    assert post(client, "cases", sent).json() == {"id": sent["id"], "status": "refused", "version": 2}
    assert post(signed_in(world[LI]), "cases", sent).json()["code"] == "id_taken"


def test_what_a_risk_says_beside_its_fields_is_refused_by_its_name(world, home):
    risks = [{"risk": "illness", "remarks": "慢病"}]
    answer = post(signed_in(world[LI]), "cases", {**CLUE, "household": str(home.pk), "risks": risks})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "unknown_field", "remarks")
