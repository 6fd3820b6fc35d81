"""What has to be written down at each step."""

from datetime import date

import pytest
from django.utils.translation import override

from households.rules.history import EVENT_OF_TRANSITION, EventKind
from households.rules.procedure import (
    ASKED,
    NEEDS_REASON,
    Comparison,
    Meeting,
    Notice,
    Objection,
    Opinion,
    Register,
    Verification,
    details_of,
    ends_of_notice,
    fault_of,
    record_of,
)

GOOD = {
    Verification: Verification(is_authorised=True, findings="属实"),
    Comparison: Comparison((Register.TAX,), "无异常"),
    Meeting: Meeting(10, 6, 4, "同意"),
    Notice: Notice("公开栏"),
    Objection: Objection("家中有车"),
}


@pytest.mark.parametrize("kind", sorted(ASKED))
def test_a_full_record_has_no_fault_and_none_at_all_has_one(kind):
    assert fault_of(kind, GOOD[ASKED[kind]]) is None
    assert fault_of(kind, None).field == "record"
    assert fault_of(kind, Opinion("同意")).field == "record"


@pytest.mark.parametrize(
    ("kind", "record", "field"),
    [
        (EventKind.VERIFIED, Verification(False, "属实"), "is_authorised"),
        (EventKind.VERIFIED, Verification(True, " "), "findings"),
        (EventKind.COMPARED, Comparison((), "无异常"), "registers"),
        (EventKind.COMPARED, Comparison((Register.TAX,), ""), "findings"),
        (EventKind.REVIEWED, Meeting(0, 0, 0, "同意"), "attended"),
        (EventKind.REVIEWED, Meeting(10, 6, -1, "同意"), "attended"),
        (EventKind.REVIEWED, Meeting(10, 6, 5, "同意"), "votes_for"),
        (EventKind.REVIEWED, Meeting(10, 5, 4, "同意"), "votes_for"),
        (EventKind.REVIEWED, Meeting(10, 6, 4, ""), "minutes"),
        (EventKind.NOTICE_POSTED, Notice(""), "place"),
        (EventKind.OBJECTED, Objection(" "), "statement"),
        (EventKind.OBJECTED, Objection("长" * 4001), "statement"),
    ],
)
def test_a_record_that_says_too_little_is_named_by_its_field(kind, record, field):
    assert fault_of(kind, record).field == field


def test_a_text_may_have_four_thousand_characters_and_all_who_came_may_vote():
    assert fault_of(EventKind.OBJECTED, Objection("长" * 4000)) is None
    assert fault_of(EventKind.REVIEWED, Meeting(10, 10, 0, "同意")) is None


@pytest.mark.parametrize(("votes", "is_fine"), [((1, 1, 0), True), ((1, 0, 1), False), ((3, 2, 1), True)])
def test_a_meeting_decides_by_more_than_half_of_those_who_came_be_it_one(votes, is_fine):
    assert (fault_of(EventKind.REVIEWED, Meeting(*votes, "同意")) is None) is is_fine


def test_more_votes_than_people_are_counted_in_the_sentence():
    with override("en"):
        fault = fault_of(EventKind.REVIEWED, Meeting(10, 8, 5, "同意"))
    assert fault.sentence == "13 votes were cast and only 10 attended. Count again."


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (EventKind.VERIFIED, Verification),
        (EventKind.ELIMINATION_REVIEWED_AGAIN, Meeting),
        (EventKind.TOWNSHIP_PASSED, Opinion),
        (EventKind.ELIMINATED, Opinion),
        (EventKind.REFUSED, None),
        (EventKind.ROLLED_BACK, None),
        (EventKind.ELIMINATION_PROPOSED, None),
    ],
)
def test_each_step_asks_for_its_own_record(kind, record):
    assert record_of(kind) is record


def test_a_notice_that_hangs_five_days_from_the_first_may_come_down_on_the_sixth():
    assert ends_of_notice(date(2022, 3, 1), 5) == date(2022, 3, 6)
    assert ends_of_notice(date(2022, 2, 26), 5) == date(2022, 3, 3)


def test_a_township_and_a_county_may_write_an_opinion_and_others_may_not():
    assert fault_of(EventKind.IDENTIFIED, Opinion("同意")) is None
    assert fault_of(EventKind.IDENTIFIED, None) is None
    assert fault_of(EventKind.IDENTIFIED, Notice("公开栏")).field == "record"
    assert fault_of(EventKind.REFUSED, Opinion("同意")).field == "record"


def test_a_record_is_kept_as_plain_values_without_empty_ones():
    assert details_of(GOOD[Comparison]) == {"registers": ["tax"], "findings": "无异常"}
    assert details_of(Objection("家中有车")) == {"statement": "家中有车"}
    assert details_of(Verification(True, "属实")) == {"is_authorised": True, "findings": "属实"}
    assert details_of(None) == {}


def test_what_needs_a_reason_or_a_record_is_a_step():
    assert NEEDS_REASON | set(ASKED) <= set(EVENT_OF_TRANSITION.values())
