"""The plan on the page of a case: by risk what is done, what is missing and what is late."""

from __future__ import annotations

from datetime import date

import pytest

from assistance.operations import measures
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from households.models import Case
from households.rules.codes import Risk
from tests.cast import LI, SUN, WAY_TO_MONITORED, World, evening
from tests.pages import signed_in

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


@pytest.fixture
def world(db: None) -> World:
    return World.begin()


@pytest.fixture
def case(world: World) -> Case:
    risks = (Risk.ILLNESS, Risk.UNSAFE_WATER, Risk.SCHOOLING)
    return world.steps(world.report(world.household(MARCH), MARCH, risks=risks), WAY_TO_MONITORED, MARCH)


def test_each_risk_tells_how_far_it_is_answered_and_what_is_late(world, case):
    given = Help(case, Category.HEALTH, "医保", MARCH, world[LI], evening(MARCH), risk=Risk.ILLNESS, landed_on=MARCH)
    measures.plan(measure=given)
    late = Help(case, Category.WATER, "水窖", MARCH, world[LI], evening(MARCH), risk=Risk.UNSAFE_WATER, due_on=APRIL)
    measures.plan(measure=late)
    world.help(case, Category.INDUSTRY, APRIL)
    page = signed_in(world[LI], "zh-hans").get(f"/cases/{case.pk}/", {"as_of": "2022-05-01"})
    plan = page.context["plan"]
    assert [(each.name, each.badge.tone, each.late, len(each.measures)) for each in plan.risks] == [
        ("因病", "good", 0, 1),
        ("因安全饮水", "watch", 1, 1),
        ("因学", "bad", 0, 0),
    ]
    assert [each.category for each in plan.others] == ["产业帮扶"]
    assert plan.breaks == ("因学：请至少安排一项教育帮扶、义务教育保障、社会帮扶措施。",)
    assert "1项措施逾期" in page.content.decode()


def test_who_only_reads_is_offered_no_form(world, case):
    assert signed_in(world[LI]).get(f"/cases/{case.pk}/").context["plan"].can_plan
    assert not signed_in(world[SUN]).get(f"/cases/{case.pk}/").context["plan"].can_plan


def test_the_past_shows_the_measures_without_judging_the_plan(world, case):
    world.help(case, Category.HEALTH, APRIL)
    asked = {"as_of": "2022-05-01", "known_at": "2022-04-15T10:00:00+08:00"}
    page = signed_in(world[LI], "zh-hans").get(f"/cases/{case.pk}/", asked)
    assert page.status_code == 200
    assert page.context["plan"] is None
    assert "一户一策" in page.content.decode()
