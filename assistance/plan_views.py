"""The page of a plan: its sheet in each version, and drawing up a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from assistance.access import case_of
from assistance.forms import PlanForm
from assistance.models import Measure, Plan
from assistance.operations import plans
from assistance.rules.categories import CATEGORIES
from assistance.rules.states import STATES, State, is_late
from common.forms import tell_refusal
from common.moments import day_of
from common.parameters import takes
from common.refusals import NotFound, Refused
from households import access
from households.models import Case, Membership
from households.rules.codes import HOUSEHOLD_TYPES, RISKS, Relationship, Risk

SAVED = 302
# Where a form shows the fault of a field that it does not have.
FIELD_AT_FAULT = {"started_on": "on", "landed_on": "on", "ended_on": "on"}
TONES: dict[State, str] = {
    State.PLANNED: "open",
    State.UNDER_WAY: "watch",
    State.LANDED: "good",
    State.ENDED: "good",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A measure as a line of the sheet."""

    measure: Measure
    risk: str
    category: str
    state: str
    tone: str
    is_late: bool


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("version")
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """The sheet of a plan (一户一策帮扶计划表) in the version asked for, and drawing up a new one."""
    now = timezone.now()
    case = case_of(request.user, key, day_of(now))
    versions = list(Plan.objects.filter(case=case).select_related("recorded_by").order_by("-number"))
    current = versions[0] if versions else None
    first = {"on": day_of(now), "version": current.number if current else None}
    form = PlanForm(request.POST) if request.method == "POST" else PlanForm(initial=first)
    status = 200
    if request.method == "POST":

        def act() -> None:
            told = form.cleaned_data
            plans.draw_up(
                case=case, on=told["on"], note=told["note"], by=request.user, at=now, expected_version=told["version"]
            )

        status = tried(form, act)
        if status == SAVED:
            messages.success(request, _("The plan is drawn up anew."))
            return redirect("plan", key=case.pk)
    shown = _version(request, versions)
    told = {
        "case": case,
        "head": head_of(case),
        "household_type": str(HOUSEHOLD_TYPES[case.household_type]),
        "risks": [str(RISKS[risk]) for risk in risks_of(case)],
        "versions": versions,
        "shown": shown,
        "lines": _lines(shown, day_of(now)) if shown else [],
        "form": form,
        "may_plan": access.can(
            request.user, Permission.RECORD_MEASURE, case.village_id, day_of(now), case.household_id
        ),
    }
    return render(request, "assistance/plan.html", told, status=status)


def tried(form: Form, act: Callable[[], object]) -> int:
    """Do what a form asks for; where it is refused the form tells why. Gives the status of the answer."""
    if not form.is_valid():
        return 400
    try:
        act()
    except Refused as refusal:
        tell_refusal(form, refusal, FIELD_AT_FAULT)
        return refusal.status
    return SAVED


def head_of(case: Case) -> str:
    """The name of the head of the household."""
    heads = Membership.objects.filter(household=case.household_id, relationship=Relationship.HEAD, left_on__isnull=True)
    return heads.values_list("member__name", flat=True).first() or "–"


def risks_of(case: Case) -> list[Risk]:
    """The risks of the case, in their order."""
    return [Risk(row.risk) for row in case.risks.all()]


def line_of(measure: Measure, on: date) -> Line:
    """A measure in the words of the field, as it stands now."""
    tone = TONES[measure.state]
    if measure.withdrawn_at is not None:
        state, tone = _("withdrawn"), "bad"
    else:
        state = str(STATES[measure.state])
    return Line(
        measure=measure,
        risk=str(RISKS[Risk(measure.risk)]) if measure.risk else "",
        category=str(CATEGORIES[measure.category]),
        state=state,
        tone=tone,
        is_late=measure.withdrawn_at is None and is_late(measure.due_on, measure.landed_on, on),
    )


def _version(request: HttpRequest, versions: Sequence[Plan]) -> Plan | None:
    """The version that the address asks for, else the current one; NotFound where there is no such one."""
    asked = request.GET.get("version", "")
    if not asked:
        return next(iter(versions), None)
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        raise NotFound(_("The plan has no such version."))
    return found


def _lines(shown: Plan, on: date) -> list[Line]:
    """The measures of a version by risk, in the order in which they were planned."""
    rows = Measure.objects.of_version(shown).select_related("member", "responsible").order_by("planned_on", "pk")
    order = {risk.value: number for number, risk in enumerate(risks_of(shown.case))}
    return [line_of(row, on) for row in sorted(rows, key=lambda row: order.get(row.risk, len(order)))]
