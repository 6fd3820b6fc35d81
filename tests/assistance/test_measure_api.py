"""Plans and measures by the API: drawn up, planned, moved on, and found again."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from assistance.models import Measure, Plan
from assistance.rules.categories import Category
from households.models import Case
from tests.cast import CHEN, CITY, LI, STRANGER, SUN, WANG, World
from tests.pages import signed_in

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


@pytest.fixture
def case(world: World) -> Case:
    return world.monitored(MARCH)


def post(world: World, path: str, body: dict[str, object], by: str = LI):
    return signed_in(world[by]).post(f"/api/v1/{path}", body, content_type="application/json")


def wish(case: Case, **changed: object) -> dict[str, object]:
    return {"case": str(case.pk), "category": "health", "item": "大病救治", "on": "2022-04-01"} | changed


def test_a_measure_is_planned_with_all_that_is_known_of_it(world, case):
    told = {
        "risk": "illness",
        "responsible": WANG,
        "responsible_unit": "县医保局",
        "due_on": "2022-05-01",
        "amount": "1200.50",
        "member": str(case.household.memberships.first().member_id),
    }
    answer = post(world, "measures", wish(case, **told))
    assert answer.status_code == 200
    row = answer.json()
    assert {name: row[name] for name in told} == told
    assert (row["state"], row["version"], row["planned_on"]) == ("planned", 1, "2022-04-01")
    assert signed_in(world[SUN]).get(f"/api/v1/measures/{row['id']}").json() == row


def test_a_measure_goes_its_way_with_each_version_named(world, case):
    key = post(world, "measures", wish(case)).json()["id"]
    ways = (("start", "2022-04-02"), ("land", "2022-04-03"), ("end", "2022-04-04"))
    states = [
        post(world, f"measures/{key}/{verb}", {"on": day, "expected_version": number}).json()["state"]
        for number, (verb, day) in enumerate(ways, start=1)
    ]
    assert states == ["under_way", "landed", "ended"]
    gone = post(world, f"measures/{key}/withdraw", {"reason": "误登", "expected_version": 4}, SUN)
    assert (gone.status_code, gone.json()["withdrawal_reason"]) == (200, "误登")


@pytest.mark.parametrize(
    ("body", "by", "status"),
    [
        ({"expected_version": 1}, LI, 400),
        ({"on": "2022-04-02"}, LI, 428),
        ({"on": "2022-04-02", "expected_version": 2}, LI, 412),
        ({"on": "2022-04-02", "expected_version": 1}, CHEN, 403),
        ({"on": "2022-04-02", "expected_version": 1}, STRANGER, 404),
        ({"on": "2099-04-02", "expected_version": 1}, LI, 400),
    ],
)
def test_a_step_that_is_refused_changes_nothing(world, case, body, by, status):
    key = post(world, "measures", wish(case)).json()["id"]
    assert post(world, f"measures/{key}/land", body, by).status_code == status
    assert Measure.objects.get().landed_on is None


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"case": str(uuid4())}, 404),
        ({"member": str(uuid4())}, 400),
        ({"responsible": "nobody"}, 400),
        ({"risk": "unsafe_water"}, 400),
        ({"category": "magic"}, 400),
        ({"due_on": "2022-03-31"}, 400),
    ],
)
def test_what_cannot_be_planned(world, case, changed, status):
    assert post(world, "measures", wish(case) | changed).status_code == status
    assert not Measure.objects.exists()


def test_versions_are_drawn_up_one_after_the_other(world, case):
    given = {"case": str(case.pk), "on": "2022-04-01"}
    first = post(world, "plans", given)
    assert (first.status_code, first.json()["number"]) == (200, 1)
    assert post(world, "plans", {**given, "note": "新增风险"}).status_code == 428
    second = post(world, "plans", {**given, "note": "新增风险", "expected_version": 1})
    assert (second.json()["number"], second.json()["note"], second.json()["is_current"]) == (2, "新增风险", True)
    assert post(world, "plans", {**given, "note": "再订", "expected_version": 1}).status_code == 412
    assert Plan.objects.count() == 2


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "planned"}, {"planned"}),
        ({"state": "landed"}, {"landed"}),
        ({"risk": "illness"}, {"planned"}),
        ({"responsible": WANG}, {"planned"}),
        ({"due_to": "2022-05-01"}, {"planned"}),
        ({"due_to": "2022-04-30"}, set()),
        ({"due_from": "2022-05-01"}, {"planned"}),
        ({}, {"planned", "landed"}),
    ],
)
def test_measures_are_found_by_what_is_known_of_them(world, case, asked, found):
    planned = post(world, "measures", wish(case, risk="illness", responsible=WANG, due_on="2022-05-01")).json()["id"]
    landed = str(world.help(case, Category.WATER, MAY).pk)
    names = {planned: "planned", landed: "landed"}
    rows = signed_in(world[SUN]).get("/api/v1/measures", {"division": CITY, **asked}).json()["results"]
    assert {names[row["id"]] for row in rows} == found


def test_a_measure_is_planned_otherwise_field_by_field_with_its_version_named(world, case):
    key = post(world, "measures", wish(case, responsible=WANG, due_on="2022-05-01")).json()["id"]

    def patch(**changed: object):
        return signed_in(world[LI]).patch(f"/api/v1/measures/{key}", changed, content_type="application/json")

    answer = patch(item="门诊慢特病办理", due_on=None, expected_version=1)
    assert answer.status_code == 200
    row = answer.json()
    assert (row["item"], row["due_on"], row["responsible"], row["version"]) == ("门诊慢特病办理", None, WANG, 2)
    assert patch(item="x", expected_version=1).status_code == 412
    assert patch(item="x").status_code == 428
    post(world, f"measures/{key}/land", {"on": "2022-04-03", "expected_version": 2})
    assert (patch(item="x", expected_version=3).status_code, Measure.objects.get().item) == (409, "门诊慢特病办理")


def test_a_measure_sent_again_with_its_key_answers_the_same_row(world, case):
    sent = wish(case, id=str(uuid4()))
    first, again = post(world, "measures", sent), post(world, "measures", sent)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert first.json()["id"] == sent["id"]
    for changed in (
        {"case": str(world.monitored(MARCH).pk)},
        {"item": "另一项"},
        {"amount": "12.50"},
        {"risk": "illness"},
    ):
        other = post(world, "measures", sent | changed)
        assert (other.status_code, other.json()["code"]) == (409, "id_taken"), changed
    amended = {"item": "门诊慢特病办理", "expected_version": 1}
    client = signed_in(world[LI])
    client.patch(f"/api/v1/measures/{sent['id']}", amended, content_type="application/json")
    assert post(world, "measures", sent).json()["item"] == "门诊慢特病办理"
