"""The first page of who works with households: what waits for him or her, and for who oversees, what is late where."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.moments import day_of
from common.refusals import NotAllowed
from households.models import Posting
from households.workflow import TRANSITIONS
from reports import work as tasks
from reports.work import TASK_KINDS, LatePlace, Task, TaskKind

# Who may do one of these begins the day with what waits for him.
WORKS = frozenset({Permission.LOG_VISIT, *TRANSITIONS.values()})


@dataclass(frozen=True, slots=True)
class TaskTold:
    """A task with the address of the page on which it is done."""

    task: Task
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """All tasks of one kind."""

    code: str
    name: str
    tasks: tuple[TaskTold, ...]
    late: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """What is late in a place, with the addresses of the lists there."""

    place: LatePlace
    cases: str
    warnings: str


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """After signing in: what waits, for who works with households; the overview for everybody else."""
    permitted = Posting.objects.permissions(request.user, day_of(timezone.now()))
    return redirect("work" if WORKS & permitted else "dashboard")


@never_cache
@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What waits for the reader today."""
    now = timezone.now()
    permitted = Posting.objects.permissions(request.user, day_of(now))
    if Permission.VIEW_RECORDS not in permitted:
        raise NotAllowed(_("Your postings show no records. Ask an administrator for one that does."))
    found = tasks.tasks_of(request.user, now) if WORKS & permitted else []
    told = {
        "today": day_of(now),
        "sections": [_section(kind, found) for kind in TaskKind],
        "total": len(found),
        "late": sum(task.is_late for task in found),
        "works": bool(WORKS & permitted),
        "oversees": tasks.OVERSEES in permitted,
        "places": [_place(each) for each in tasks.late_places(request.user, now)],
        "shown": tasks.SHOWN,
    }
    return render(request, "reports/work.html", told)


def _section(kind: TaskKind, found: list[Task]) -> Section:
    own = [task for task in found if task.kind is kind]
    return Section(
        code=kind.value,
        name=str(TASK_KINDS[kind]),
        tasks=tuple(TaskTold(task, _address(task)) for task in own),
        late=sum(task.is_late for task in own),
        is_cut=len(own) == tasks.SHOWN,
    )


def _address(task: Task) -> str:
    if task.kind is TaskKind.VISIT:
        return reverse("visit-log", args=[task.household])
    if task.kind is TaskKind.CONFLICT:
        return reverse("conflict", args=[task.key])
    if task.kind is TaskKind.WARNING:
        return reverse("warning", args=[task.key])
    return reverse("case", args=[task.case])


def _place(place: LatePlace) -> PlaceTold:
    there = urlencode({"division": place.code})
    return PlaceTold(place, f"{reverse('cases')}?{there}", f"{reverse('warnings')}?{there}")
