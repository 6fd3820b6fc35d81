"""The page of a step: what is asked for, what is refused in advance, and what others did meanwhile."""

from __future__ import annotations

from datetime import date

import pytest

from households.models import Case
from households.rules.history import EventKind
from households.workflow import Status
from tests.cast import BUREAU, CHEN, HUANG, LI, STRANGER, SUN, WANG, WAY_TO_MONITORED, World, fresh
from tests.pages import read, signed_in

S = Status
MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
TYPED: dict[Status, dict[str, object]] = {
    S.VERIFIED: {"is_authorised": "on", "findings": "情况属实"},
    S.COMPARED: {"registers": ["civil", "tax"], "findings": "无异常"},
    S.REVIEWED: {"attended": "12", "votes_for": "11", "votes_against": "1", "minutes": "同意"},
    S.NOTICED: {"place": "村务公开栏"},
    S.OBJECTED: {"statement": "家中有车"},
    S.TOWNSHIP_PASSED: {"text": "同意上报"},
    S.MONITORED: {},
    S.REFUSED: {"reason": "收入高于监测线"},
}


@pytest.fixture
def case(world: World) -> Case:
    return world.report(world.household(MARCH), MARCH)


def send(world: World, case: Case, to: Status, by: str, **changed: object):
    held = fresh(case)
    seen = held.events.order_by("-sequence").first().sequence
    typed = {"on": "2022-04-01", "version": held.version, "seen": seen, **TYPED[to], **changed}
    return signed_in(world[by]).post(f"/cases/{case.pk}/steps/{to.value}/", typed)


def test_a_clue_is_led_to_the_register_step_by_step_without_script(world: World, case: Case):
    world.surveyed(case.household, APRIL)
    by = {S.VERIFIED: WANG, S.COMPARED: BUREAU, S.REVIEWED: HUANG, S.NOTICED: HUANG}
    by |= {S.TOWNSHIP_PASSED: "zhao.hong", S.MONITORED: CHEN}
    for to in WAY_TO_MONITORED:
        client, address = signed_in(world[by[to]]), f"/cases/{case.pk}/steps/{to.value}/"
        assert client.get(address).status_code == 200
        assert address in read(client, f"/cases/{case.pk}/").links
        answer = send(world, case, to, by[to])
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}/#procedure")
        assert fresh(case).status == to
    events = {event.kind: event.details for event in case.events.all()}
    assert events[EventKind.VERIFIED] == {"is_authorised": True, "findings": "情况属实"}
    assert events[EventKind.COMPARED] == {"registers": ["civil", "tax"], "findings": "无异常"}
    assert events[EventKind.REVIEWED]["votes_for"] == 11
    assert events[EventKind.TOWNSHIP_PASSED] == {"text": "同意上报"}


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"is_authorised": ""}, "is_authorised", 400),
        ({"on": "2022-02-01"}, "on", 400),
        ({"on": "soon"}, "on", 400),
        ({}, "__all__", 409),  # neither income nor guarantees are on file
    ],
)
def test_a_fault_is_told_at_its_field_and_keeps_what_was_typed(world: World, case: Case, changed, field, status):
    answer = send(world, case, S.VERIFIED, WANG, **changed)
    assert answer.status_code == status
    assert field in answer.context["form"].errors
    assert "情况属实" in answer.content.decode()
    assert fresh(case).status == S.REPORTED


def test_votes_that_do_not_carry_are_refused_at_their_field(world: World, case: Case):
    world.steps(case, WAY_TO_MONITORED[:2], APRIL)
    answer = send(world, case, S.REVIEWED, HUANG, votes_for="6", votes_against="6")
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["votes_for"])


def test_who_took_an_earlier_step_is_told_so_before_anything_is_filled_in(world: World, case: Case):
    page = signed_in(world[LI]).get(f"/cases/{case.pk}/")
    told = {option.becomes: option for option in page.context["procedure"].options}
    assert told["verified at home"].address == ""
    assert "You took an earlier step of this procedure" in page.content.decode()
    answer = signed_in(world[LI]).get(f"/cases/{case.pk}/steps/verified/")
    assert answer.status_code == 409
    assert signed_in(world[SUN]).get(f"/cases/{case.pk}/steps/verified/").status_code == 403
    assert signed_in(world[STRANGER]).get(f"/cases/{case.pk}/steps/verified/").status_code == 404


@pytest.mark.parametrize(("to", "status"), [("superseded", 409), ("monitored", 409), ("nowhere", 404)])
def test_a_step_that_does_not_follow_has_no_page(world: World, case: Case, to: str, status: int):
    assert signed_in(world[CHEN]).get(f"/cases/{case.pk}/steps/{to}/").status_code == status


def test_who_comes_second_is_told_what_changed_and_keeps_what_was_typed(world: World, case: Case):
    world.surveyed(case.household, APRIL)
    version = case.version
    assert send(world, case, S.VERIFIED, WANG).status_code == 302
    late = {"version": version, "seen": 1, "kind": "refused"}
    answer = send(world, case, S.REFUSED, "zhao.hong", **late)
    assert answer.status_code == 412
    assert [each.event.recorded_by for each in answer.context["happened"]] == [world[WANG]]
    text = answer.content.decode()
    assert "收入高于监测线" in text
    assert f'name="version" value="{fresh(case).version}"' in text
    assert fresh(case).status == S.VERIFIED


def test_a_form_without_a_version_is_refused(world: World, case: Case):
    answer = send(world, case, S.REFUSED, WANG, version="")
    assert answer.status_code == 428
    assert fresh(case).status == S.REPORTED


def test_a_proposal_says_in_which_way(world: World):
    case = world.monitored(APRIL)
    typed = {"on": "2022-05-01", "version": case.version, "way": "natural"}
    address = f"/cases/{case.pk}/steps/elimination_proposed/"
    assert signed_in(world[LI]).post(address, {**typed, "way": ""}).status_code == 400
    assert signed_in(world[LI]).post(address, typed).status_code == 302
    assert case.events.latest("sequence").details["way"] == "natural"


def test_the_history_tells_each_step_in_words(world: World, case: Case):
    world.steps(case, WAY_TO_MONITORED[:4], APRIL)
    text = signed_in(world[SUN]).get(f"/cases/{case.pk}/").content.decode()
    for part in ("12 attended, 11 for, 1 against", "police household register, property register", "村务公开栏"):
        assert part in text
    assert "votes_for" not in text
