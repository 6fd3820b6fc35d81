"""A caseworker's day by pages alone: signing in, and from my work to each task until nothing waits."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from assistance.models import Measure
from assistance.operations import measures
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from common.moments import day_of
from households.models import Case, Clue, Deadline, Visit
from households.operations import assignments, cases, surveys, warnings
from tests.cast import CHEN, HUANG, LI, VILLAGE, WANG, ZHAO, World, evening, fresh
from tests.pages import signs_in

PASSWORD = "a long password of hers"


@pytest.fixture
def world(db: None) -> World:
    return World.begin()


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


@pytest.fixture
def case(world: World, today: date) -> Case:
    """A household that was identified two months ago: not visited since, its help due, its house found unsafe."""
    on = today - timedelta(days=60)
    case = world.monitored(on)
    assignments.assign(household=case.household, user=world[LI], starts_on=on, by=world[ZHAO], at=evening(on))
    told = {"due_on": today - timedelta(days=1), "responsible": world[LI]}
    measures.plan(measure=Help(fresh(case), Category.HEALTH, "大病救治", on, world[LI], evening(on), **told))
    surveys.record_guarantees(
        household=case.household,
        checked_on=on + timedelta(days=1),
        is_housing_safe=False,
        is_schooling_kept=True,
        is_everyone_insured=True,
        is_water_safe=True,
        by=world[WANG],
        at=evening(on + timedelta(days=1)),
    )
    warnings.propose(under=VILLAGE, on=today, at=timezone.now())
    return fresh(case)


def waiting(client: Client) -> dict[str, list[str]]:
    """The addresses to which my work leads, by the kind of task."""
    page = client.get("/my-work/").content.decode()
    sections = re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL)
    return {code: re.findall(r'class="work-task" href="([^"]+)"', body) for code, body in sections}


def send(client: Client, page: str, to: str | None = None, **typed: str):
    """What is typed into the form of a page, sent with what the form itself carries."""
    shown = client.get(page).content.decode()
    forms = re.findall(r"<form[^>]*>.*?</form>", shown, re.DOTALL)
    form = next(each for each in forms if all(f'name="{name}"' in each for name in typed if name != "act"))
    carried = re.findall(r'<input type="(?:hidden|date|datetime-local)" name="([^"]+)" value="([^"]*)"', form)
    return client.post(to or page, {name: unescape(value) for name, value in carried} | typed)


def test_from_signing_in_to_an_empty_list_of_work(world: World, case: Case, today: date):
    world[LI].set_password(PASSWORD)
    world[LI].save()
    client = Client(headers={"accept-language": "en"})
    assert signs_in(client, LI, PASSWORD)
    assert client.get("/home/").headers["Location"] == "/my-work/"
    found = waiting(client)
    assert {kind: len(addresses) for kind, addresses in found.items()} == {
        "visit": 1,
        "measure": 1,
        "warning": 1,
        "deadline": 2,
    }

    visited = send(client, found["visit"][0], findings="屋顶漏雨，已报修", purpose="routine")
    assert visited.status_code == 302
    assert "屋顶漏雨" in client.get(visited.headers["Location"]).content.decode()
    assert "visit" not in waiting(client)

    measure = Measure.objects.get()
    assert f'href="/measures/{measure.pk}/"' in client.get(found["measure"][0]).content.decode()
    typed = {"land-on": today.isoformat(), "land-evidence": "医院发票"}
    landed = send(client, f"/measures/{measure.pk}/", act="land", **typed)
    assert landed.status_code == 302
    assert (fresh(case).first_landed_on, Measure.objects.get().evidence) == (today, "医院发票")

    clue = found["warning"][0]
    assert "unsafe" in client.get(clue).content.decode().lower()
    assert send(client, clue, f"{clue}dismiss/", reason="已核实，房屋已修缮").status_code == 302
    warnings.propose(under=VILLAGE, on=today, at=timezone.now())
    assert Clue.objects.get().state == "dismissed"

    told = send(client, f"/cases/{case.pk}/feedback/", told="上门告知", on=today.isoformat())
    assert told.status_code == 302
    assert waiting(client) == {}
    assert "Nothing waits for you today" in client.get("/my-work/").content.decode()
    done = {"visit.logged", "measure.landed", "clue.dismissed", "case.feedback_given"}
    assert done <= set(AuditEvent.objects.filter(actor=world[LI]).values_list("action", flat=True))
    assert Visit.objects.get().visited_by == world[LI]
    assert not Deadline.objects.filter(owner="caseworker", clock__in=["feedback", "first_measure"], ended_on=None)


def test_a_clue_of_the_morning_waits_for_who_may_verify_it_and_not_for_who_reported_it(world: World, today: date):
    home = world.surveyed(world.household(today - timedelta(days=40)), today - timedelta(days=1))
    client = Client(headers={"accept-language": "en"})
    client.force_login(world[LI])
    typed = {"household_type": "unstable", "on": today.isoformat(), "source": "inspection", "told": "户主住院"}
    assert send(client, f"/households/{home.pk}/report/", risks="illness", **typed).status_code == 302
    case = Case.objects.get()

    def waits_for(name: str) -> bool:
        reader = Client()
        reader.force_login(world[name])
        return f"/cases/{case.pk}/" in waiting(reader).get("step", [])

    assert [name for name in (LI, WANG, HUANG, ZHAO, CHEN) if waits_for(name)] == [WANG, HUANG, ZHAO]
    given = {"on": today, "by": world[WANG], "at": timezone.now(), "expected_version": case.version}
    cases.refuse(case=case, reason="收入高", **given)
    assert not any(waits_for(name) for name in (LI, WANG, HUANG, ZHAO, CHEN))
