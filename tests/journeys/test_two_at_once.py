"""Two people act on one record at once, by requests of their own to a running server: one wins, the other is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.client import HTTPConnection
from threading import Barrier
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEvent
from accounts.operations import tokens
from assistance.models import Measure
from households.models import Case, CaseSpan, Household, Posting
from tests.cast import LI, WANG, ZHAO, World, fresh

MARCH = date(2022, 3, 1)
PATIENCE = 30
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
RECORD = {"is_authorised": True, "findings": "情况属实"}


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    text: str
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture
def world(transactional_db: None) -> World:
    world = World.begin()
    Posting.objects.create(user=world[ZHAO], role="caseworker", division_id="6201", starts_on=date(2020, 1, 1))
    return world


@pytest.fixture
def home(world: World) -> Household:
    return world.surveyed(world.household(MARCH), MARCH)


@pytest.fixture
def case(world: World, home: Household) -> Case:
    return world.report(home, MARCH)


def call(server: LiveServer, method: str, address: str, body: str = "", **headers: str) -> Answer:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
    connection.request(method, address, body.encode(), {"Accept-Language": "en", **headers})
    answer = connection.getresponse()
    told = Answer(answer.status, answer.read().decode(), dict(answer.getheaders()))
    connection.close()
    return told


def at_once(*acts: Callable[[], Answer]) -> list[Answer]:
    start = Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer:
        start.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(PATIENCE) for each in [pool.submit(run, act) for act in acts]]


def api(server: LiveServer, world: World, by: str) -> Callable[[str, dict[str, Any]], Callable[[], Answer]]:
    """Posts of somebody to the API, each to be made later."""
    _token, secret = tokens.issue(by=world[by], at=timezone.now(), days=1)
    headers = {"Content-Type": "application/json", "Authorization": f"Token {secret}"}

    def post(address: str, body: dict[str, Any]) -> Callable[[], Answer]:
        return lambda: call(server, "POST", f"/api/v1/{address}", json.dumps(body), **headers)

    return post


def opened(server: LiveServer, world: World, by: str, address: str) -> Callable[[dict[str, str]], Callable[[], Answer]]:
    """The form at that address, opened in the browser of somebody; gives how it is sent later with what is typed."""
    client = Client()
    client.force_login(world[by])
    session = f"{client.cookies['sessionid'].key}={client.cookies['sessionid'].value}"
    page = call(server, "GET", address, Cookie=session)
    assert page.status == 200, page.text[:500]
    cookie = f"{session}; {page.headers['Set-Cookie'].split(';')[0]}"
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))

    def post(typed: dict[str, str]) -> Callable[[], Answer]:
        return lambda: call(server, "POST", address, urlencode({**hidden, **typed}), **FORM, Cookie=cookie)

    return post


def test_of_two_systems_that_move_one_case_one_is_told_that_it_changed(live_server, world, case):
    steps = f"cases/{case.pk}/steps"
    verified = {"to": "verified", "on": "2022-04-01", "version": 1, "record": RECORD}
    refused = {"to": "refused", "on": "2022-04-01", "version": 1, "reason": "收入高"}
    answers = at_once(api(live_server, world, WANG)(steps, verified), api(live_server, world, ZHAO)(steps, refused))
    assert sorted(each.status for each in answers) == [200, 412]
    won, lost = sorted(answers)
    assert (lost.json()["code"], lost.json()["version"], lost.json()["yours"]) == ("stale", 2, 1)
    assert (fresh(case).status, fresh(case).version) == (won.json()["status"], 2)
    assert (case.events.count(), CaseSpan.objects.filter(recorded__upper_inf=True).count()) == (2, 2)


def test_of_two_reviewers_with_the_same_form_open_one_is_shown_what_the_other_recorded(live_server, world, case):
    address = f"/cases/{case.pk}/steps/verified/"
    typed = {"on": "2022-04-01", "is_authorised": "on", "findings": "情况属实"}
    forms = [opened(live_server, world, by, address) for by in (WANG, ZHAO)]
    answers = at_once(*(form(typed) for form in forms))
    assert sorted(each.status for each in answers) == [302, 412]
    lost = max(answers)
    winner = AuditEvent.objects.get(action="case.verified").actor
    assert "Verified at home" in lost.text
    assert str(winner) in lost.text
    assert (fresh(case).status, fresh(case).version, case.events.count()) == ("verified", 2, 2)


def test_the_same_clue_sent_twice_at_a_time_opens_one_case_and_answers_both(live_server, world, home):
    clue = {
        "id": str(uuid4()),
        "household": str(home.pk),
        "household_type": "unstable",
        "risks": [{"risk": "illness"}],
        "on": "2022-04-01",
        "source": "inspection",
    }
    post = api(live_server, world, LI)
    first, second = at_once(post("cases", clue), post("cases", clue))
    assert {first.status, second.status} <= {200, 201}
    assert first.json() == second.json()
    assert Case.objects.count() == 1


def test_two_clues_of_one_key_at_a_time_open_one_case_and_refuse_the_other(live_server, world, home):
    clue = {
        "id": str(uuid4()),
        "household": str(home.pk),
        "household_type": "unstable",
        "risks": [{"risk": "illness"}],
        "on": "2022-04-01",
        "source": "inspection",
    }
    post = api(live_server, world, LI)
    answers = at_once(post("cases", clue), post("cases", {**clue, "on": "2022-03-02"}))
    assert sorted(each.status for each in answers) == [201, 409]
    assert max(answers).json()["code"] == "id_taken"
    assert Case.objects.count() == 1


def test_the_same_measure_sent_twice_at_a_time_is_planned_once(live_server, world):
    case = world.monitored(MARCH)
    wish = {"id": str(uuid4()), "case": str(case.pk), "category": "health", "item": "大病救治", "on": "2022-04-01"}
    post = api(live_server, world, LI)
    first, second = at_once(post("measures", wish), post("measures", wish))
    assert (first.status, second.status, first.json()) == (200, 200, second.json())
    assert Measure.objects.count() == 1
