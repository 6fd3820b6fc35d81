"""What people record of a case beside the steps: that the household was told, and a clock that stands still."""

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
from households.models import Deadline
from households.operations import cases, deadlines
from households.operations.standards import in_force
from households.rules.standards import Kind
from households.step_forms import FeedbackForm, PauseForm, ResumeForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, key: UUID) -> HttpResponse:
    """The household was told the outcome of its case."""
    now = timezone.now()
    case = case_seen(request, key)
    access.check(request.user, Permission.GIVE_FEEDBACK, case.village_id, day_of(now), case.household_id)
    form = FeedbackForm(request.POST) if request.method == "POST" else FeedbackForm(initial={"on": day_of(now)})

    def act(form: FeedbackForm) -> str:
        entered = form.cleaned_data
        cases.give_feedback(
            case=case,
            told=entered["told"],
            on=entered["on"],
            by=request.user,
            at=now,
            expected_version=entered["version"],
        )
        messages.success(request, _("It is recorded that the household was told."))
        return _address(case.pk, "procedure")

    page = Act(
        _("Tell the household the outcome"),
        about(case.household),
        _("Record"),
        _address(case.pk, "procedure"),
        case=case,
    )
    return answer(request, page, form, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, key: UUID) -> HttpResponse:
    """A clock of a case stands still from a day on."""
    now = timezone.now()
    deadline = _deadline(request, key)
    form = PauseForm(request.POST) if request.method == "POST" else PauseForm(initial={"on": day_of(now)})

    def act(form: PauseForm) -> str:
        deadlines.pause(deadline=deadline, **form.cleaned_data, by=request.user, at=now)
        messages.success(request, _("The clock stands still."))
        return _address(deadline.case_id, "clocks")

    return answer(request, _page(deadline, _("Let the clock stand still: %(clock)s")), form, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, key: UUID) -> HttpResponse:
    """A clock of a case runs again."""
    now = timezone.now()
    deadline = _deadline(request, key)
    form = ResumeForm(request.POST) if request.method == "POST" else ResumeForm(initial={"on": day_of(now)})

    def act(form: ResumeForm) -> str:
        deadlines.resume(deadline=deadline, on=form.cleaned_data["on"], by=request.user, at=now)
        messages.success(request, _("The clock runs again."))
        return _address(deadline.case_id, "clocks")

    return answer(request, _page(deadline, _("Let the clock run again: %(clock)s")), form, act)


def _deadline(request: HttpRequest, key: UUID) -> Deadline:
    now = timezone.now()
    rows = Deadline.objects.visible_to(request.user, day_of(now)).select_related("case__household__village")
    found = seen(rows.filter(pk=key).first())
    access.check(request.user, Permission.PAUSE_DEADLINE, found.village_id, day_of(now))
    return found


def _page(deadline: Deadline, title: str) -> Act:
    held = in_force(kind=Kind.CLOCK, division=deadline.village_id, on=deadline.started_on)
    name = held[deadline.clock].name if deadline.clock in held else deadline.clock
    back = _address(deadline.case_id, "clocks")
    return Act(title % {"clock": name}, about(deadline.case.household), _("Record"), back)


def _address(case: UUID, part: str) -> str:
    return f"{reverse('case', args=[case])}#{part}"
