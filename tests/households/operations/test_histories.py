"""Histories: the database itself keeps what happened, but for households that were invented."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from households.models import Case, CaseEvent, CaseSpan, Household
from tests.cast import LI, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


@pytest.mark.parametrize(
    "changed",
    [{"occurred_on": APRIL}, {"facts": {}}, {"details": {"reason": "其他"}}, {"recorded_at": evening(MAY)}],
    ids=lambda changed: next(iter(changed)),
)
@pytest.mark.parametrize("is_synthetic", [False, True])
def test_an_event_is_never_changed(world: World, is_synthetic: bool, changed: dict[str, object]):
    world[LI].is_demonstration = is_synthetic
    world.monitored(MARCH)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        CaseEvent.objects.update(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "refused"},
        {"persons": 9},
        {"risks": []},
        {"village_id": "620121100202"},
        {"valid": DateRange(MARCH, APRIL)},
        {"recorded": DateTimeTZRange(evening(MARCH) - timedelta(days=1), None)},
        {"recorded": DateTimeTZRange(evening(MARCH) - timedelta(days=1), evening(APRIL))},
    ],
    ids=str,
)
def test_of_a_span_nothing_but_the_end_of_knowledge_is_written(world: World, changed: dict[str, object]):
    world.report(world.household(MARCH), MARCH)
    with pytest.raises(ProgrammingError, match="nothing but the end"), transaction.atomic():
        CaseSpan.objects.update(**changed)


def test_what_was_known_of_a_span_ends_once(world: World):
    span = world.report(world.household(MARCH), MARCH).spans.get()
    for end, is_refused in ((APRIL, False), (MAY, True)):
        span.recorded = DateTimeTZRange(span.recorded.lower, evening(end))
        try:
            with transaction.atomic():
                span.save(update_fields=("recorded",))
        except ProgrammingError:
            assert is_refused
    assert CaseSpan.objects.get().recorded.upper == evening(APRIL)


@pytest.mark.parametrize("kept", [CaseEvent, CaseSpan])
def test_the_history_of_a_real_household_is_not_deleted(world: World, kept: type[CaseEvent] | type[CaseSpan]):
    world.monitored(MARCH)
    count = kept.objects.count()
    with pytest.raises(ProgrammingError, match="only where its household is synthetic"), transaction.atomic():
        kept.objects.all()._raw_delete("default")
    assert kept.objects.count() == count > 0


def test_the_history_of_an_invented_household_is_deleted_alone(world: World):
    real = world.monitored(MARCH)
    world[LI].is_demonstration = True
    invented = world.monitored(MARCH)
    for kept in (CaseSpan, CaseEvent):
        kept.objects.filter(case=invented)._raw_delete("default")
        assert set(kept.objects.values_list("case_id", flat=True)) == {real.pk}


def test_a_history_does_not_go_with_a_case_deleted_before_it(world: World):
    case = world.monitored(MARCH)
    case.risks.all().delete()
    Case.objects.filter(pk=case.pk)._raw_delete("default")  # foreign keys are looked at when the transaction ends
    with pytest.raises(ProgrammingError, match="only where"), transaction.atomic():
        CaseEvent.objects.filter(case=case.pk)._raw_delete("default")
    with pytest.raises(ProgrammingError, match="only where"), transaction.atomic():
        CaseSpan.objects.filter(case=case.pk)._raw_delete("default")
    transaction.set_rollback(True)


@pytest.mark.parametrize("is_synthetic", [False, True])
def test_a_household_stays_invented_or_real(world: World, is_synthetic: bool):
    world[LI].is_demonstration = is_synthetic
    world.household(MARCH)
    with pytest.raises(ProgrammingError, match="decided once"), transaction.atomic():
        Household.objects.update(is_synthetic=not is_synthetic)
    assert Household.objects.update(phone="1") == 1


def test_the_application_cannot_switch_the_guards_off(world: World):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE households_caseevent DISABLE TRIGGER ALL")
