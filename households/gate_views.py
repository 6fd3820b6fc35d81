"""What people record at the exit gate of a case: what was found of a risk, a waiver, and its withdrawal."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.moments import day_of
from common.refusals import Invalid, seen
from households.act_views import Act, about, answer, case_seen
from households.gate_forms import RiskForm, WaiverForm, WithdrawalForm
from households.models import Case, GateWaiver
from households.operations import risks, waivers
from households.rules.codes import Risk
from households.rules.gate import RiskState

Read = TypeVar("Read", bound=Form)


@never_cache
@login_required
@require_POST
def assess(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was found of a risk of the case; what is refused stays as it was typed."""
    now = timezone.now()
    case = case_seen(request, key)

    def act(form: RiskForm) -> str:
        entered = form.cleaned_data
        risks.assess(
            case=case,
            risk=Risk(entered["risk"]),
            state=RiskState(entered["state"]),
            on=entered["on"],
            note=entered["note"],
            by=request.user,
            at=now,
        )
        messages.success(request, _("What was found of the risk is recorded."))
        return _back(case)

    page = Act(_("Record what was found of a risk"), about(case.household), _("Record"), _back(case))
    return answer(request, page, RiskForm(request.POST), act)


@never_cache
@login_required
@require_POST
def waive(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a condition pass for the case; what is refused stays as it was typed."""
    case = case_seen(request, key)

    def act(form: WaiverForm) -> str:
        entered = form.cleaned_data
        waivers.waive(case=case, rule=entered["rule"], reason=entered["reason"], by=request.user, at=timezone.now())
        messages.success(request, _("The condition is waived for this case."))
        return _back(case)

    page = Act(_("Waive this condition"), about(case.household), _("Waive"), _back(case))
    return answer(request, page, WaiverForm(request.POST), act)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """The condition counts again; what is refused stays as it was typed."""
    now = timezone.now()
    rows = GateWaiver.objects.visible_to(request.user, day_of(now)).select_related("case__household__village")
    waiver = seen(rows.filter(pk=key).first())
    case = waiver.case

    def act(form: WithdrawalForm) -> str:
        entered = form.cleaned_data
        waivers.withdraw(
            waiver=waiver, reason=entered["reason"], by=request.user, at=now, expected_version=entered["version"]
        )
        messages.success(request, _("The waiver is withdrawn."))
        return _back(case)

    page = Act(_("Withdraw the waiver"), about(case.household), _("Withdraw"), _back(case))
    return answer(request, page, WithdrawalForm(request.POST), act)


def read(form: Read) -> Read:
    """The form where it can be read; Invalid names the first field at fault."""
    if not form.is_valid():
        name, faults = next(iter(form.errors.items()))
        raise Invalid(f"“{name}”: {faults[0]}", field=name)
    return form


def _back(case: Case) -> str:
    return f"{reverse('case', args=[case.pk])}#gate"
