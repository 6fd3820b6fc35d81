"""One page on which one thing is recorded: its form, what is wrong with it, and what others did meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from common.forms import tell_refusal
from common.moments import day_of
from common.refusals import NotAllowed, NotFound, Refused, Stale, seen
from households import access
from households.models import Case, CaseEvent, Household, Membership
from households.rules.codes import Relationship
from households.rules.history import EVENT_KINDS, EventKind
from households.workflow import STATUSES, Status

Sent = TypeVar("Sent", bound=Form)


@dataclass(frozen=True, slots=True)
class Act:
    """What the page says: what is done and to whom, its button, where it leads back to, and hints.

    With `case` the change is based on that case as it was seen, with `household` on that household.
    """

    title: str
    about: str
    button: str
    back: str
    hints: Sequence[str] = field(default=())
    case: Case | None = None
    household: Household | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that was recorded since the page was opened."""

    name: str
    event: CaseEvent


def answer(
    request: HttpRequest,
    page: Act,
    form: Sent,
    act: Callable[[Sent], str],
    *,
    template: str = "households/act.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page; what was sent is done and leads to the address that `act` gives. Faults keep what was typed."""
    status, happened = 200, None
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                return redirect(act(form))
            except (NotAllowed, NotFound):
                raise
            except Refused as refusal:
                status = refusal.status
                if isinstance(refusal, Stale) and page.case is not None:
                    happened = _happened_since(request, page.case)
                else:
                    tell_refusal(form, refusal)
                    _see_anew(form, page)
    told = {"page": page, "form": form, "happened": happened, "last": _last(page.case), **(more or {})}
    if happened is not None and page.case is not None:
        told["status"] = STATUSES[Status(page.case.status)]
    return render(request, template, told, status=status)


def case_seen(request: HttpRequest, key: UUID) -> Case:
    """The case of that key; NotFound where there is none within the reader's postings."""
    rows = Case.objects.visible_to(request.user, day_of(timezone.now())).filter(household__removed_at__isnull=True)
    return seen(rows.select_related("household__village").filter(pk=key).first())


def household_seen(request: HttpRequest, key: UUID) -> Household:
    """The household of that key; NotFound where there is none within the reader's postings."""
    return access.household_for(request.user, key, day_of(timezone.now()))


def about(household: Household) -> str:
    """The household in a heading: who heads it, and its village."""
    heads = Membership.objects.filter(household=household, relationship=Relationship.HEAD, left_on__isnull=True)
    name = heads.values_list("member__name", flat=True).first() or "–"
    return f"{name} · {household.village.name}"


def _see_anew(form: Form, page: Act) -> None:
    """What is sent again is based on the household as it is now, which the page has told."""
    if page.household is not None and "seen_version" in form.fields:
        page.household.refresh_from_db()
        form.data = form.data.copy()
        form.data["seen_version"] = str(page.household.version)


def _happened_since(request: HttpRequest, case: Case) -> list[Happened]:
    """What was recorded since the form was opened, as the event that it saw last tells."""
    case.refresh_from_db()
    seen = request.POST.get("seen", "")
    since = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    rows = case.events.filter(sequence__gt=since).select_related("recorded_by").order_by("sequence")
    return [Happened(str(EVENT_KINDS[EventKind(row.kind)]), row) for row in rows]


def _last(case: Case | None) -> int:
    if case is None:
        return 0
    return case.events.order_by("-sequence").values_list("sequence", flat=True).first() or 0
