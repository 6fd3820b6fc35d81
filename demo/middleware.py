"""What a demonstration changes about every request: its notice, and the period that its pages open with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import inf
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.permissions import Permission
from common.moments import day_of
from demo.models import Demonstration
from households.models import Posting
from households.rules.levels import one_holds_the_other


class DemonstrationPeriod:
    """Gives each request `demonstrations()` and `opening_period()`; the database is read when they are asked.

    What was read is kept for some seconds: calls of the API are answered in less time than another question takes,
    and demonstrations come and go by command only.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer
        self.read_at, self.kept = -inf, list[Demonstration]()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        once = Once(request, self.held)
        request.demonstrations, request.opening_period = once.demonstrations, once.opening_period
        return self.answer(request)

    def held(self) -> list[Demonstration]:
        """The demonstrations that the database holds, or held some seconds ago."""
        now = monotonic()
        if now - self.read_at >= settings.DEMONSTRATIONS_KEPT_FOR:
            self.kept, self.read_at = list(Demonstration.objects.order_by("pk")), now
        return self.kept


class Once:
    """What one request asks of demonstrations: read when it is asked, and then the same for all of the request."""

    __slots__ = ("_found", "_periods", "_read", "_request")

    def __init__(self, request: HttpRequest, read: Callable[[], list[Demonstration]]) -> None:
        self._request, self._read = request, read
        self._found: list[Demonstration] | None = None
        self._periods: dict[str, tuple[date, date] | None] = {}

    def demonstrations(self) -> list[Demonstration]:
        """All of them."""
        if self._found is None:
            self._found = self._read()
        return self._found

    def opening_period(self, division: str = "") -> tuple[date, date] | None:
        """First and last day that figures of `division` are read for where none is asked."""
        if division not in self._periods:
            self._periods[division] = opening_period(self._request, self.demonstrations(), division)
        return self._periods[division]


def opening_period(
    request: HttpRequest, demonstrations: list[Demonstration], division: str = ""
) -> tuple[date, date] | None:
    """First and last day that figures of `division` are read for where none is asked.

    None where no demonstration has records there. Without a division, that of the address or of the first posting.
    """
    if not demonstrations:
        return None
    asked = division or request.GET.get("division") or next(iter(postings(request)), "")
    here = [each for each in demonstrations if one_holds_the_other(each.division_id, asked)]
    return (here[0].period_start, here[0].as_of) if here else None


def shown_to(request: HttpRequest) -> list[Demonstration]:
    """The demonstrations with records in the division of the page; of a page without one, where the reader is posted.

    Who has not signed in is told of every demonstration: no page shows him records.
    """
    demonstrations: list[Demonstration] = request.demonstrations()
    scope = getattr(request, "scope", None)
    if not demonstrations or not (scope or _is_signed_in(request)):
        return demonstrations
    places = [scope.division] if scope else postings(request)
    return [each for each in demonstrations if any(one_holds_the_other(each.division_id, place) for place in places)]


def postings(request: HttpRequest) -> list[str]:
    """The divisions whose figures the reader may see today."""
    if not _is_signed_in(request):
        return []
    return Posting.objects.codes(request.user, Permission.VIEW_FIGURES, day_of(timezone.now()))


def _is_signed_in(request: HttpRequest) -> bool:
    # A request for a host that is not ours is refused before anyone is known.
    return hasattr(request, "user") and request.user.is_authenticated
