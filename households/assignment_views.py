"""Pages on which somebody becomes responsible for a household, or ceases to be."""

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
from households.act_views import Act, about, answer, household_seen
from households.assignment_forms import AssignForm, EndForm, people_for
from households.models import Assignment, Household
from households.operations import assignments


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody becomes responsible for the household; who was before is so no longer."""
    now = timezone.now()
    household = household_seen(request, key)
    access.check(request.user, Permission.ASSIGN_CASEWORKER, household.village_id, day_of(now))
    people = people_for(request.user, day_of(now))
    form = AssignForm(request.POST or None, people=people, initial={"starts_on": day_of(now)})

    def act(form: AssignForm) -> str:
        assignments.assign(
            household=household,
            user=form.user,
            starts_on=form.cleaned_data["starts_on"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("The person is responsible for the household."))
        return _back(household)

    hints = [_("Who is responsible now is so until the day before. The person sees the household wherever posted.")]
    page = Act(_("Assign a person"), about(household), _("Assign"), _back(household), hints)
    return answer(request, page, form, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody is no longer responsible for a household."""
    now = timezone.now()
    rows = Assignment.objects.visible_to(request.user, day_of(now)).select_related("household__village", "user")
    held = seen(rows.filter(pk=key, household__removed_at__isnull=True).first())
    access.check(request.user, Permission.ASSIGN_CASEWORKER, held.village_id, day_of(now))
    form = EndForm(request.POST or None, initial={"ends_on": day_of(now)})

    def act(form: EndForm) -> str:
        assignments.end(assignment=held, ends_on=form.cleaned_data["ends_on"], by=request.user, at=timezone.now())
        messages.success(request, _("The person is no longer responsible for the household."))
        return _back(held.household)

    title = _("%(person)s is no longer responsible") % {"person": held.user}
    page = Act(title, about(held.household), _("End the assignment"), _back(held.household))
    return answer(request, page, form, act)


def _back(household: Household) -> str:
    return f"{reverse('household', args=[household.pk])}#responsible"
