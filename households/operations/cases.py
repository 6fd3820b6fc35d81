"""Cases: reporting a household as at risk, and moving the case until the risk is eliminated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from common.fingerprints import check_repeated, said_under_key
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households.access import Desk
from households.models import Case, Household
from households.operations import moves, openings
from households.operations.existence import check_exists
from households.operations.histories import Histories, days_of_steps
from households.operations.moves import Step
from households.operations.openings import Manner
from households.rules.admission import RiskFound, fault_of_risks, fault_of_type
from households.rules.codes import HouseholdType
from households.rules.history import EventKind
from households.rules.procedure import (
    CLEAR_AT_ONCE,
    ClueSource,
    Comparison,
    Meeting,
    Notice,
    Objection,
    Opinion,
    Record,
    Verification,
)
from households.workflow import AWAITING_DECISION, OPEN, STATUSES, Status


@dataclass(frozen=True, slots=True)
class Report:
    """A clue: `household` seems at risk, seen on the day `on`."""

    household: Household
    household_type: HouseholdType
    risks: tuple[RiskFound, ...]
    on: date
    by: User
    at: datetime
    has_no_labour: bool = False
    source: ClueSource = ClueSource.INSPECTION
    told: str = ""
    is_green_channel: bool = False
    id: UUID | None = None

    @property
    def fingerprint(self) -> str:
        """What is said, in short; nothing where no key was chosen to say it again under."""
        return said_under_key(self)


@dataclass(frozen=True, slots=True)
class Feedback:
    """On the day `on` the household of `case` was told the outcome; `told` says how."""

    case: Case
    told: str
    on: date
    by: User
    at: datetime
    expected_version: int | None


class Act(StrEnum):
    """What people do with a case on its way, whichever procedure is under way."""

    VERIFY = "verify"
    COMPARE = "compare"
    REVIEW = "review"
    POST_NOTICE = "post_notice"
    OBJECT = "object"
    REVIEW_AT_TOWNSHIP = "review_at_township"


ONWARD: dict[Act, dict[Status, Status]] = {
    Act.VERIFY: {
        Status.REPORTED: Status.VERIFIED,
        Status.ELIMINATION_PROPOSED: Status.ELIMINATION_VERIFIED,
    },
    Act.COMPARE: {Status.VERIFIED: Status.COMPARED},
    Act.REVIEW: {
        Status.COMPARED: Status.REVIEWED,
        Status.OBJECTED: Status.NOTICED,
        Status.ELIMINATION_VERIFIED: Status.ELIMINATION_REVIEWED,
        Status.ELIMINATION_OBJECTED: Status.ELIMINATION_NOTICED,
    },
    Act.POST_NOTICE: {
        Status.REVIEWED: Status.NOTICED,
        Status.ELIMINATION_REVIEWED: Status.ELIMINATION_NOTICED,
    },
    Act.OBJECT: {
        Status.NOTICED: Status.OBJECTED,
        Status.ELIMINATION_NOTICED: Status.ELIMINATION_OBJECTED,
    },
    Act.REVIEW_AT_TOWNSHIP: {
        Status.NOTICED: Status.TOWNSHIP_PASSED,
        Status.ELIMINATION_NOTICED: Status.ELIMINATION_TOWNSHIP_PASSED,
    },
}
# The events that decide something the household has to be told.
DECISIONS = frozenset(
    {
        EventKind.IDENTIFIED,
        EventKind.REFUSED,
        EventKind.ELIMINATED,
        EventKind.ELIMINATION_DECLINED,
        EventKind.ROLLED_BACK,
        EventKind.SUPERSEDED,
    }
)


@transaction.atomic
def report(
    *,
    household: Household,
    household_type: HouseholdType,
    risks: Sequence[RiskFound],
    on: date,
    by: User,
    at: datetime,
    has_no_labour: bool = False,
    source: ClueSource = ClueSource.INSPECTION,
    told: str = "",
    is_green_channel: bool = False,
    key: UUID | None = None,
) -> Case:
    """Register a clue from `source` that `household` is at risk; opens a new episode. `told` is what the clue says.

    By the green channel (绿色通道) help may land before the procedure has ended; the facts must be clear at once.
    `key` is chosen by the client: the same clue sent again under it is the case that it opened; Conflict where another.
    """
    given = Report(
        household, household_type, tuple(risks), on, by, at, has_no_labour, source, told.strip(), is_green_channel, key
    )
    return _reported_before(given) or report_all(reports=[given])[0]


@transaction.atomic
def report_all(*, reports: Sequence[Report]) -> list[Case]:
    """Register clues, all or none."""
    return openings.open_all(given=reports, manner=REPORTED)


def verify(*, case: Case, record: Verification, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The clue, or the proposal of an elimination, was verified at home."""
    return _onward(Act.VERIFY, case, on, by, at, expected_version, record)


def compare(*, case: Case, record: Comparison, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The household was compared with the registers of departments."""
    return _onward(Act.COMPARE, case, on, by, at, expected_version, record)


def review(*, case: Case, record: Meeting, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The village's democratic review agreed; after an objection, agreed again."""
    return _onward(Act.REVIEW, case, on, by, at, expected_version, record)


def post_notice(*, case: Case, record: Notice, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The public notice hangs in the village, once."""
    return _onward(Act.POST_NOTICE, case, on, by, at, expected_version, record)


def object_to(*, case: Case, record: Objection, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """Somebody objected while the notice hung: the village reviews again."""
    return _onward(Act.OBJECT, case, on, by, at, expected_version, record)


def review_at_township(
    *, case: Case, on: date, by: User, at: datetime, expected_version: int | None, record: Opinion | None = None
) -> Case:
    """The township reviewed the case and passes it on to the county."""
    return _onward(Act.REVIEW_AT_TOWNSHIP, case, on, by, at, expected_version, record)


def approve(
    *, case: Case, on: date, by: User, at: datetime, expected_version: int | None, record: Opinion | None = None
) -> Case:
    """The county identified the household: it is monitored from that day on, and any earlier episode ends."""
    return moves.move(Step(case, Status.MONITORED, on, by, at, expected_version, record=record))


def refuse(*, case: Case, reason: str, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The household is not taken in; the reason is given back to it."""
    return moves.move(Step(case, Status.REFUSED, on, by, at, expected_version, reason=reason))


def decline_elimination(
    *, case: Case, reason: str, on: date, by: User, at: datetime, expected_version: int | None
) -> Case:
    """The risk is not eliminated; monitoring goes on."""
    return moves.move(Step(case, Status.MONITORED, on, by, at, expected_version, reason=reason))


def roll_back(*, case: Case, reason: str, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The elimination does not hold (风险消除回退): the case is monitored again from that day on."""
    return moves.move(Step(case, Status.MONITORED, on, by, at, expected_version, reason=reason))


def give_feedback(*, case: Case, told: str, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The household was told the outcome and its reason on that day; `told` says how."""
    return give_all_feedback(given=[Feedback(case, told, on, by, at, expected_version)])[0]


@transaction.atomic
def give_all_feedback(*, given: Sequence[Feedback]) -> list[Case]:
    """Households were told outcomes, all or none; in the order given."""
    desk = Desk()
    histories = Histories([each.case for each in given])
    for each in given:
        case = histories.cases[each.case.pk]
        desk.check(each.by, Permission.GIVE_FEEDBACK, case.village_id, day_of(each.at), case.household_id)
        check_version(case, each.expected_version)
        _check_feedback(each, case, histories)
        case.version += 1
        details = {"told": each.told.strip()}
        histories.add(case, EventKind.FEEDBACK_GIVEN, on=each.on, by=each.by, at=each.at, facts={}, details=details)
    histories.close()
    return [histories.cases[each.case.pk] for each in given]


def _check_feedback(each: Feedback, case: Case, histories: Histories) -> None:
    if Status(case.status) in AWAITING_DECISION:
        raise Conflict(_("Nothing is decided yet; there is no outcome to tell."), code="wrong_state")
    if not each.told.strip():
        raise Invalid(_("Say how the household was told, and what."), field="told")
    history = histories.events[case.pk]
    decided = [row for row in history if row.kind in DECISIONS][-1]
    after = [row for row in history if row.kind == EventKind.FEEDBACK_GIVEN]
    if after and after[-1].sequence > decided.sequence:
        raise Conflict(_("The household was told on %(day)s already.") % {"day": after[-1].occurred_on})
    if each.on < (earliest := days_of_steps(history)[decided.pk]):
        raise Invalid(
            _("The outcome was decided on %(day)s; it cannot have been told before.") % {"day": earliest}, field="on"
        )


def _onward(
    act: Act, case: Case, on: date, by: User, at: datetime, expected_version: int | None, record: Record | None
) -> Case:
    was = Status(case.status)
    if was not in ONWARD[act]:
        raise Conflict(
            _("The case is “%(was)s”; this step does not follow from there.") % {"was": STATUSES[was]},
            code="wrong_state",
        )
    return moves.move(Step(case, ONWARD[act][was], on, by, at, expected_version, record=record))


def check_report(each: Report, earlier: Sequence[Case], persons: Sequence[Sequence[Any]]) -> None:
    """Refuse a clue that contradicts its household: what it is, who belonged to it that day, and its other cases."""
    check_exists(each.household)
    if each.on < each.household.registered_on:
        raise Invalid(
            _("The household was registered on %(day)s; a clue cannot be older.")
            % {"day": each.household.registered_on},
            field="on",
        )
    if [count for day, count in persons if day <= each.on.isoformat()][-1] == 0:
        raise Invalid(
            _("Nobody belongs to the household on %(day)s. Add its members first, or give another day.")
            % {"day": each.on},
            code="no_members",
            field="on",
        )
    if any(Status(row.status) in OPEN for row in earlier):
        raise Conflict(_("The household already has an open case. Go on with that one."), code="case_open")
    if fault := fault_of_type(each.household_type, each.household.is_former_poor):
        raise Invalid(fault, field="household_type")
    if fault := fault_of_risks(each.risks):
        raise Invalid(fault, field="risks")
    if each.is_green_channel and not CLEAR_AT_ONCE & {found.risk for found in each.risks}:
        raise Invalid(
            _("The green channel is for a disaster, an accident or a sudden illness. Take the usual procedure."),
            field="is_green_channel",
        )


def _reported_before(given: Report) -> Case | None:
    """The case that the same clue opened under its key, also where it is sent twice at a time."""
    if given.id is None:
        return None
    Household.objects.select_for_update(no_key=True).filter(pk=given.household.pk).first()
    held: Case | None = Case.objects.filter(pk=given.id).first()
    if held is None:
        return None
    Desk().check(given.by, Permission.REPORT_CASE, held.village_id, day_of(given.at), held.household_id)
    check_repeated(held.fingerprint, given.fingerprint)
    return held


def _columns(each: Report) -> dict[str, Any]:
    return {"status": Status.REPORTED.value, "reported_on": each.on, "is_green_channel": each.is_green_channel}


def _tell(histories: Histories, case: Case, each: Report, facts: Mapping[str, Any]) -> None:
    details = {"source": each.source.value, "told": each.told, "is_green_channel": each.is_green_channel}
    given = {name: value for name, value in details.items() if value}
    histories.add(case, EventKind.REPORTED, on=each.on, by=each.by, at=each.at, facts=dict(facts), details=given)


REPORTED = Manner(Permission.REPORT_CASE, check_report, _columns, _tell)
