"""Bulk writes: every kind of value comes back as it went in, and what does not fit is refused, never cut."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection
from psycopg.types.range import Range

from accounts.models import AuditEvent
from common.bulk import ROWS_A_STATEMENT, insert_all, update_all
from common.ids import new_id
from households.models import CaseSpan, Household, IncomeSurvey, Member
from tests.cast import LI, VILLAGE, World, evening

MARCH = date(2022, 3, 1)
TEXT = '引号 " 反斜 \\ 换行 \n 制表 \t 表情 😀 {数组} NULL'


@pytest.fixture
def world(db: None) -> World:
    return World.begin()


def home(**changed: object) -> Household:
    return Household(**{"village_id": VILLAGE, "registered_on": MARCH, **changed})


def test_texts_days_moments_and_nothing_come_back_as_they_went_in(world):
    moment = datetime(2022, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
    [row] = insert_all([home(address=TEXT, removed_at=moment, removal_reason="NULL")])
    held = Household.objects.get(pk=row.pk)
    assert (held.address, held.removed_at, held.removal_reason, held.ended_on) == (TEXT, moment, "NULL", None)
    assert row._state.adding is False


def test_bytes_come_back_as_they_went_in(world):
    world.household(MARCH, persons=1)
    member = Member.objects.get()
    member.document_token, member.document_hash = bytes(range(256)), b"\\x00"
    update_all([member], ("document_token", "document_hash"))
    held = Member.objects.get()
    assert (bytes(held.document_token), bytes(held.document_hash)) == (bytes(range(256)), b"\\x00")


def test_money_arrays_ranges_and_documents_come_back_as_they_went_in(world):
    case = world.monitored(MARCH)
    survey = IncomeSurvey.objects.get()
    survey.pk, survey.wage = new_id(), Decimal("12345678.90")
    span = CaseSpan.objects.get(status="monitored")
    told = {"列表": [1, "二", None], "引号": TEXT}
    entry = AuditEvent(at=evening(MARCH), actor=world[LI], action="x", subject_kind="y", subject_id="z", changes=told)
    insert_all([survey])
    insert_all([entry])
    span.pk, span.recorded = None, Range(evening(date(2020, 1, 1)), evening(date(2020, 1, 2)), "[)")
    insert_all([span])
    assert IncomeSurvey.objects.get(pk=survey.pk).wage == Decimal("12345678.90")
    assert AuditEvent.objects.get(action="x").changes == told
    again = CaseSpan.objects.get(case=case, recorded=span.recorded)
    assert (again.case, again.risks, again.valid, again.recorded) == (case, span.risks, span.valid, span.recorded)


def test_more_rows_than_a_statement_takes_are_written_in_several(world, django_assert_num_queries):
    with django_assert_num_queries(2):
        insert_all([home() for _ in range(ROWS_A_STATEMENT + 1)])
    assert Household.objects.count() == ROWS_A_STATEMENT + 1


def test_rows_are_changed_each_to_its_own_values(world):
    rows = insert_all([home(), home()])
    rows[0].address, rows[1].is_former_poor = TEXT, True
    update_all(rows, ("address", "is_former_poor"))
    held = Household.objects.in_bulk()
    assert [(held[row.pk].address, held[row.pk].is_former_poor) for row in rows] == [(TEXT, False), ("", True)]


def test_what_is_too_long_is_refused_and_not_cut(world):
    with pytest.raises(DataError):
        insert_all([home(address="x" * 201)])


def test_constraints_are_told_by_name(world):
    row = home()
    insert_all([row])
    with pytest.raises(IntegrityError, match="household_pkey"):
        insert_all([row])


def test_nothing_is_asked_where_there_are_no_rows(db):
    with connection.execute_wrapper(pytest.fail):
        assert insert_all([]) == []
        update_all([], ("address",))
