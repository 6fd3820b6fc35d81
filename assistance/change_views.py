"""The page on which a household moves to another village, with all that is recorded of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from assistance.operations import relocations
from households.act_views import answer
from households.change_forms import MoveForm
from households.change_views import acting, change_form, household_to_change, page_of, villages_found
from households.models import Household


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: UUID) -> HttpResponse:
    """The household lives in another village from a day on."""
    now = timezone.now()
    household = household_to_change(request, key, Permission.CHANGE_HOUSEHOLD, now)
    form = change_form(request, MoveForm, household, now, looks_for="village")

    def act(form: MoveForm, by: dict[str, Any]) -> Household:
        told = form.cleaned_data
        village = told["village"].strip()
        relocations.relocate(household=household, village=village, address=told["address"], on=told["on"], **by)
        return household

    hint = _("Figures count the household in the new village from that day on; past figures stay as they were.")
    page = page_of(household, _("Move to another village"), hint)
    return answer(request, page, form, acting(request, act, now), more=villages_found(request, now))
