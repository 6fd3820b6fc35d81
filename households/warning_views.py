"""Pages of warnings: the clues that the records propose, and deciding on one."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SavedView
from accounts.permissions import Permission
from common.forms import tell_refusal
from common.moments import day_of
from common.parameters import takes
from common.refusals import Refused, seen
from households import access
from households.filters import ClueFilter
from households.list_views import HEADS, list_told
from households.models import Case, Clue
from households.operations import warnings
from households.rules.warnings import CAUSES, CLUE_STATES, ClueState
from households.warning_forms import AcceptForm, DismissForm, first_values
from households.workflow import UNDER_MONITORING


@never_cache
@login_required
@require_safe
@takes("division", *ClueFilter.base_filters, "cursor")
def index(request: HttpRequest) -> HttpResponse:
    """Clues in a division, those to be decided unless the address says otherwise, the latest first."""
    rows = Clue.objects.filter(household__removed_at__isnull=True).select_related("village__parent", "household")
    under, told = list_told(request, rows, ClueFilter, "proposed_at", state=ClueState.OPEN.value)
    counts = dict(under.open().order_by().values_list("cause").annotate(number=Count("pk")))
    told |= {
        "saved": SavedView.objects.kept_by(request.user, "warnings"),
        "causes": [(code.value, name, counts.get(code.value, 0)) for code, name in CAUSES.items()],
        "states": CLUE_STATES,
        "total": sum(counts.values()),
    }
    return render(request, "households/warnings.html", told)


@never_cache
@login_required
@require_safe
def warning(request: HttpRequest, key: UUID) -> HttpResponse:
    """One clue with its evidence, and for who may the forms to accept or to dismiss it."""
    return _page(request, _clue(request, key))


@login_required
@require_POST
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """The clue is right."""
    clue, form = _clue(request, key), AcceptForm(request.POST)
    if not form.is_valid():
        return _page(request, clue, accepting=form, status=400)
    try:
        decided = warnings.accept(clue=clue, by=request.user, at=timezone.now(), **form.entered())
    except Refused as refusal:
        return _refused(request, clue, form, refusal, "accepting")
    messages.success(request, _("The clue is accepted. Its case goes on from here."))
    return redirect("case", key=decided.case_id)


@login_required
@require_POST
def dismiss(request: HttpRequest, key: UUID) -> HttpResponse:
    """The clue is not right."""
    clue, form = _clue(request, key), DismissForm(request.POST)
    if not form.is_valid():
        return _page(request, clue, dismissing=form, status=400)
    told = form.cleaned_data
    try:
        warnings.dismiss(
            clue=clue, reason=told["reason"], by=request.user, at=timezone.now(), expected_version=told["version"]
        )
    except Refused as refusal:
        return _refused(request, clue, form, refusal, "dismissing")
    messages.success(request, _("The clue is dismissed. It comes back only with new evidence."))
    return redirect(f"{reverse('warnings')}?{urlencode({'division': clue.village_id})}")


def _refused(request: HttpRequest, clue: Clue, form: forms.Form, refusal: Refused, name: str) -> HttpResponse:
    """The page again with what was entered and why it was refused."""
    tell_refusal(form, refusal, {"risks": "risk"})
    return _page(request, clue, status=refusal.status, **{name: form})


def _page(
    request: HttpRequest,
    clue: Clue,
    *,
    accepting: AcceptForm | None = None,
    dismissing: DismissForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may = access.can(request.user, Permission.REPORT_CASE, clue.village_id, day_of(timezone.now()), clue.household_id)
    monitored = Case.objects.filter(household=clue.household_id, status__in=sorted(UNDER_MONITORING)).first()
    told = {
        "clue": clue,
        "head": clue.household.heads[0].member.name if clue.household.heads else "–",
        "may_decide": may and clue.state == ClueState.OPEN,
        "monitored": monitored,
        "accepting": accepting or AcceptForm(initial=first_values(clue), auto_id="accept-%s"),
        "dismissing": dismissing or DismissForm(initial={"version": clue.version}, auto_id="dismiss-%s"),
        "list_address": f"{reverse('warnings')}?{urlencode({'division': clue.village_id})}",
    }
    return render(request, "households/warning.html", told, status=status)


def _clue(request: HttpRequest, key: UUID) -> Clue:
    rows = Clue.objects.visible_to(request.user, day_of(timezone.now())).filter(household__removed_at__isnull=True)
    rows = rows.select_related("household", "village__parent", "decided_by", "case").prefetch_related(HEADS)
    return seen(rows.filter(pk=key).first())
