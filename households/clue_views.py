"""What people record of a household: a clue that it is at risk, its income, and its guarantees."""

from __future__ import annotations

from datetime import datetime, timedelta
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
from common.ids import new_id
from common.moments import day_of
from households import access
from households.act_views import Act, about, answer, household_seen
from households.clue_forms import ClueForm, GuaranteeForm, IncomeForm
from households.models import Household, Membership
from households.operations import cases, surveys
from households.operations.surveys import Income
from households.rules.codes import HouseholdType

YEAR = timedelta(days=365)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """A clue that the household is at risk; it opens a case."""
    now = timezone.now()
    household = _household(request, key, Permission.REPORT_CASE, now)
    usual = HouseholdType.UNSTABLE if household.is_former_poor else HouseholdType.MARGINAL
    first = {"on": day_of(now), "household_type": usual}
    form = ClueForm(request.POST) if request.method == "POST" else ClueForm(initial=first)

    def act(form: ClueForm) -> str:
        case = cases.report(household=household, **form.clue(), by=request.user, at=now)
        messages.success(request, _("The clue is registered. It is verified at home next."))
        return reverse("case", args=[case.pk])

    page = Act(_("Report a clue"), about(household), _("Register the clue"), _address(household, ""))
    return answer(request, page, form, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def income(request: HttpRequest, key: UUID) -> HttpResponse:
    """An income survey of the household; the form sent twice records one."""
    now = timezone.now()
    household = _household(request, key, Permission.EDIT_HOUSEHOLD, now)
    form = IncomeForm(request.POST) if request.method == "POST" else IncomeForm(initial=_first(household, now))

    def act(form: IncomeForm) -> str:
        told = form.cleaned_data
        days = {name: told[name] for name in ("surveyed_on", "period_from", "period_to", "household_size", "occasion")}
        surveys.record_income(
            income=Income(household=household, **days, items=form.items(), by=request.user, at=now, id=told["key"])
        )
        messages.success(request, _("The income survey is recorded."))
        return _address(household, "#incomes")

    hints = [_("Yuan for the whole household over the period; what is left empty counts as nought.")]
    page = Act(_("Survey the income"), about(household), _("Record"), _address(household, "#incomes"), hints)
    return answer(request, page, form, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guarantees(request: HttpRequest, key: UUID) -> HttpResponse:
    """A check of the household's housing, schooling, insurance and water; the form sent twice records one."""
    now = timezone.now()
    household = _household(request, key, Permission.EDIT_HOUSEHOLD, now)
    first = {"checked_on": day_of(now), "key": new_id()}
    form = GuaranteeForm(request.POST) if request.method == "POST" else GuaranteeForm(initial=first)

    def act(form: GuaranteeForm) -> str:
        surveys.record_guarantees(
            household=household,
            checked_on=form.cleaned_data["checked_on"],
            **form.found(),
            by=request.user,
            at=now,
            key=form.cleaned_data["key"],
        )
        messages.success(request, _("The check is recorded."))
        return _address(household, "#guarantees")

    page = Act(_("Check the guarantees"), about(household), _("Record"), _address(household, "#guarantees"))
    return answer(request, page, form, act)


def _household(request: HttpRequest, key: UUID, permission: Permission, now: datetime) -> Household:
    household = household_seen(request, key)
    access.check(request.user, permission, household.village_id, day_of(now), household.pk)
    return household


def _first(household: Household, now: datetime) -> dict[str, object]:
    """A survey of the last twelve months, of all who belong to the household now."""
    today = day_of(now)
    persons = Membership.objects.filter(household=household, left_on__isnull=True).count()
    return {
        "surveyed_on": today,
        "period_from": today - YEAR,
        "period_to": today - timedelta(days=1),
        "household_size": persons or None,
        "key": new_id(),
    }


def _address(household: Household, part: str) -> str:
    return f"{reverse('household', args=[household.pk])}{part}"
