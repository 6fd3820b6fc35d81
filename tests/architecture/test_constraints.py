"""What must never be false: each constraint of the database, violated by raw rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from assistance.models import Plan
from assistance.rules.categories import Category
from households.models import (
    Case,
    Division,
    Household,
    Member,
    Membership,
)
from tests.architecture import exchange_rows
from tests.architecture.raw_rows import (
    APRIL,
    MARCH,
    MAY,
    NO_KEY,
    NOON,
    Rows,
    answer,
    assignment,
    change,
    client,
    clue,
    condition,
    conflict,
    copy,
    deadline,
    dismissed,
    event,
    external_key,
    finding,
    head,
    line,
    link,
    move,
    other,
    pause,
    photograph,
    posting,
    recovery_code,
    resumed,
    risk,
    risk_finding,
    saved_view,
    seal,
    second_episode,
    second_factor,
    span,
    standard,
    survey,
    told,
    visit,
    waiver,
)
from tests.architecture.reading import APPS
from tests.cast import CITY, COUNTY, PROVINCE, VILLAGE, World, evening


@pytest.fixture
def rows(db: None) -> Rows:
    world = World.begin()
    case = world.monitored(MARCH)
    return Rows(world, case, world.eliminated(MARCH, APRIL), world.help(case, Category.HEALTH, APRIL))


# constraint: what violates it
VIOLATIONS: dict[str, Callable[[Rows], object]] = {
    "division_code_has_a_level": lambda r: Division.objects.create(code="62012", name="x"),
    "division_code_begins_with_parent": lambda r: Division.objects.create(code="63", name="x", parent_id=PROVINCE),
    "division_ends_after_it_begins": lambda r: Division.objects.create(
        code="63", name="x", valid_from=MAY, valid_to=MAY
    ),
    "seal_has_one_before": lambda _r: seal(number=2),
    "saved_view_name_is_one": lambda r: [saved_view(r) for _ in range(2)],
    "second_factor_is_confirmed_by_a_code": lambda r: second_factor(r, last_step=0),
    "recovery_code_is_one": lambda r: [recovery_code(factor) for factor in [second_factor(r)] * 2],
    "saved_view_has_a_name": lambda r: saved_view(r, name=""),
    "external_key_names_one_record": lambda r: [external_key(r) for _ in range(2)],
    "external_key_is_whole": lambda r: external_key(r, value=""),
    "answer_key_is_one": lambda r: [answer(r) for _ in range(2)],
    "client_has_a_scope": lambda r: client(r, scopes=[]),
    "client_scopes_are_known": lambda r: client(r, scopes=["everything"]),
    "seal_has_rows": lambda _r: seal(rows=[]),
    "posting_ends_after_it_starts": lambda r: posting(r, ends_on=MARCH),
    "posting_role_is_known": lambda r: posting(r, role="king"),
    "household_national_number_is_unique": lambda r: [copy(r.case.household, national_number="H1") for _ in range(2)],
    "household_removal_has_a_reason": lambda r: change(r.case.household, removed_at=NOON),
    "member_number_and_hash_go_together": lambda r: change(head(r).member, document_hash=None),
    "condition_of_a_day_is_one": lambda r: [condition(r) for _ in range(2)],
    "condition_superseded_later": lambda r: condition(r, superseded_at=NOON),
    "condition_healthy_stands_alone": lambda r: condition(r, health=["healthy", "chronic"]),
    "condition_disability_has_both": lambda r: condition(r, disability_category=4),
    "condition_months_of_one_year": lambda r: condition(r, work_months=13),
    "finding_stands_once": lambda r: [finding(r) for _ in range(2)],
    "finding_closes_later": lambda r: finding(r, closed_at=datetime(2022, 3, 1, 11, tzinfo=UTC)),
    "conflict_is_about_a_field": lambda r: conflict(r, fields=[]),
    "conflict_decided_says_by_whom_and_why": lambda r: conflict(r, state="kept"),
    "clue_is_open_once": lambda r: [clue(r), clue(r, fingerprint="g")],
    "clue_is_decided_once_on_its_evidence": lambda r: [clue(r, **dismissed(r)) for _ in range(2)],
    "clue_decided_says_by_whom": lambda r: clue(r, decided_at=NOON),
    "clue_dismissed_has_a_reason": lambda r: clue(r, **dismissed(r) | {"reason": ""}),
    "clue_accepted_has_a_case": lambda r: clue(r, **dismissed(r) | {"state": "accepted"}),
    "clue_is_decided_later": lambda r: clue(r, **dismissed(r) | {"decided_at": datetime(2022, 3, 1, 11, tzinfo=UTC)}),
    "membership_ends_after_it_begins": lambda r: change(other(r), left_on=MARCH, left_how="other"),
    "membership_ended_says_how": lambda r: change(other(r), left_on=MAY),
    "household_ended_says_how": lambda r: change(r.case.household, ended_on=MAY, ended_how="extinct"),
    "link_joins_two_households": lambda r: link(r, to_household=r.case.household),
    "household_is_merged_into_one": lambda r: [link(r), link(r)],
    "link_undone_is_a_merge_and_says_by_whom": lambda r: link(r, undone_on=MAY),
    "move_leads_elsewhere": lambda r: move(r, to_village_id=VILLAGE),
    "household_moves_once_a_day": lambda r: [move(r), move(r)],
    "member_is_in_one_household": lambda r: copy(other(r), household=r.closed.household),
    "household_has_one_head": lambda r: change(other(r), relationship="head"),
    "income_period_has_an_order": lambda r: survey(r, period_to=date(2022, 2, 28)),
    "line_is_one_per_division_and_day": lambda r: [line() for _ in range(2)],
    "line_is_positive": lambda r: line(amount=Decimal(0)),
    "standard_is_one_per_division_and_day": lambda r: [standard(r) for _ in range(2)],
    "standard_kind_is_known": lambda r: standard(r, kind="king"),
    "standard_has_a_source": lambda r: standard(r, source=""),
    "standard_withdrawal_has_a_reason": lambda r: standard(r, withdrawn_at=NOON),
    "risk_finding_state_is_known": lambda r: risk_finding(r, state="perhaps"),
    "waiver_is_one_per_condition": lambda r: [waiver(r) for _ in range(2)],
    "waiver_has_a_reason": lambda r: waiver(r, reason=""),
    "waiver_withdrawal_has_a_reason": lambda r: waiver(r, withdrawn_at=NOON),
    "assignment_ends_after_it_begins": lambda r: assignment(r, starts_on=APRIL, ends_on=MARCH),
    "household_has_one_responsible": lambda r: [assignment(r), assignment(r, starts_on=APRIL)],
    "case_episode_is_unique": lambda r: copy(r.closed),
    "household_has_one_open_case": lambda r: copy(r.case, episode=2),
    "case_in_register_was_identified": lambda r: change(r.case, identified_on=None),
    "case_eliminated_has_day_and_way": lambda r: change(r.closed, elimination_way=""),
    "case_risk_position_is_unique": lambda r: risk(r, position=1),
    "case_risk_is_named_once": lambda r: risk(r, risk="illness"),
    "case_has_at_most_five_risks": lambda r: risk(r, position=6),
    "case_risk_disaster_has_a_kind": lambda r: risk(r, risk="natural_disaster"),
    "case_risk_other_has_a_remark": lambda r: risk(r, risk="other"),
    "event_sequence_is_unique": lambda r: copy(event(r)),
    "event_correction_is_named_so": lambda r: copy(event(r), sequence=9, corrects=event(r)),
    "case_has_one_truth": lambda r: copy(span(r), status="verified"),
    "household_is_in_register_once": lambda r: copy(span(r), case=second_episode(r)),
    "span_is_not_empty": lambda r: change(span(r), valid=DateRange(MAY, MAY)),
    "span_in_register_was_identified": lambda r: change(span(r), identified_on=None),
    "deadline_is_one_an_event": lambda r: copy(deadline(r)),
    "deadline_is_due_unless_paused": lambda r: change(deadline(r), due_on=None),
    "deadline_is_due_after_start": lambda r: change(deadline(r), due_on=date(2022, 2, 28)),
    "deadline_ended_says_how": lambda r: change(deadline(r), ended_on=APRIL),
    "deadline_has_one_open_pause": lambda r: [pause(r) for _ in range(2)],
    "pause_ends_after_it_starts": lambda r: pause(r, ends_on=date(2022, 2, 28), **resumed(r)),
    "pause_has_a_reason": lambda r: pause(r, reason=""),
    "pause_ended_says_by_whom": lambda r: pause(r, ends_on=APRIL),
    "escalation_is_told_once": lambda r: [told(r) for _ in range(2)],
    "visit_position_is_whole": lambda r: visit(r, latitude=Decimal(36)),
    "visit_correction_has_a_reason": lambda r: visit(r, supersedes=visit(r)),
    "visit_does_not_supersede_itself": lambda r: visit(r, id=NO_KEY, supersedes_id=NO_KEY, reason="误"),
    "visit_photo_position_is_unique": lambda r: photograph(visit(r), times=2),
    "plan_number_is_unique": lambda r: copy(r.measure.plan, is_current=False),
    "case_has_one_current_plan": lambda r: copy(r.measure.plan, number=2),
    "measure_ends_after_it_landed": lambda r: change(r.measure, ended_on=MARCH),
    "measure_lands_after_it_started": lambda r: change(r.measure, started_on=MAY),
    "measure_is_due_after_it_was_planned": lambda r: change(r.measure, due_on=MARCH),
    "measure_amount_is_not_negative": lambda r: change(r.measure, amount=Decimal(-1)),
    "measure_has_one_truth": lambda r: copy(r.measure.spans.get()),
    "measure_span_is_not_empty": lambda r: change(r.measure.spans.get(), recorded=DateTimeTZRange(NOON, NOON)),
    **exchange_rows.VIOLATIONS,
}
# The other ends of constraints that have two.
MORE_VIOLATIONS: list[tuple[str, Callable[[Rows], object]]] = [
    ("seal_has_one_before", lambda _r: seal(before="d")),
    ("household_removal_has_a_reason", lambda r: change(r.case.household, removal_reason="误")),
    ("member_number_and_hash_go_together", lambda r: change(head(r).member, document_token=None)),
    ("standard_is_one_per_division_and_day", lambda r: [standard(r, division_id=CITY) for _ in range(2)]),
    ("waiver_withdrawal_has_a_reason", lambda r: waiver(r, withdrawal_reason="误")),
    ("standard_withdrawal_has_a_reason", lambda r: standard(r, withdrawal_reason="误")),
    ("clue_decided_says_by_whom", lambda r: clue(r, state="lapsed")),
    ("clue_decided_says_by_whom", lambda r: clue(r, **dismissed(r) | {"decided_by": None})),
    ("clue_accepted_has_a_case", lambda r: clue(r, case=r.case)),
    ("condition_healthy_stands_alone", lambda r: condition(r, health=["splendid"])),
    ("condition_disability_has_both", lambda r: condition(r, disability_category=8, disability_level=1)),
    ("condition_disability_has_both", lambda r: condition(r, disability_category=1, disability_level=5)),
    ("condition_months_of_one_year", lambda r: condition(r, post_months=13)),
    ("case_eliminated_has_day_and_way", lambda r: change(r.closed, eliminated_on=date(2022, 2, 1))),
    ("case_has_at_most_five_risks", lambda r: risk(r, position=0)),
    ("deadline_is_due_unless_paused", lambda r: change(deadline(r), paused_on=MARCH)),
    ("deadline_ended_says_how", lambda r: change(deadline(r), ending="met")),
    ("pause_ended_says_by_whom", lambda r: pause(r, **resumed(r))),
    ("visit_position_is_whole", lambda r: visit(r, latitude=Decimal(91), longitude=Decimal(0))),
    ("visit_correction_has_a_reason", lambda r: visit(r, reason="误")),
    ("measure_ends_after_it_landed", lambda r: change(r.measure, landed_on=None, ended_on=MAY)),
    ("span_is_not_empty", lambda r: change(span(r), recorded=DateTimeTZRange(NOON, NOON))),
]


def declared() -> set[str]:
    """The names of all constraints of our models."""
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS]
    return {constraint.name for model in ours for constraint in model._meta.constraints}


def test_every_constraint_is_violated_by_a_test():
    assert set(VIOLATIONS) == declared()


@pytest.mark.parametrize(
    ("name", "violate"),
    [*VIOLATIONS.items(), *MORE_VIOLATIONS],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_refuses(rows, name, violate):
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        violate(rows)


def test_an_identity_number_is_kept_once(rows):
    member = head(rows).member
    with pytest.raises(IntegrityError, match="document_hash"), transaction.atomic():
        copy(member)


def test_an_eliminated_case_has_its_day(rows):
    with pytest.raises(IntegrityError, match="case_eliminated_has_day_and_way"), transaction.atomic():
        change(rows.closed, eliminated_on=None)


@pytest.mark.parametrize(
    "delete",
    [
        lambda r: Household.objects.filter(pk=r.case.household_id)._raw_delete("default"),
        lambda r: Division.objects.filter(pk=COUNTY)._raw_delete("default"),
        lambda r: Case.objects.filter(pk=r.case.pk)._raw_delete("default"),
        lambda r: Member.objects.filter(pk=head(r).member_id)._raw_delete("default"),
        lambda r: Plan.objects.filter(pk=r.measure.plan_id)._raw_delete("default"),
    ],
)
def test_what_others_refer_to_cannot_be_deleted(rows, delete):
    def delete_and_look() -> None:
        with transaction.atomic():
            delete(rows)
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="foreign key"):
        delete_and_look()


def test_neighbouring_periods_do_not_overlap(rows):
    """The day of leaving is the first day elsewhere; a new head may come on the day on which the old one goes."""
    gone = head(rows)
    change(gone, left_on=APRIL, left_how="other")
    copy(gone, joined_on=APRIL, left_on=None, left_how="", household=rows.closed.household, relationship="other")
    change(other(rows), joined_on=APRIL, relationship="head")
    change(rows.measure.spans.get(), recorded=DateTimeTZRange(evening(APRIL), evening(MAY)))
    copy(rows.measure.spans.get(), recorded=DateTimeTZRange(evening(MAY), None))
    assert (Membership.objects.filter(member=gone.member).count(), rows.measure.spans.count()) == (2, 2)
