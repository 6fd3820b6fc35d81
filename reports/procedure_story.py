"""Where a case stands in its procedure, what may follow and by whom, and the clocks that run for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import GRANTS, ROLES, Permission, Role
from common.refusals import NotAllowed
from households.access import Desk
from households.models import Deadline
from households.operations import moves
from households.operations.cases import DECISIONS
from households.operations.moves import ON_NOTICE, Option
from households.operations.standards import Book
from households.rules.clocks import LIMITS, Limit
from households.rules.deadlines import ENDINGS, Ending
from households.rules.history import CORRECTABLE, EVENT_KINDS, HANDS, PROCEDURES, STEPS, EventKind
from households.rules.standards import Kind
from households.workflow import AWAITING_DECISION, OPEN, STATUSES, TRANSITIONS, Status
from reports.case_story import Badge, CaseTold, EventTold
from reports.query import Scope

# Steps that many a procedure goes without: told where they were taken, never as to come.
AT_NEED = frozenset({EventKind.REVIEWED_AGAIN, EventKind.ELIMINATION_REVIEWED_AGAIN})


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of the procedure: taken on that day by that person, or still to come."""

    name: str
    hand: str
    on: date | None = None
    by: str = ""
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class OptionTold:
    """A step that could follow: the page on which it is recorded, or why the reader may not take it."""

    name: str
    becomes: str
    address: str
    refusal: str
    is_onward: bool


@dataclass(frozen=True, slots=True)
class ClockTold:
    """A clock of the case: until when, who answers for it, and how it stands."""

    name: str
    term: str
    limit: str
    due_on: date | None
    is_estimated: bool
    owner: str
    badge: Badge
    paused_on: date | None
    reason: str
    address: str


@dataclass(frozen=True, slots=True)
class ProcedureTold:
    """The procedure of a case, as the reader may take it on."""

    steps: tuple[StepTold, ...]
    options: tuple[OptionTold, ...]
    feedback_address: str
    notice_address: str
    clocks: tuple[ClockTold, ...]
    earlier_clocks: tuple[ClockTold, ...]
    class_address: str = ""
    timeline: tuple[EventTold, ...] = ()


def of_case(told: CaseTold, scope: Scope, *, by: User, at: datetime, today: date) -> ProcedureTold | None:
    """The procedure as it stands now; None where the page shows the past."""
    if scope.known_at is not None or told.span.valid.upper is not None:
        return None
    status, desk = Status(told.span.status), Desk()
    clocks = _clocks(told, desk.can(by, Permission.PAUSE_DEADLINE, told.span.village_id, today), today)
    home = told.span.household_id
    can_tell = desk.can(by, Permission.GIVE_FEEDBACK, told.span.village_id, today, home)
    can_review = desk.can(by, Permission.REVIEW_CASE, told.span.village_id, today)
    can_correct = desk.can(by, Permission.CORRECT_CASE, told.span.village_id, today)
    return ProcedureTold(
        steps=tuple(_steps(told.timeline, status)),
        options=tuple(_option(each, told.key, status) for each in moves.options(case=told.span.case, by=by, at=at)),
        feedback_address=_feedback(told, status) if can_tell else "",
        notice_address=reverse("notice", args=[told.key]) if status in ON_NOTICE else "",
        clocks=tuple(each for each, is_running in clocks if is_running),
        earlier_clocks=tuple(each for each, is_running in clocks if not is_running),
        class_address=reverse("case-class", args=[told.key]) if can_review and status in OPEN else "",
        timeline=tuple(_correctable(each, told.key) for each in told.timeline) if can_correct else told.timeline,
    )


def _correctable(event: EventTold, case: UUID) -> EventTold:
    """The event with the page on which its day is put right, where that can be done."""
    written = event.entry.event
    if written.kind not in CORRECTABLE:
        return event
    return replace(event, day_address=reverse("event-day", args=[case, written.sequence]))


def _steps(timeline: Sequence[EventTold], status: Status) -> Iterable[StepTold]:
    """What was taken of the procedure that is under way or ended last, and what is to come of it."""
    taken = sorted((each.entry for each in timeline if each.entry.event.kind in STEPS), key=lambda e: e.event.sequence)
    begun = max((index for index, each in enumerate(taken) if each.event.kind in PROCEDURES), default=None)
    if begun is None:
        return
    hands = PROCEDURES[taken[begun].event.kind]
    for each in taken[begun:]:
        hand = hands.get(each.event.kind)
        yield StepTold(
            str(EVENT_KINDS[each.event.kind]), str(HANDS[hand]) if hand else "", each.on, each.event.recorded_by
        )
    if status in AWAITING_DECISION:
        done = {each.event.kind for each in taken[begun:]}
        to_come = [kind for kind in hands if kind not in done | AT_NEED]
        if status in {Status.OBJECTED, Status.ELIMINATION_OBJECTED}:
            to_come = [kind for kind in hands if kind in AT_NEED or kind in to_come]
        for kind in to_come:
            yield StepTold(str(EVENT_KINDS[kind]), str(HANDS[hands[kind]]), is_next=kind is to_come[0])


def _option(option: Option, case: UUID, was: Status) -> OptionTold:
    refused = {EventKind.REFUSED, EventKind.ELIMINATION_DECLINED, EventKind.ROLLED_BACK, EventKind.OBJECTED}
    refused |= {EventKind.ELIMINATION_OBJECTED}
    return OptionTold(
        name=str(EVENT_KINDS[option.kind]),
        becomes=str(STATUSES[option.to]),
        address="" if option.refusal else reverse("case-step", args=[case, option.to.value]),
        refusal=_for_whom(TRANSITIONS[was, option.to]) if option.code == NotAllowed.code else option.refusal,
        is_onward=option.kind not in refused,
    )


def _for_whom(permission: Permission) -> str:
    """Whose step it is, for who holds no posting that permits it."""
    roles = (str(ROLES[role]) for role, granted in GRANTS.items() if permission in granted and role is not Role.CLIENT)
    return _("This step is for: %(roles)s.") % {"roles": _(", ").join(roles)}


def _feedback(told: CaseTold, status: Status) -> str:
    """Where it is recorded that the household was told; "" while nothing is decided, or when it was told."""
    kinds = [(each.entry.event.sequence, each.entry.event.kind) for each in told.timeline]
    decided = max((number for number, kind in kinds if kind in DECISIONS), default=0)
    was_told = max((number for number, kind in kinds if kind is EventKind.FEEDBACK_GIVEN), default=0)
    if status in AWAITING_DECISION or was_told >= decided:
        return ""
    return reverse("case-feedback", args=[told.key])


def _clocks(told: CaseTold, can_pause: bool, today: date) -> list[tuple[ClockTold, bool]]:
    rows = Deadline.objects.filter(case=told.key).prefetch_related("pauses").order_by("due_on", "started_on", "clock")
    names = {
        code: str(held.name)
        for code, held in Book(Kind.CLOCK).in_force(Kind.CLOCK, told.span.village_id, today).items()
    }
    return [(_clock(row, names, can_pause, today), row.ended_on is None) for row in rows]


def _clock(row: Deadline, names: dict[str, str], can_pause: bool, today: date) -> ClockTold:
    held = next((each for each in row.pauses.all() if each.ends_on is None), None)
    act = ("deadline-resume" if held else "deadline-pause") if can_pause and row.ended_on is None else ""
    return ClockTold(
        name=names.get(row.clock, row.clock),
        term=row.term,
        limit=str(LIMITS[Limit(row.limit)]),
        due_on=row.due_on,
        is_estimated=row.is_estimated,
        owner=row.owner_name,
        badge=_badge(row, today),
        paused_on=row.paused_on,
        reason=held.reason if held else "",
        address=reverse(act, args=[row.pk]) if act else "",
    )


def _badge(row: Deadline, today: date) -> Badge:
    if row.is_late(today):
        return Badge(_("late"), "bad")
    if row.ended_on is not None:
        return Badge(str(ENDINGS[Ending(row.ending)]), "good" if row.ending == Ending.MET else "open")
    return Badge(_("stands still"), "watch") if row.paused_on else Badge(_("running"), "open")
