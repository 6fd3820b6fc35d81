"""Standards through the API: read by who may see figures, set by who administers the division."""

from datetime import date

import pytest

from households.models import Standard
from households.operations import standards
from households.rules.standards import Kind, defaults
from tests.cast import BUREAU, CITY, VILLAGE, ZHOU
from tests.pages import signed_in

WISH = {
    "kind": "lateness",
    "code": "reported",
    "division": CITY,
    "valid_from": "2022-04-01",
    "value": {"days": 9},
    "source": "兰州市通知",
}


@pytest.fixture(autouse=True)
def shipped(world) -> None:
    """Nothing is set: what ships holds everywhere."""
    world.with_waiting()


def post(client, **changed: object):
    return client.post("/api/v1/standards", {**WISH, **changed}, content_type="application/json")


def test_what_holds_is_told_with_its_source(world):
    answer = signed_in(world[BUREAU]).get("/api/v1/standards", {"kind": "clock", "division": VILLAGE})
    assert [each["code"] for each in answer.json()] == list(defaults(Kind.CLOCK))
    every = signed_in(world[BUREAU]).get("/api/v1/standards").json()
    assert {each["kind"] for each in every} == {kind.value for kind in Kind if defaults(kind)}
    verify = answer.json()[0]
    assert (verify["value"]["length"], verify["is_official"], verify["id"], verify["valid_from"]) == (
        5,
        True,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"kind": "king"}, "kind"), ({"kind": "clock", "on": "soon"}, "on"), ({"colour": "red"}, "colour")],
)
def test_what_cannot_be_read_is_refused_by_name(world, asked, field):
    answer = signed_in(world[BUREAU]).get("/api/v1/standards", asked)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_an_administrator_sets_and_changes_a_standard(world):
    client = signed_in(world[ZHOU])
    made = post(client)
    assert (made.status_code, made.json()) == (201, {"id": str(Standard.objects.get().pk), "version": 1})
    assert post(client, value={"days": 8}).status_code == 428
    assert post(client, value={"days": 8}, expected_version=2).status_code == 412
    assert post(client, value={"days": 8}, expected_version=1).json()["version"] == 2
    held = standards.in_force(kind=Kind.LATENESS, division=VILLAGE, on=date(2022, 4, 1))["reported"]
    assert held.value == {"days": 8}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"value": {"days": "many"}}, 400),
        ({"value": {"days": 9, "hours": 1}}, 400),
        ({"code": "dance"}, 400),
        ({"division": "99"}, 404),
        ({"division": "62"}, 403),
        ({"source": ""}, 400),
    ],
)
def test_what_cannot_be_set_is_refused(world, changed, status):
    assert post(signed_in(world[ZHOU]), **changed).status_code == status
    assert not Standard.objects.exists()


def test_who_does_not_administer_sets_nothing(world):
    assert post(signed_in(world[BUREAU])).status_code == 403


def test_a_standard_that_was_set_in_error_is_withdrawn_and_what_held_before_holds_again(world):
    client = signed_in(world[ZHOU])
    made = post(client).json()
    asked = {"kind": "lateness", "on": "2022-05-01", "division": CITY}
    held = next(each for each in client.get("/api/v1/standards", asked).json() if each["code"] == "reported")
    assert (held["value"], held["id"], held["version"]) == ({"days": 9}, made["id"], 1)
    address = f"/api/v1/standards/{made['id']}/withdraw"

    def withdraw(by: str, **changed: object):
        sent = {"reason": "误设", "expected_version": 1, **changed}
        return signed_in(world[by]).post(address, sent, content_type="application/json")

    assert withdraw(BUREAU).status_code == 404
    assert withdraw(ZHOU, expected_version=2).status_code == 412
    assert withdraw(ZHOU, reason="").status_code == 400
    assert withdraw(ZHOU).json() == {"id": made["id"], "version": 2}
    assert withdraw(ZHOU, expected_version=2).status_code == 409
    held = next(each for each in client.get("/api/v1/standards", asked).json() if each["code"] == "reported")
    assert (held["value"], held["id"], held["version"]) == (dict(defaults(Kind.LATENESS)["reported"].value), None, None)
