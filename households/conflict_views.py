"""Pages of conflicts: changes that were based on an older version, and deciding between both values."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from common.forms import tell_refusal
from common.moments import day_of
from common.parameters import takes
from common.refusals import Refused, seen
from households import access
from households.conflict_forms import ResolveForm
from households.filters import ConflictFilter
from households.list_views import HEADS, list_told
from households.models import Conflict
from households.operations import conflicts
from households.rules.conflicts import CONFLICT_STATES, ConflictState


@never_cache
@login_required
@require_safe
@takes("division", *ConflictFilter.base_filters, "cursor")
def index(request: HttpRequest) -> HttpResponse:
    """Conflicts in a division, those to be decided unless the address says otherwise, the latest first."""
    rows = Conflict.objects.filter(household__removed_at__isnull=True)
    rows = rows.select_related("village__parent", "household", "member", "sent_by")
    under, told = list_told(request, rows, ConflictFilter, "sent_at", state=ConflictState.OPEN.value)
    told |= {"states": CONFLICT_STATES, "total": under.open().count()}
    return render(request, "households/conflicts.html", told)


@never_cache
@login_required
@require_safe
def conflict(request: HttpRequest, key: UUID) -> HttpResponse:
    """One conflict with both values, and for who may the form to decide it."""
    return _page(request, _conflict(request, key))


@login_required
@require_POST
def resolve(request: HttpRequest, key: UUID) -> HttpResponse:
    """One of the values is right."""
    found, form = _conflict(request, key), ResolveForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    told = form.cleaned_data
    try:
        conflicts.resolve(
            conflict=found,
            choice=ConflictState(told["choice"]),
            reason=told["reason"],
            by=request.user,
            at=timezone.now(),
            expected_version=told["version"],
        )
    except Refused as refusal:
        tell_refusal(form, refusal)
        return _page(request, found, form, status=refusal.status)
    messages.success(request, _("The conflict is decided. Both values stay readable here."))
    return redirect("conflict", key=key)


def _page(request: HttpRequest, found: Conflict, form: ResolveForm | None = None, status: int = 200) -> HttpResponse:
    on = day_of(timezone.now())
    may = access.can(request.user, Permission.RESOLVE_CONFLICT, found.village_id, on, found.household_id)
    told = {
        "conflict": found,
        "head": found.household.heads[0].member.name if found.household.heads else "–",
        "may_decide": may and found.state == ConflictState.OPEN,
        "form": form or ResolveForm(initial={"version": found.version}),
    }
    return render(request, "households/conflict.html", told, status=status)


def _conflict(request: HttpRequest, key: UUID) -> Conflict:
    rows = Conflict.objects.visible_to(request.user, day_of(timezone.now())).filter(household__removed_at__isnull=True)
    rows = rows.select_related("household", "member", "village__parent", "held_by", "sent_by", "decided_by")
    return seen(rows.prefetch_related(HEADS).filter(pk=key).first())
