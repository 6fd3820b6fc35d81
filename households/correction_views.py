"""Pages that put a case right: the day of a step that was written down wrong, and its type and risks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common.moments import day_of
from common.refusals import seen
from households import access
from households.act_views import Act, about, answer, case_seen
from households.correction_forms import DayForm, ReclassifyForm, class_of
from households.operations import corrections
from households.operations.histories import days_of_steps
from households.rules.history import CORRECTABLE, EVENT_KINDS, EventKind


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_day(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """A step of a case was taken on another day than was written down."""
    now = timezone.now()
    case = case_seen(request, key)
    access.check(request.user, Permission.CORRECT_CASE, case.village_id, day_of(now))
    history = list(case.events.order_by("sequence"))
    event = seen(next((row for row in history if row.sequence == number and row.kind in CORRECTABLE), None))
    start = {"on": days_of_steps(history)[event.pk]}
    form = DayForm(request.POST) if request.method == "POST" else DayForm(initial=start)

    def act(form: DayForm) -> str:
        told = form.cleaned_data
        version = told["version"]
        corrections.correct_day(
            event=event, on=told["on"], reason=told["reason"], by=request.user, at=now, expected_version=version
        )
        messages.success(request, _("The day is put right. What was known before stays readable in the history."))
        return f"{reverse('case', args=[case.pk])}#history"

    name = EVENT_KINDS[EventKind(event.kind)]
    page = Act(
        _("Correct the day: %(step)s") % {"step": name},
        about(case.household),
        _("Correct"),
        f"{reverse('case', args=[case.pk])}#history",
        hints=(_("Figures of the days between change with it; as known at an earlier moment they stay as they were."),),
        case=case,
    )
    return answer(request, page, form, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reclassify(request: HttpRequest, key: UUID) -> HttpResponse:
    """A case is of another type, or has other risks, from a day on."""
    now = timezone.now()
    case = case_seen(request, key)
    access.check(request.user, Permission.REVIEW_CASE, case.village_id, day_of(now))
    start = class_of(case) | {"on": day_of(now)}
    form = ReclassifyForm(request.POST) if request.method == "POST" else ReclassifyForm(initial=start)

    def act(form: ReclassifyForm) -> str:
        told = form.cleaned_data
        corrections.reclassify(
            case=case, **form.entered(), on=told["on"], by=request.user, at=now, expected_version=told["version"]
        )
        messages.success(request, _("Type and risks are recorded from that day on."))
        return reverse("case", args=[case.pk])

    page = Act(
        _("Change type or risks"), about(case.household), _("Record"), reverse("case", args=[case.pk]), case=case
    )
    return answer(request, page, form, act)
