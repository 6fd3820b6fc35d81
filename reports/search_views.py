"""Finding another division from any page, and going there with everything else as it was."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.moments import day_of
from common.parameters import takes
from households.models import Posting
from households.rules.levels import LEVELS, level_of
from households.search import Found, search
from reports.forms import ScopeForm
from reports.navigation import MOVES

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Match:
    """A division that was found, its level, and the page that shows it."""

    found: Found
    level: str
    address: str


@never_cache
@login_required
@require_safe
@takes("q", "to")
def divisions(request: HttpRequest) -> HttpResponse:
    """The divisions within the reader's postings that the typed text finds: a page, or only the list for htmx."""
    asked, back = request.GET.get("q", "")[:LONGEST].strip(), request.GET.get("to", "")
    within = Posting.objects.codes(request.user, Permission.VIEW_FIGURES, day_of(timezone.now()))
    matches = [
        Match(found, str(LEVELS[level_of(found.code)]), address_in(back, found.code)) for found in search(asked, within)
    ]
    told = {"asked": asked, "matches": matches, "to": back}
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "components/matches.html" if is_fragment else "reports/search.html", told)


def address_in(back: str, division: str) -> str:
    """The page `back` for another division: its filters and days stay, its place in a list does not.

    The overview instead, where `back` is no page of this site or the page of one record.
    """
    parts = urlsplit(back) if is_ours(back) else urlsplit(reverse("dashboard"))
    asked = {name: value for name, value in parse_qsl(parts.query) if name not in MOVES}
    path = parts.path
    if is_about_a_record(path):
        path = reverse("dashboard")
        asked = {name: value for name, value in asked.items() if name in ScopeForm.base_fields}
    return f"{path}?{urlencode(asked | {'division': division})}"


def is_ours(address: str) -> bool:
    """Whether the address is a path of this site."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def is_about_a_record(path: str) -> bool:
    """Whether the page at `path` is about one household, case or division, or does not exist."""
    try:
        match = resolve(path)
    except Resolver404:
        return True
    return any(isinstance(value, UUID) or str(value).isdigit() for value in match.kwargs.values())
