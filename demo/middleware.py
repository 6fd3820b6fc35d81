"""What a demonstration changes about every request: its notice, and the period that its pages open with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.permissions import Permission
from common.moments import day_of
from demo.models import Demonstration
from households.models import Posting


class DemonstrationPeriod:
    """Gives each request `demonstrations()` and `opening_period()`; both read the database at most once, when asked."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held = cache(lambda: list(Demonstration.objects.order_by("pk")))
        request.demonstrations = held
        request.opening_period = cache(lambda: opening_period(request, held()))
        return self.answer(request)


def opening_period(request: HttpRequest, demonstrations: list[Demonstration]) -> tuple[date, date] | None:
    """First and last day that figures are read for where none is asked; None where there is no demonstration."""
    if len(demonstrations) > 1:
        asked = request.GET.get("division") or _first_posting(request)
        demonstrations = [each for each in demonstrations if touches(each, asked)] or demonstrations
    return (demonstrations[0].period_start, demonstrations[0].as_of) if demonstrations else None


def touches(demonstration: Demonstration, division: str) -> bool:
    """Whether the demonstration has records in `division`: one lies within the other."""
    return division.startswith(demonstration.division_id) or demonstration.division_id.startswith(division)


def _first_posting(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return ""
    codes = Posting.objects.codes(request.user, Permission.VIEW_FIGURES, day_of(timezone.now()))
    return codes[0] if codes else ""
