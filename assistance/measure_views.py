"""Pages of measures: planning one, one measure with the steps that it can take, and the photo that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from assistance.access import case_of, measure_of, people_of
from assistance.forms import LandingForm, MeasureForm, StepForm, WithdrawalForm
from assistance.models import Measure
from assistance.operations import measures
from assistance.operations.planning import Help
from assistance.plan_views import SAVED, head_of, line_of, risks_of, tried
from assistance.rules.states import State
from common.ids import new_id
from common.moments import day_of
from common.names import Name
from common.parameters import takes
from common.refusals import NotFound
from households import access
from households.models import Case, Member, Membership


@dataclass(frozen=True, slots=True)
class Step:
    """What can become of a measure: its name, its form, the operation behind it, and in which states it is offered."""

    name: Name
    done: Name
    form: type[Form]
    act: Callable[..., Measure]
    permission: Permission
    states: frozenset[State]


STEPS: dict[str, Step] = {
    "start": Step(
        Name("登记开始实施", "Begin"),
        Name("已登记开始实施。", "The measure is under way."),
        StepForm,
        measures.start,
        Permission.RECORD_MEASURE,
        frozenset({State.PLANNED}),
    ),
    "land": Step(
        Name("登记落实", "Land"),
        Name("已登记落实。", "The measure has landed."),
        LandingForm,
        measures.land,
        Permission.RECORD_MEASURE,
        frozenset({State.PLANNED, State.UNDER_WAY}),
    ),
    "end": Step(
        Name("登记结束", "End"),
        Name("已登记结束。", "The measure has ended."),
        StepForm,
        measures.end,
        Permission.RECORD_MEASURE,
        frozenset({State.LANDED}),
    ),
    "land-anew": Step(
        Name("更正落实登记", "Correct when it landed"),
        Name("已更正。", "The day is corrected."),
        LandingForm,
        measures.land,
        Permission.RECORD_MEASURE,
        frozenset({State.LANDED, State.ENDED}),
    ),
    "end-anew": Step(
        Name("更正结束登记", "Correct when it ended"),
        Name("已更正。", "The day is corrected."),
        StepForm,
        measures.end,
        Permission.RECORD_MEASURE,
        frozenset({State.ENDED}),
    ),
    "withdraw": Step(
        Name("撤销", "Withdraw"),
        Name("已撤销。", "The measure is withdrawn."),
        WithdrawalForm,
        measures.withdraw,
        Permission.WITHDRAW_MEASURE,
        frozenset(State),
    ),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("risk")
def form(request: HttpRequest, key: UUID) -> HttpResponse:
    """The form of a measure to plan, and the measure that it sends; sent twice it is planned once."""
    now = timezone.now()
    case = case_of(request.user, key, day_of(now))
    first = {
        "on": day_of(now),
        "risk": request.GET.get("risk", ""),
        "responsible": str(request.user.pk),
        "key": new_id(),
    }

    def act(entered: MeasureForm) -> None:
        told = entered.told()
        measures.plan(measure=Help(case, by=request.user, at=now, id=told.pop("key"), **_without_version(told)))
        messages.success(request, _("The measure is planned."))

    return _planning(request, case, first, act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, key: UUID) -> HttpResponse:
    """The form of a measure that has not landed, and the measure as it is planned from then on."""
    now = timezone.now()
    shown = measure_of(request.user, key, day_of(now))
    names = ("category", "item", "risk", "responsible_unit", "due_on", "amount", "version")
    first = {name: getattr(shown, name) for name in names} | {
        "on": shown.planned_on,
        "member": str(shown.member_id or ""),
        "responsible": str(shown.responsible_id or ""),
    }

    def act(entered: MeasureForm) -> None:
        told = entered.told()
        planned = Help(shown.case, by=request.user, at=now, **_without_version(told))
        measures.amend(measure=shown, planned=planned, expected_version=told["version"])
        messages.success(request, _("The measure is planned otherwise."))

    return _planning(request, shown.case, first, act, shown)


def _planning(
    request: HttpRequest,
    case: Case,
    first: dict[str, Any],
    act: Callable[[MeasureForm], None],
    shown: Measure | None = None,
) -> HttpResponse:
    """The form of what a measure is to be; what is refused stays as it was typed."""
    on = day_of(timezone.now())
    access.check(request.user, Permission.RECORD_MEASURE, case.village_id, on, case.household_id)
    people = people_of(request.user, case, on)
    if shown is not None and shown.responsible is not None and shown.responsible not in people:
        people.append(shown.responsible)
    told: dict[str, Any] = {
        "risks": risks_of(case),
        "members": _members(case, shown),
        "people": people,
    }
    status, entered = 200, MeasureForm(initial=first, **told)
    if request.method == "POST":
        sent = MeasureForm(request.POST, **told)
        status, entered = tried(sent, lambda: act(sent)), sent
        if status == SAVED:
            return redirect("case", key=case.pk) if shown is None else redirect("measure", key=shown.pk)
    page = {"case": case, "head": head_of(case), "form": entered, "measure": shown}
    return render(request, "assistance/measure_form.html", page, status=status)


def _members(case: Case, shown: Measure | None) -> QuerySet[Member]:
    """Who belongs to the household, and for whom the measure is planned already."""
    wanted = Q(pk__in=Membership.objects.filter(household=case.household_id, left_on__isnull=True).values("member"))
    return Member.objects.filter(wanted | Q(pk=shown.member_id) if shown and shown.member_id else wanted)


def _without_version(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in {"version", "key"}}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, key: UUID) -> HttpResponse:
    """One measure, and the steps that it can take next."""
    now = timezone.now()
    shown = measure_of(request.user, key, day_of(now))
    asked = request.POST.get("act", "") if request.method == "POST" else ""
    steps = {
        name: _form(name, request, shown, asked, day_of(now)) for name in _offered(request.user, shown, day_of(now))
    }
    status = 200
    if request.method == "POST":
        if asked not in steps:
            raise NotFound(_("This step cannot be taken. Load the page again."))

        def act() -> None:
            STEPS[asked].act(measure=shown, by=request.user, at=now, **_told(steps[asked]))

        status = tried(steps[asked], act)
        if status == SAVED:
            messages.success(request, str(STEPS[asked].done))
            return redirect("measure", key=shown.pk)
    told = {
        "line": line_of(shown, day_of(now)),
        "case": shown.case,
        "head": head_of(shown.case),
        "may_amend": _may_amend(request.user, shown, day_of(now)),
        "steps": [(name, STEPS[name].name, form, name == asked) for name, form in steps.items()],
    }
    return render(request, "assistance/measure.html", told, status=status)


@login_required
@require_safe
def photo(request: HttpRequest, key: UUID) -> FileResponse:
    """The photo that shows that a measure landed."""
    found = measure_of(request.user, key, day_of(timezone.now()))
    if not found.evidence_photo:
        raise NotFound(_("There is no such photo."))
    answer = FileResponse(found.evidence_photo.open("rb"), content_type="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _may_amend(user: User, shown: Measure, on: date) -> bool:
    is_open = shown.withdrawn_at is None and shown.landed_on is None
    return is_open and access.can(user, Permission.RECORD_MEASURE, shown.village_id, on, shown.case.household_id)


def _offered(user: User, shown: Measure, on: date) -> list[str]:
    """The steps that the measure can take now and the user may."""
    if shown.withdrawn_at is not None:
        return []
    desk, home = access.Desk(), shown.case.household_id
    return [
        name
        for name, step in STEPS.items()
        if shown.state in step.states and desk.can(user, step.permission, shown.village_id, on, home)
    ]


def _form(name: str, request: HttpRequest, shown: Measure, asked: str, on: date) -> Form:
    """The form of a step: with what was entered where it is the one that was sent."""
    form = STEPS[name].form
    if name == asked:
        return form(request.POST, request.FILES, prefix=name)
    held = {"land-anew": shown.landed_on, "end-anew": shown.ended_on}
    return form(initial={"on": held.get(name, on), "version": shown.version}, prefix=name)


def _told(form: Form) -> dict[str, Any]:
    """What was entered, as an operation takes it."""
    told = dict(form.cleaned_data)
    told["expected_version"] = told.pop("version")
    if "photo" in told:
        told["photo"] = told["photo"].read() if told["photo"] else b""
    return told
