"""Households split, merge and are restored, either way round: no row of any table that leads to them goes or strays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models

from assistance.operations import plans
from assistance.rules.categories import Category
from households.models import Case, GuaranteeCheck, Household, HouseholdLink, IncomeSurvey, Member
from households.operations.audits import audit_deadlines, audit_spans
from households.operations.visits import PhotoTaken
from tests.architecture import raw_rows
from tests.architecture.raw_rows import Rows
from tests.cast import LI, NEXT_VILLAGE, World, evening, fresh, picture

MARCH, APRIL, MAY, JUNE, JULY, AUGUST, SEPTEMBER = (date(2022, month, 1) for month in range(3, 10))
# Rows that say where a link of households leads are made by the changes themselves.
MADE_BY_CHANGES = {HouseholdLink}
Kept = dict[type[models.Model], dict[object, tuple[object, ...]]]


@cache
def leading_to_households() -> dict[type[models.Model], tuple[str, ...]]:
    """Every model from which keys lead to a household or a person, over however many tables, with these keys."""
    found: dict[type[models.Model], tuple[str, ...]] = {Household: (), Member: ()}
    while True:
        grown = {
            model: tuple(field.attname for field in model._meta.concrete_fields if field.related_model in found)
            for model in apps.get_models(include_auto_created=True)
        }
        grown = {model: names for model, names in grown.items() if names or model in found}
        if grown.keys() == found.keys():
            return grown
        found = grown


@pytest.fixture
def world(db: None) -> World:
    return World.begin()


def kept() -> Kept:
    """The keys of every row, with the keys by which it leads to its household."""
    return {
        model: {row[0]: row[1:] for row in model._base_manager.values_list("pk", *names)}
        for model, names in leading_to_households().items()
    }


def with_a_row_of_everything(world: World, number: int) -> Case:
    """A case of a household that has rows in every table that leads to one."""
    case = world.monitored(MARCH, persons=3)
    home = case.household
    world.surveyed(home, APRIL)
    measure = world.help(case, Category.HEALTH, MAY)
    world.help(case, Category.WATER, None)
    plans.draw_up(case=case, on=MAY, note="新情况", expected_version=1, by=world[LI], at=evening(MAY))
    first = world.visit(home, MAY, photos=[PhotoTaken(picture())])
    rows = Rows(world, case, case, measure)
    raw_rows.waiver(rows)
    raw_rows.risk_finding(rows)
    raw_rows.assignment(rows)
    raw_rows.condition(rows)
    raw_rows.finding(rows)
    raw_rows.clue(rows, case=case, state="accepted", decided_at=raw_rows.NOON, decided_by=world[LI])
    raw_rows.conflict(rows, member=raw_rows.other(rows).member)
    raw_rows.external_key(rows, value=f"A-{number}")
    raw_rows.pause(rows, ends_on=APRIL, **raw_rows.resumed(rows))
    raw_rows.told(rows)
    found = {"income_survey": IncomeSurvey.objects.filter(household=home).first(), "reported_case": case}
    found["guarantee_check"] = GuaranteeCheck.objects.filter(household=home).first()
    raw_rows.visit(rows, supersedes=first, reason="误写", case=case, **found)
    world.moved(home, NEXT_VILLAGE, MAY)
    return fresh(case)


def merge_and_restore(world: World, ending: Household, staying: Household) -> None:
    link = world.merged(ending, staying, JUNE)
    world.unmerged(link, JULY)


def merge_restore_and_merge_the_other_way(world: World, ending: Household, staying: Household) -> None:
    merge_and_restore(world, ending, staying)
    world.merged(staying, ending, AUGUST)


def split_and_merge_back(world: World, one: Household, _other: Household) -> None:
    made = world.split(one, JUNE)
    link = world.merged(made, one, JULY)
    world.unmerged(link, AUGUST)


def split_and_follow(world: World, one: Household, _other: Household) -> None:
    made = world.split(one, JUNE)
    link = world.merged(one, made, JULY)
    world.unmerged(link, AUGUST)


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize(
    "change", [merge_and_restore, merge_restore_and_merge_the_other_way, split_and_merge_back, split_and_follow]
)
def test_no_row_goes_and_none_leads_elsewhere(
    world: World, change: Callable[[World, Household, Household], None], *, is_turned: bool
):
    one, other = (with_a_row_of_everything(world, number).household for number in range(2))
    before = kept()
    empty = {model.__name__ for model, rows in before.items() if not rows and model not in MADE_BY_CHANGES}
    assert empty == set(), "give the household of this test rows of these kinds"
    change(world, *((other, one) if is_turned else (one, other)))
    after = kept()
    lost = {
        (model.__name__, key): (leads, after[model].get(key))
        for model, rows in before.items()
        for key, leads in rows.items()
        if after[model].get(key) != leads
    }
    assert lost == {}
    assert audit_spans().differences == audit_deadlines().differences == []


def test_a_person_belongs_to_one_household_on_every_day_of_a_merge_and_its_undoing(world: World):
    one, other = (with_a_row_of_everything(world, number).household for number in range(2))
    people = {row.pk: set(row.memberships.values_list("member", flat=True)) for row in (one, other)}
    merge_and_restore(world, one, other)

    def belonging(day: date) -> dict[UUID, set[UUID]]:
        return {home.pk: set(home.memberships.as_of(day).values_list("member", flat=True)) for home in (one, other)}

    assert belonging(MAY) == people
    assert belonging(JUNE) == {one.pk: set(), other.pk: people[one.pk] | people[other.pk]}
    assert belonging(AUGUST) == people
