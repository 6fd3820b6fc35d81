"""Landings: many at once, each refused for its own reason, and taken back by who told of them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from assistance.models import Measure, MeasureSpan
from assistance.operations import audits, landings, measures
from assistance.operations.landings import Landing
from assistance.rules.categories import Category
from common.refusals import Conflict, Invalid, NotAllowed, Stale
from tests.cast import LI, SUN, WANG, World, evening

MARCH, APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (3, 4, 5, 6, 7))


def landing(world: World, measure: Measure, on: date | None, **changed: object) -> Landing:
    version = Measure.objects.get(pk=measure.pk).version
    given = {"evidence": "", "by": world[LI], "at": evening(JUNE), "expected_version": version}
    return Landing(measure, on, **{**given, **changed})


def landed(day: date, known_at: datetime | None = None) -> int:
    return MeasureSpan.objects.landed_by(day).known_at(known_at).count()


def planned(world: World, number: int) -> list[Measure]:
    return [world.help(world.monitored(MARCH), Category.HEALTH, None) for _measure in range(number)]


def test_many_measures_land_by_as_many_questions_as_two(world):
    asked = []
    for number in (2, 6):
        given = [landing(world, each, MAY, evidence="照片") for each in planned(world, number)]
        with CaptureQueriesContext(connection) as told:
            landings.land_all(landings=given)
        asked.append(len(told))
    assert asked[0] == asked[1]
    assert (landed(APRIL), landed(MAY)) == (0, 8)
    assert set(Measure.objects.values_list("landed_on", "evidence", "version")) == {(MAY, "照片", 2)}
    assert AuditEvent.objects.filter(action="measure.landed").count() == 8


def test_each_landing_is_refused_for_its_own_reason_and_nothing_is_written(world):
    first, second, third = planned(world, 3)
    given = [
        landing(world, first, JULY),
        landing(world, second, MAY),
        landing(world, third, MAY, expected_version=7),
    ]
    with pytest.raises(Invalid) as refusal:
        landings.land_all(landings=given)
    assert {place: type(fault) for place, fault in refusal.value.at_fault.items()} == {0: Invalid, 2: Stale}
    assert landed(JUNE) == 0


def test_what_did_not_land_is_planned_again_and_what_was_known_stays_known(world):
    [measure] = planned(world, 1)
    landings.land_all(landings=[landing(world, measure, MAY, at=evening(MAY), evidence="照片")])
    [held] = landings.take_back_all(landings=[landing(world, measure, None)])
    assert (held.landed_on, held.evidence, held.version) == (None, "", 3)
    assert (landed(JUNE), landed(JUNE, evening(MAY))) == (0, 1)
    told = AuditEvent.objects.get(action="measure.landing_taken_back")
    assert told.changes == {"landed_on": None, "was": "2022-05-01"}
    assert audits.audit_spans().differences == []


def test_a_corrected_day_becomes_what_it_was(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    landings.land_all(landings=[landing(world, measure, MAY)])
    landings.take_back_all(landings=[landing(world, measure, APRIL)])
    assert (landed(APRIL), Measure.objects.get().landed_on) == (1, APRIL)


def test_only_who_told_of_a_landing_takes_it_back_or_a_supervisor(world):
    [measure] = planned(world, 1)
    landings.land_all(landings=[landing(world, measure, MAY)])
    with pytest.raises(NotAllowed):
        landings.take_back_all(landings=[landing(world, measure, None, by=world[WANG])])
    [held] = landings.take_back_all(landings=[landing(world, measure, None, by=world[SUN])])
    assert held.landed_on is None


def test_help_that_has_ended_has_landed(world):
    [measure] = planned(world, 1)
    landings.land_all(landings=[landing(world, measure, MAY)])
    measures.end(measure=measure, on=JUNE, by=world[LI], at=evening(JUNE), expected_version=2)
    with pytest.raises(Conflict):
        landings.take_back_all(landings=[landing(world, measure, None)])
