"""What waits for one person: visits, steps of cases, deadlines, measures and warnings; and what is late where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, DateField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from assistance.models import Measure
from assistance.rules.categories import CATEGORIES
from common.moments import day_of
from common.names import Name
from common.querysets import begins_with_any
from households.models import Assignment, Case, Clue, Conflict, Deadline, Division, Membership, Posting
from households.models.scoping import path_home
from households.operations import moves
from households.rules.clocks import Limit, Owner
from households.rules.codes import Relationship
from households.rules.conflicts import FIELDS
from households.rules.history import EVENT_KINDS, EventKind
from households.rules.levels import CODE_LENGTHS, Level
from households.rules.standards import COLON, Kind, name_of
from households.workflow import AWAITING_DECISION, STATUSES, TRANSITIONS, Status
from reports.due_visits import visited_cases

SHOWN = 50
# Cases are looked at one by one for who has acted on them, so that no more than these are.
LOOKED_AT = 200
SOON = timedelta(days=7)
# What is said in passing or stands in for the step itself makes no work.
NO_WORK = frozenset(
    {EventKind.OBJECTED, EventKind.ELIMINATION_OBJECTED, EventKind.REFUSED, EventKind.ELIMINATION_DECLINED}
)
# Whose deadlines somebody answers for, by what he may do.
OWNED_BY: dict[Owner, Permission] = {
    Owner.CASEWORKER: Permission.VERIFY_CASE,
    Owner.TOWNSHIP: Permission.REVIEW_AT_TOWNSHIP,
    Owner.COUNTY: Permission.APPROVE_CASE,
}
# What a supervisor holds and nobody who takes steps does.
OVERSEES = Permission.CORRECT_CASE


class TaskKind(StrEnum):
    """What kind of work it is."""

    VISIT = "visit"
    STEP = "step"
    DEADLINE = "deadline"
    MEASURE = "measure"
    WARNING = "warning"
    CONFLICT = "conflict"


TASK_KINDS: dict[TaskKind, Name] = {
    TaskKind.VISIT: Name("待走访", "visits"),
    TaskKind.STEP: Name("待我办理的个案", "cases waiting for me"),
    TaskKind.DEADLINE: Name("办理时限", "deadlines"),
    TaskKind.MEASURE: Name("待落实措施", "measures due"),
    TaskKind.WARNING: Name("预警线索", "warnings"),
    TaskKind.CONFLICT: Name("数据冲突", "conflicts"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: at which household, what, by when, and whether that day has passed."""

    kind: TaskKind
    key: UUID
    household: UUID
    village: str
    what: str
    due_on: date | None = None
    is_late: bool = False
    case: UUID | None = None
    head: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class LatePlace:
    """What is late or undecided in a place: visits, terms of cases, measures, warnings."""

    code: str
    name: str
    visits: int = 0
    deadlines: int = 0
    measures: int = 0
    warnings: int = 0


@dataclass(slots=True)
class Reader:
    """Who asks, when, and the households that are his."""

    user: User
    at: datetime
    homes: tuple[UUID, ...] = field(init=False)

    def __post_init__(self) -> None:
        held = Assignment.objects.filter(user=self.user).as_of(self.on)
        self.homes = tuple(held.values_list("household_id", flat=True))

    @property
    def on(self) -> date:
        """Today."""
        return day_of(self.at)

    def codes(self, permission: Permission) -> list[str]:
        """Where he may do this."""
        return Posting.objects.codes(self.user, permission, self.on)

    def near(self, rows: QuerySet, permission: Permission) -> QuerySet:
        """The rows of the households that are his; where none is, of the places where he may do this."""
        if self.homes:
            return rows.filter(**{f"{path_home(rows.model)}__in": self.homes})
        return rows.filter(begins_with_any("village_id", self.codes(permission)))

    def near_or_there(self, rows: QuerySet, permission: Permission) -> QuerySet:
        """The rows of the places where he may do this, and of the households that are his."""
        wanted = begins_with_any("village_id", self.codes(permission))
        return rows.filter(wanted | Q(**{f"{path_home(rows.model)}__in": self.homes}))


def tasks_of(user: User, at: datetime) -> list[Task]:
    """All that waits for `user`, kind by kind, what is due first first; up to `SHOWN` of each kind."""
    reader = Reader(user, at)
    found = [*visits(reader), *steps(reader), *terms(reader), *measures(reader), *clues(reader), *conflicts(reader)]
    return _named(found)


def visits(reader: Reader) -> list[Task]:
    """Households to be visited within the next days, the most overdue first."""
    rows = reader.near(visited_cases(reader.on), Permission.LOG_VISIT).filter(visit_due_on__lte=reader.on + SOON)
    return [
        Task(
            TaskKind.VISIT,
            case.pk,
            case.household_id,
            case.village_id,
            _("Last visited on %(day)s") % {"day": case.visited_on} if case.visited_on else _("Not visited yet"),
            case.visit_due_on,
            case.visit_due_on < reader.on,
            case.pk,
        )
        for case in rows.order_by("visit_due_on", "pk")[:SHOWN]
    ]


def steps(reader: Reader) -> list[Task]:
    """Cases whose next step `reader` may take today, the oldest clock first."""
    wanted = Q(pk__in=[])
    for was in AWAITING_DECISION:
        for (before, _to), permission in TRANSITIONS.items():
            if before is was:
                wanted |= Q(status=was.value) & begins_with_any("village_id", reader.codes(permission))
    own = Q(household__in=reader.homes, status__in=sorted(AWAITING_DECISION))
    due = Deadline.objects.running().filter(case=OuterRef("pk"), limit=Limit.LATEST.value).order_by().values("case")
    rows = Case.objects.filter(wanted | own, household__removed_at__isnull=True).select_related("household")
    rows = rows.annotate(clock=Subquery(due.annotate(first=Min("due_on")).values("first"), output_field=DateField()))
    cases = list(rows.order_by(F("clock").asc(nulls_last=True), "reported_on", "pk")[:LOOKED_AT])
    options = moves.options_of(cases=cases, by=reader.user, at=reader.at) if cases else {}
    found = []
    for case in cases:
        open_to_him = [each for each in options[case.pk] if not each.refusal and each.kind not in NO_WORK]
        if open_to_him:
            what = f"{STATUSES[Status(case.status)]} → {EVENT_KINDS[open_to_him[0].kind]}"
            is_late = case.clock is not None and case.clock < reader.on
            found.append(
                Task(TaskKind.STEP, case.pk, case.household_id, case.village_id, what, case.clock, is_late, case.pk)
            )
    return found[:SHOWN]


def terms(reader: Reader) -> list[Task]:
    """Terms that `reader` answers for and that end soon or have ended, the most overdue first."""
    wanted = Q(pk__in=[])
    for owner, permission in OWNED_BY.items():
        is_own = Q(case__household__in=reader.homes) if reader.homes and owner is Owner.CASEWORKER else None
        wanted |= Q(owner=owner.value) & (is_own or begins_with_any("village_id", reader.codes(permission)))
    rows = Deadline.objects.running().filter(wanted, limit=Limit.LATEST.value, due_on__lte=reader.on + SOON)
    rows = rows.filter(case__household__removed_at__isnull=True).select_related("case").order_by("due_on", "pk")
    return [
        Task(
            TaskKind.DEADLINE,
            row.pk,
            row.case.household_id,
            row.village_id,
            str(name_of(Kind.CLOCK, row.clock, {})),
            row.due_on,
            row.due_on < reader.on,
            row.case_id,
        )
        for row in rows[:SHOWN]
    ]


def measures(reader: Reader) -> list[Task]:
    """Measures that should land within the next days or should have landed, the most overdue first."""
    rows = reader.near(Measure.objects.due(reader.on + SOON), Permission.RECORD_MEASURE)
    rows = rows.filter(case__household__removed_at__isnull=True).select_related("case").order_by("due_on", "pk")
    return [
        Task(
            TaskKind.MEASURE,
            row.pk,
            row.case.household_id,
            row.village_id,
            f"{CATEGORIES[row.category]}{COLON}{row.item}" if row.item else str(CATEGORIES[row.category]),
            row.due_on,
            row.due_on < reader.on,
            row.case_id,
        )
        for row in rows[:SHOWN]
    ]


def clues(reader: Reader) -> list[Task]:
    """Clues that wait for a decision, the oldest first."""
    rows = reader.near_or_there(Clue.objects.open(), Permission.REPORT_CASE)
    return [
        Task(TaskKind.WARNING, row.pk, row.household_id, row.village_id, f"{row.cause_name}{COLON}{row.sentence}")
        for row in rows.filter(household__removed_at__isnull=True).order_by("proposed_at", "pk")[:SHOWN]
    ]


def conflicts(reader: Reader) -> list[Task]:
    """Two values of one field, of which `reader` may decide, the oldest first."""
    rows = Conflict.objects.open().filter(begins_with_any("village_id", reader.codes(Permission.RESOLVE_CONFLICT)))
    return [
        Task(
            TaskKind.CONFLICT,
            row.pk,
            row.household_id,
            row.village_id,
            _(", ").join(str(FIELDS[name]) for name in row.fields),
        )
        for row in rows.filter(household__removed_at__isnull=True).order_by("sent_at", "pk")[:SHOWN]
    ]


def late_places(user: User, at: datetime) -> list[LatePlace]:
    """For who oversees: what is late in each township, or in each county of a larger division; the most first."""
    on = day_of(at)
    codes = Posting.objects.codes(user, OVERSEES, on)
    if not codes:
        return []
    level = Level.TOWNSHIP if all(len(code) >= CODE_LENGTHS[Level.PREFECTURE] for code in codes) else Level.COUNTY
    here, digits = begins_with_any("village_id", codes), CODE_LENGTHS[level]
    counts = {
        "visits": _by_place(visited_cases(on).filter(here, visit_due_on__lt=on), digits),
        "deadlines": _by_place(Deadline.objects.overdue(on).filter(here), digits),
        "measures": _by_place(Measure.objects.due(on - timedelta(days=1)).filter(here), digits),
        "warnings": _by_place(Clue.objects.open().filter(here), digits),
    }
    places = {code for found in counts.values() for code in found}
    names = dict(Division.objects.filter(pk__in=places).values_list("code", "name"))
    told = [
        LatePlace(code, names.get(code, code), **{name: found.get(code, 0) for name, found in counts.items()})
        for code in places
    ]
    return sorted(told, key=lambda each: (-(each.visits + each.deadlines + each.measures), each.code))


def _by_place(rows: QuerySet, digits: int) -> dict[str, int]:
    placed = rows.order_by().annotate(at_place=Substr("village_id", 1, digits))
    return dict(placed.values_list("at_place").annotate(number=Count("pk")))


def _named(found: Sequence[Task]) -> list[Task]:
    """The tasks with the names of the heads of household and of the places; two queries."""
    heads = _heads({task.household for task in found})
    rows = Division.objects.filter(pk__in={task.village for task in found}).select_related("parent")
    places = {row.code: f"{row.parent.name} {row.name}" if row.parent else row.name for row in rows}
    return [
        replace(task, head=heads.get(task.household, "–"), place=places.get(task.village, task.village))
        for task in found
    ]


def _heads(keys: Iterable[UUID]) -> dict[UUID, str]:
    held = Membership.objects.filter(household__in=keys, relationship=Relationship.HEAD, left_on__isnull=True)
    return dict(held.values_list("household_id", "member__name"))
