"""Doors to saved views: keeping the list that is shown, and naming it otherwise or dropping it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SavedView
from accounts.operations import saved_views
from common.refusals import Invalid, NotFound, Refused

# The lists that can be kept, by the names of their addresses.
PAGES = frozenset({"households", "cases", "visits", "warnings"})
# What names a row of the list and not the list.
MOVES = ("cursor", "count")


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list that is shown under a name, and go back to it."""
    page = request.POST.get("page", "")
    if page not in PAGES:
        raise Invalid(_("This list cannot be kept."), field="page")
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    for name in MOVES:
        query.pop(name, None)
    kept = saved_views.save(
        page=page, query=query.urlencode(), name=request.POST.get("name", ""), by=request.user, at=timezone.now()
    )
    messages.success(request, _("The list is kept as “%(name)s”.") % {"name": kept.name})
    return redirect(kept.address)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name a list that is kept otherwise, or drop it."""
    view = SavedView.objects.filter(pk=key, user=request.user).first()
    if view is None:
        raise NotFound(_("You keep no such list."))
    told, status = {"view": view, "name": request.POST.get("name", view.name), "fault": ""}, 200
    if request.method == "POST":
        try:
            if request.POST.get("act") == "drop":
                saved_views.drop(view=view, by=request.user)
                messages.success(request, _("The list is no longer kept."))
                return redirect(view.page)
            return redirect(saved_views.rename(view=view, name=request.POST.get("name", ""), by=request.user).address)
        except Refused as refusal:
            told["fault"], status = str(refusal), refusal.status
    return render(request, "accounts/saved_view.html", told, status=status)
