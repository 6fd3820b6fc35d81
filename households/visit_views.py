"""Pages of visits: the list, one visit with its photos, logging one on a phone, and correcting one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SavedView
from accounts.permissions import Permission
from common.forms import tell_refusal
from common.ids import new_id
from common.moments import day_of
from common.parameters import takes
from common.refusals import NotFound, Refused
from households import access
from households.filters import VisitFilter
from households.list_views import list_told
from households.models import Household, Membership, Visit, VisitPhoto
from households.operations import visits
from households.rules.codes import Relationship
from households.rules.visits import PURPOSES
from households.visit_forms import VisitForm, first_values

# Where a form shows the fault of a field that it does not have.
FIELD_AT_FAULT = {"risk": "risks", "on": "happened_at", "surveyed_on": "happened_at"}


@never_cache
@login_required
@require_safe
@takes("division", *VisitFilter.base_filters, "cursor")
def index(request: HttpRequest) -> HttpResponse:
    """Visits in a division, the latest first, narrowed as the address says."""
    rows = Visit.objects.filter(household__removed_at__isnull=True)
    rows = rows.select_related("village", "visited_by", "superseded_by")
    _under, told = list_told(request, rows, VisitFilter, "happened_at")
    told |= {"saved": SavedView.objects.kept_by(request.user, "visits"), "purposes": PURPOSES}
    return render(request, "households/visits.html", told)


@never_cache
@login_required
@require_safe
def visit(request: HttpRequest, key: UUID) -> HttpResponse:
    """One visit, with what was found, photos and signature, and the visit that corrects it or that it corrects."""
    now = timezone.now()
    shown = _visit(request, key, now)
    told = {
        "visit": shown,
        "photos": list(shown.photos.all()),
        "head": _head(shown.household),
        "may_correct": access.can(
            request.user, Permission.LOG_VISIT, shown.village_id, day_of(now), shown.household_id
        ),
    }
    return render(request, "households/visit.html", told)


@login_required
@require_safe
def photo(request: HttpRequest, key: UUID, position: int) -> FileResponse:
    """A photo of a visit."""
    found = VisitPhoto.objects.filter(visit=_visit(request, key, timezone.now()), position=position).first()
    if found is None:
        raise NotFound(_("There is no such photo."))
    return _file(found.file, "image/jpeg")


@login_required
@require_safe
def signature(request: HttpRequest, key: UUID) -> FileResponse:
    """The signature of a visit."""
    found = _visit(request, key, timezone.now())
    if not found.signature:
        raise NotFound(_("The visit was not signed by hand."))
    return _file(found.signature, "image/png")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, key: UUID) -> HttpResponse:
    """The form of a visit to the household, and the visit that it sends."""
    now = timezone.now()
    household = _household(request, key, now)
    return _form(
        request, household, now, lambda form: visits.log(visit=form.submission(household), by=request.user, at=now)
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """The form of a visit that takes the place of another one."""
    now = timezone.now()
    wrong = _visit(request, key, now)

    def act(form: VisitForm) -> Visit:
        return visits.correct(
            wrong=wrong,
            visit=form.submission(wrong.household),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=now,
        )

    access.check(request.user, Permission.LOG_VISIT, wrong.village_id, day_of(now), wrong.household_id)
    return _form(request, wrong.household, now, act, wrong=wrong)


def _form(
    request: HttpRequest,
    household: Household,
    now: datetime,
    act: Callable[[VisitForm], Visit],
    wrong: Visit | None = None,
) -> HttpResponse:
    lists = visits.checklists_on(village=household.village_id, on=day_of(now))
    held = [row.position for row in wrong.photos.all()] if wrong is not None else []
    status = 200
    if request.method == "POST":
        form = VisitForm(request.POST, request.FILES, lists=lists, kept=held)
        if form.is_valid():
            try:
                return redirect("visit", key=act(form).pk)
            except Refused as refusal:
                tell_refusal(form, refusal, FIELD_AT_FAULT)
                status = refusal.status
        else:
            status = 400
    else:
        persons = Membership.objects.filter(household=household, left_on__isnull=True).count()
        first = first_values(new_id(), household, persons, now) | _held(wrong) | {"kept_photos": held}
        form = VisitForm(lists=lists, kept=held, initial=first)
    told = {"form": form, "household": household, "head": _head(household), "wrong": wrong}
    return render(request, "households/visit_form.html", told, status=status)


def _held(wrong: Visit | None) -> dict[str, Any]:
    """What the form of a correction begins with: the visit as it was logged."""
    if wrong is None:
        return {}
    answers = {
        f"answer.{code}.{item}": answer for code, found in wrong.answers.items() for item, answer in found.items()
    }
    return {
        "purpose": wrong.purpose,
        "happened_at": timezone.localtime(wrong.happened_at),
        "findings": wrong.findings,
        "next_visit_on": wrong.next_visit_on,
        "signed_name": wrong.signed_name,
        **answers,
    }


def _visit(request: HttpRequest, key: UUID, now: datetime) -> Visit:
    rows = Visit.objects.filter(household__removed_at__isnull=True).visible_to(request.user, day_of(now))
    rows = rows.select_related(
        "household__village", "visited_by", "supersedes", "superseded_by", "income_survey", "guarantee_check"
    )
    found: Visit | None = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such visit, or none of your postings reaches it."))
    return found


def _household(request: HttpRequest, key: UUID, now: datetime) -> Household:
    found = access.household_for(request.user, key, day_of(now))
    access.check(request.user, Permission.LOG_VISIT, found.village_id, day_of(now), found.pk)
    return found


def _head(household: Household) -> str:
    heads = Membership.objects.filter(household=household, relationship=Relationship.HEAD, left_on__isnull=True)
    return heads.values_list("member__name", flat=True).first() or "–"


def _file(file: Any, kind: str) -> FileResponse:
    answer = FileResponse(file.open("rb"), content_type=kind)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
