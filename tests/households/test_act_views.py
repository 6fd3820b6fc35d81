"""Whatever page people fill in: what they typed is there again when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Measure
from assistance.rules.categories import Category
from households.models import Case, Clue, Deadline, GateWaiver, Household, Standard
from households.workflow import Status
from tests.cast import COUNTY, LI, SUN, VILLAGE, WANG, ZHAO, ZHOU, World, evening
from tests.pages import signed_in

MARCH = date(2022, 3, 1)
TYPED = "打过的字一个不丢"
Sent = dict[str, str]


@dataclass(frozen=True)
class Page:
    """A page, who fills it in, and what is sent that cannot stand."""

    name: str
    by: str
    sent: Sent
    place: Callable[[World], tuple[object, ...]] = lambda world: ()
    query: str = ""


def home(world: World) -> tuple[object, ...]:
    return (world.household(MARCH).pk,)


def case(world: World) -> tuple[object, ...]:
    return (monitored(world).pk,)


def monitored(world: World) -> Case:
    return world.monitored(MARCH)


def reported(world: World) -> tuple[object, ...]:
    return (world.report(world.household(MARCH), MARCH).pk, Status.VERIFIED.value)


def change(what: str) -> Callable[[World], tuple[object, ...]]:
    return lambda world: (*home(world), what)


def deadline(world: World) -> tuple[object, ...]:
    world.report(world.household(MARCH), MARCH)
    return (Deadline.objects.running().first().pk,)


def clue(world: World) -> tuple[object, ...]:
    household = world.household(MARCH)
    told = {"cause": "dropout", "facts": {"on": "2022-03-01"}, "proposed_at": evening(MARCH)}
    return (Clue.objects.create(household=household, village_id=VILLAGE, **told).pk,)


def planned(world: World) -> tuple[object, ...]:
    return (world.help(monitored(world), Category.HEALTH, None).pk,)


def visit(world: World) -> tuple[object, ...]:
    return (world.visit(world.household(MARCH), MARCH).pk,)


def waiver(world: World) -> tuple[object, ...]:
    told = {"rule": "has_labour", "reason": "x", "waived_on": MARCH, "waived_at": evening(MARCH)}
    kept = monitored(world)
    return (GateWaiver.objects.create(case=kept, village_id=kept.village_id, waived_by=world[SUN], **told).pk,)


def standard(world: World) -> tuple[object, ...]:
    told = {"kind": "clock", "code": "verify", "value": {"length": 5, "unit": "working_days"}, "source": "x"}
    told |= {"valid_from": MARCH, "recorded_at": evening(MARCH), "recorded_by": world[ZHOU]}
    return (Standard.objects.create(division_id=COUNTY, **told).pk,)


HERE = f"?division={COUNTY}"
PAGES = [
    Page("case-feedback", LI, {"told": TYPED, "on": "x"}, case),
    Page("deadline-pause", ZHAO, {"reason": TYPED, "on": "x"}, deadline),
    Page("risk-assess", LI, {"risk": "illness", "state": "gone", "on": "2099-01-01", "note": TYPED}, case),
    Page("gate-waive", SUN, {"rule": "magic", "reason": TYPED}, case),
    Page("gate-waiver-withdraw", SUN, {"reason": TYPED, "version": "99"}, waiver),
    Page("standard-withdraw", ZHOU, {"reason": TYPED, "version": "99"}, standard),
    Page("standard", ZHOU, {"source": TYPED, "valid_from": "x"}, lambda _world: ("clock", "verify"), HERE),
    Page("lines", ZHOU, {"source": TYPED, "valid_from": "x"}, query=HERE),
    Page("person-open", ZHOU, {"full_name": TYPED, "username": ""}),
    Page("household-register", LI, {"address": TYPED, "m0-name": "x"}),
    Page("household-change", LI, {"name": TYPED, "on": "x"}, change("join")),
    Page("household-change", LI, {"reason": TYPED, "on": "x"}, change("leave")),
    Page("household-change", LI, {"number": TYPED, "on": "x"}, change("transfer")),
    Page("household-change", ZHAO, {"address": TYPED, "on": "x"}, change("split")),
    Page("household-change", ZHAO, {"into": TYPED, "on": "x"}, change("merge")),
    Page("household-change", ZHAO, {"reason": TYPED, "on": "x"}, change("end")),
    Page("household-move", ZHAO, {"address": TYPED, "on": "x"}, home),
    Page("clue-report", LI, {"told": TYPED, "on": "x"}, home),
    Page("income-record", LI, {"wage": "12345.67", "surveyed_on": "x"}, home),
    Page("visit-log", LI, {"findings": TYPED, "happened_at": "x"}, home),
    Page("visit-correct", LI, {"findings": "x", "reason": TYPED, "happened_at": "x"}, visit),
    Page("clue-accept", LI, {"told": TYPED}, clue),
    Page("clue-dismiss", LI, {"reason": TYPED}, clue),
    Page("case-step", WANG, {"findings": TYPED, "on": "x", "kind": "verified"}, reported),
    Page("measure-plan", LI, {"item": TYPED, "on": "x"}, case),
    Page("measure-amend", LI, {"item": TYPED, "on": "x", "version": "1"}, planned),
    Page("measure", LI, {"act": "land", "land-on": "x", "land-evidence": TYPED}, planned),
    Page("measure", SUN, {"act": "withdraw", "withdraw-reason": TYPED, "withdraw-version": "99"}, planned),
    Page("plan", LI, {"note": TYPED, "on": "x"}, case),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.name}-{'-'.join(page.sent)}")
def test_what_was_typed_is_there_again_when_it_is_refused(world: World, page: Page):
    address = reverse(page.name, args=page.place(world)) + page.query
    answer = signed_in(world[page.by]).post(address, page.sent)
    assert 400 <= answer.status_code < 500
    text = answer.content.decode()
    assert (TYPED if TYPED in page.sent.values() else "12345.67") in text
    assert "<form" in text


def test_a_change_of_a_household_that_others_changed_meanwhile_can_be_sent_again_as_typed(world: World):
    household: Household = world.household(MARCH, persons=2)
    client, address = signed_in(world[ZHAO]), reverse("household-change", args=[household.pk, "end"])
    sent = {"how": "moved_away", "reason": TYPED, "on": "2022-04-01", "seen_version": str(household.version)}
    world.join(household, MARCH)
    answer = client.post(address, sent)
    assert (answer.status_code, TYPED in answer.content.decode()) == (412, True)
    version = answer.context["form"]["seen_version"].value()
    assert client.post(address, sent | {"seen_version": version}).status_code == 302


def test_no_measure_was_planned_by_what_was_refused(world: World):
    [kept] = planned(world)
    signed_in(world[LI]).post(reverse("measure-amend", args=[kept]), {"item": TYPED, "on": "x", "version": "1"})
    assert Measure.objects.get().item == "一户一策"
