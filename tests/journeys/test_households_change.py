"""Whatever happens to households and their people, figures add up, stay as they were known, and nothing differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistance.operations.audits import audit_spans as audit_measures
from assistance.rules.categories import Category
from common.refusals import Refused
from households.models import Case, CaseSpan, Household, HouseholdLink, Membership
from households.operations import lineages, members
from households.operations.audits import audit_deadlines, audit_spans
from households.rules.changes import HowEnded
from households.rules.codes import Relationship
from households.workflow import IN_REGISTER
from tests.cast import (
    FAR_VILLAGE,
    LI,
    NEXT_VILLAGE,
    VILLAGE,
    WAY_FROM_MONITORED,
    WAY_TO_MONITORED,
    ZHAO,
    World,
    evening,
    fresh,
)

MARCH = date(2022, 3, 1)
VILLAGES = (VILLAGE, NEXT_VILLAGE, FAR_VILLAGE)
Figures = dict[str, tuple[int, int]]


@pytest.fixture
def world(db: None) -> World:
    return World.begin()


def counted(day: date, known_at=None) -> Figures:
    """Households and persons in the register on that day, by village."""
    rows = CaseSpan.objects.as_of(day).known_at(known_at).filter(status__in=sorted(IN_REGISTER))
    told = rows.values("village").annotate(households=Count("household", distinct=True), persons=Sum("persons"))
    return {row["village"]: (row["households"], row["persons"]) for row in told.order_by("village")}


def last_case(household: Household) -> Case:
    return Case.objects.filter(household=household).latest("episode")


def identify(world: World, one: Household, _other: Household, on: date) -> None:
    world.steps(world.report(one, on), WAY_TO_MONITORED, on)


def eliminate(world: World, one: Household, _other: Household, on: date) -> None:
    world.steps(last_case(one), WAY_FROM_MONITORED, on)


def assist(world: World, one: Household, _other: Household, on: date) -> None:
    world.help(fresh(last_case(one)), Category.HEALTH, on)


def join(world: World, one: Household, _other: Household, on: date) -> None:
    world.join(one, on - timedelta(days=2), at=evening(on))


def leave(world: World, one: Household, _other: Household, on: date) -> None:
    membership = one.memberships.filter(left_on__isnull=True).order_by("joined_on", "id").last()
    if membership is not None:
        told = {"reason": "外出", "by": world[LI], "at": evening(on), "expected_version": one.version}
        members.leave(membership=membership, on=on - timedelta(days=3), **told)


def transfer(world: World, one: Household, other: Household, on: date) -> None:
    membership = other.memberships.filter(left_on__isnull=True, relationship="other").order_by("id").first()
    if membership is not None:
        told = {"by": world[LI], "at": evening(on), "expected_version": one.version}
        members.transfer(
            member=membership.member, household=one, relationship=Relationship.OTHER, on=on - timedelta(days=1), **told
        )


def merge(world: World, one: Household, other: Household, on: date) -> None:
    world.merged(one, other, on - timedelta(days=4), at=evening(on))


def unmerge(world: World, one: Household, _other: Household, on: date) -> None:
    link = HouseholdLink.objects.filter(kind="merge", undone_on__isnull=True).order_by("id").last()
    if link is not None:
        world.unmerged(link, on - timedelta(days=1), at=evening(on))


def split(world: World, one: Household, _other: Household, on: date) -> None:
    world.split(one, on - timedelta(days=1), village=VILLAGES[on.day % 3], at=evening(on))


def move(world: World, one: Household, _other: Household, on: date) -> None:
    world.moved(one, VILLAGES[on.day % 3], on - timedelta(days=5), at=evening(on))


def end(world: World, one: Household, _other: Household, on: date) -> None:
    told = {"reason": "整户消亡", "by": world[ZHAO], "at": evening(on), "expected_version": one.version}
    lineages.end(household=one, how=HowEnded.EXTINCT, on=on, **told)


ACTIONS: tuple[Callable[[World, Household, Household, date], None], ...] = (
    identify, eliminate, assist, join, leave, transfer, merge, unmerge, split, move, merge, unmerge, move, end,
)  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # shrinking a walk takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.integers(0, len(ACTIONS) - 1), st.integers(0, 4), st.integers(0, 4), st.integers(1, 9)),
        min_size=6,
        max_size=16,
    )
)
def test_after_any_sequence_of_changes_figures_add_up_and_nothing_differs(world, walk):
    with transaction.atomic():
        today = MARCH + timedelta(days=20)
        world.monitored(MARCH, persons=3)
        world.monitored(MARCH, persons=2, village=FAR_VILLAGE)
        world.household(MARCH, persons=2)
        known: list[tuple[date, object, Figures]] = []
        for action, first, second, days in walk:
            today += timedelta(days=days)
            homes = list(Household.objects.order_by("id"))
            try:
                with transaction.atomic():
                    ACTIONS[action](world, homes[first % len(homes)], homes[second % len(homes)], today)
            except (Refused, Case.DoesNotExist):
                pass
            moment, before = evening(today, 23), today - timedelta(days=15)
            known.append((before, moment, counted(before, moment)))
        assert [counted(day, moment) for day, moment, _told in known] == [told for _day, _moment, told in known]
        for day in (MARCH, today - timedelta(days=30), today - timedelta(days=10), today):
            _adds_up(day)
        for audit in (audit_spans, audit_deadlines, audit_measures):
            assert audit().differences == []
        transaction.set_rollback(True)


def _adds_up(day: date) -> None:
    """Each household of the register is counted once, with the people who belonged to it, and everybody once."""
    held = CaseSpan.objects.as_of(day).known_at(None).filter(status__in=sorted(IN_REGISTER))
    spans = dict(held.values_list("household", "persons"))
    assert len(spans) == held.count()
    of_day = Membership.objects.as_of(day).filter(household__in=list(spans))
    people = dict(of_day.values_list("household").annotate(Count("pk")))
    assert spans == {key: people.get(key, 0) for key in spans}
    assert of_day.values("member").distinct().count() == sum(spans.values())
    assert sum(persons for _households, persons in counted(day).values()) == sum(spans.values())


def test_a_household_moves_merges_and_is_restored_while_last_months_report_stays(world):
    """April's report, as printed on its last evening, is printed the same after all that is recorded later."""
    one, other = world.monitored(MARCH, persons=3), world.monitored(MARCH, persons=2, village=FAR_VILLAGE)
    reported = evening(date(2022, 4, 30))
    printed = counted(date(2022, 4, 30), reported)
    assert printed == {VILLAGE: (1, 3), FAR_VILLAGE: (1, 2)}
    world.moved(one.household, NEXT_VILLAGE, date(2022, 4, 20), at=evening(date(2022, 5, 10)))
    link = world.merged(other.household, one.household, date(2022, 5, 20))
    assert counted(date(2022, 5, 20)) == {NEXT_VILLAGE: (1, 5)}
    world.unmerged(link, date(2022, 6, 1))
    assert counted(date(2022, 6, 1)) == {NEXT_VILLAGE: (1, 3), FAR_VILLAGE: (1, 2)}
    assert counted(date(2022, 4, 30), reported) == printed
    assert counted(date(2022, 4, 30)) == {NEXT_VILLAGE: (1, 3), FAR_VILLAGE: (1, 2)}
    assert counted(date(2022, 4, 19)) == printed
