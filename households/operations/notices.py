"""Public notices: the sheet of a case whose notice hangs, and all that hang in a division."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from common.refusals import Conflict
from households.models import Case, CaseEvent, Membership
from households.operations import evidence
from households.operations.histories import days_of_steps
from households.operations.moves import NOTICES, ON_NOTICE
from households.rules.codes import HouseholdType, Relationship
from households.rules.notices import NoticeSheet, Procedure, Unshowable, last_day
from households.workflow import Status

PROCEDURES = {
    Status.NOTICED: Procedure.IDENTIFICATION,
    Status.ELIMINATION_NOTICED: Procedure.ELIMINATION,
}


@dataclass(frozen=True, slots=True)
class Hanging:
    """A notice that hangs: of which case, who heads the household, from when, and its last day."""

    case: Case
    head: str
    procedure: Procedure
    posted_on: date
    until: date


def sheet_of(case: Case) -> NoticeSheet:
    """The sheet of the notice; Conflict where none hangs, or where a name on it must not hang in public."""
    found = hanging_of([case])
    if not found:
        raise Conflict(_("No public notice of this case hangs now."), code="wrong_state")
    notice, village = found[0], case.village
    persons = Membership.objects.filter(household=case.household_id).as_of(notice.posted_on).count()
    try:
        return NoticeSheet(
            procedure=notice.procedure,
            township=village.parent.name if village.parent else village.name,
            village=village.name,
            head=notice.head,
            persons=persons,
            household_type=HouseholdType(case.household_type),
            posted_on=notice.posted_on,
            until=notice.until,
        )
    except Unshowable as fault:
        raise Conflict(str(fault), code="not_for_the_public") from fault


def hanging(*, division: str, by: User, on: date) -> list[Hanging]:
    """The notices that hang in a division and that `by` may see, those that end first before the others."""
    cases = Case.objects.visible_to(by, on).under(division).filter(household__removed_at__isnull=True)
    held = cases.filter(status__in=[status.value for status in ON_NOTICE]).select_related("village__parent")
    return sorted(hanging_of(held), key=lambda each: (each.until, each.case.village_id, str(each.case.pk)))


def hanging_of(cases: Iterable[Case]) -> list[Hanging]:
    """The notices of those among `cases` that are on notice; four queries, however many."""
    held = [case for case in cases if Status(case.status) in ON_NOTICE]
    events: dict[UUID, list[CaseEvent]] = {case.pk: [] for case in held}
    for row in CaseEvent.objects.filter(case__in=events).order_by("case", "sequence"):
        events[row.case_id].append(row)
    rows = Membership.objects.filter(
        household__in=[case.household_id for case in held],
        relationship=Relationship.HEAD,
        left_on__isnull=True,
    )
    heads = dict(rows.values_list("household_id", "member__name"))
    posted = {key: _posted(history) for key, history in events.items()}
    days = evidence.notice_days({case.village_id for case in held}, max(posted.values())) if held else {}
    return [
        Hanging(
            case,
            heads.get(case.household_id, ""),
            PROCEDURES[Status(case.status)],
            posted[case.pk],
            last_day(posted[case.pk], days[case.village_id]),
        )
        for case in held
    ]


def _posted(history: list[CaseEvent]) -> date:
    """The day on which the notice that hangs was posted, corrections heeded."""
    days = days_of_steps(history)
    return [days[event.pk] for event in history if event.kind in NOTICES and event.pk in days][-1]
