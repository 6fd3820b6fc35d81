"""Pages of files that come in: sending one, watching it, seeing what it would do, writing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from common import jobs
from common.forms import tell_refusal
from common.moments import day_of
from common.parameters import takes
from common.refusals import Invalid, NotAllowed, NotFound, Refused
from exchange import in_files
from exchange.import_forms import SheetForm, UploadForm, sheets_of
from exchange.models import Run
from exchange.operations import runs
from exchange.rules.kinds import KINDS, Kind, KindCode
from exchange.rules.outcomes import BECAME
from exchange.rules.runs import CANCELLABLE, RunKind, RunState
from exchange.run_rows import shown, speed
from exchange.tasks import work_on
from households.models import Posting

RUNS_SHOWN, ROWS_A_PAGE = 20, 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_LOAD = (KindCode.HOUSEHOLD, KindCode.MEMBER, KindCode.CASE)
ACTS: dict[str, Callable[..., Run]] = {"apply": runs.apply, "cancel": runs.cancel, "roll-back": runs.roll_back}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """A file to send, templates to fill, and the runs that the reader has begun."""
    now = timezone.now()
    runs.division_of(user=request.user, on=day_of(now))
    form, status = UploadForm(), 200
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        made, status = _open(request, form, now)
        if made is not None:
            return redirect("import", made.pk)
    told = {
        "form": form,
        "runs": Run.objects.filter(by=request.user, kind=RunKind.IMPORT.value).order_by("-at", "-id")[:RUNS_SHOWN],
        "kinds": (kinds := _kinds(request.user, day_of(now))),
        "has_first_load": len(kinds) > 1,
    }
    return render(request, "exchange/imports.html", told, status=status)


@login_required
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A template of one kind, or of all that a first load needs."""
    if kind == "all":
        chosen: Sequence[KindCode] = FIRST_LOAD
    elif kind in set(KindCode):
        chosen = [KindCode(kind)]
    else:
        raise NotFound(_("There is no template of this kind."))
    return _file(in_files.template(chosen), f"{kind}.xlsx")


@never_cache
@takes("became", "after")
@login_required
@require_safe
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """One run: how far it is, what its columns are, and its rows with what becomes or became of each."""
    return _page(request, runs.seen_by(request.user, key))


@never_cache
@login_required
@require_safe
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far the run is; where no job works on it any more, the page is loaded anew."""
    held = runs.seen_by(request.user, key)
    answer = render(request, "exchange/run_progress.html", _told(held, timezone.now()))
    if not held.is_working:
        answer.headers["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def columns(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the columns are: the file is read with them, and tried."""
    held = runs.seen_by(request.user, key)
    sheets = sheets_of(held.plans, request.POST)
    if not all(sheet.is_valid() for sheet in sheets):
        return _page(request, held, sheets=sheets, status=400)
    try:
        runs.begin(run=held, plans=[sheet.chosen() for sheet in sheets], by=request.user, at=timezone.now())
    except Invalid as refusal:
        messages.warning(request, str(refusal))
        return _page(request, held, sheets=sheets, status=400)
    jobs.queue(work_on, str(held.pk))
    return redirect("import", held.pk)


@login_required
@require_POST
def act(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """Write what the trial showed, end the run, or take back what it wrote."""
    held = runs.seen_by(request.user, key)
    if act not in ACTS:
        raise NotFound(_("There is no page at this address. Check it, or start from the overview."))
    try:
        held = ACTS[act](run=held, by=request.user, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return _page(request, Run.objects.get(pk=held.pk), status=refusal.status)
    if held.is_working:
        jobs.queue(work_on, str(held.pk))
    return redirect("import", held.pk)


@login_required
@require_safe
def faulty(request: HttpRequest, key: UUID) -> HttpResponse:
    """The refused rows as a file to mend and send again."""
    held = runs.seen_by(request.user, key)
    runs.note_faulty_read(run=held, by=request.user, at=timezone.now())
    return _file(in_files.faulty(held), "faulty.xlsx")


def _kinds(user: User, on: date) -> list[Kind]:
    """The kinds of which `user` may send anything."""
    permitted = Posting.objects.permissions(user, on)
    manages, works = Permission.MANAGE_DIVISIONS in permitted, bool(permitted & {*runs.OPENS[:2]})
    return [kind for kind in KINDS.values() if (manages if kind.code is KindCode.DIVISION else works)]


def _open(request: HttpRequest, form: UploadForm, now: datetime) -> tuple[Run | None, int]:
    if not form.is_valid():
        return None, 400
    told, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        made = runs.open_import(
            file=file,
            size=file.size,
            name=file.name,
            by=request.user,
            at=now,
            kind=KindCode(told["kind"]) if told["kind"] else None,
            origin=told["origin"],
            is_whole=told["is_whole"],
            language=get_language() or "",
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        tell_refusal(form, refusal)
        return None, refusal.status
    if made.is_working:
        jobs.queue(work_on, str(made.pk))
    return made, 200


def _page(request: HttpRequest, held: Run, sheets: list[SheetForm] | None = None, status: int = 200) -> HttpResponse:
    asked, after = request.GET.get("became", ""), request.GET.get("after", "")
    rows = held.items.order_by("position")
    if asked in set(BECAME):
        rows = rows.filter(became=asked)
    if after.isascii() and after.isdigit() and len(after) < 10:
        rows = rows.filter(position__gt=int(after))
    found = list(rows[: ROWS_A_PAGE + 1]) if not held.is_working else []
    page = found[:ROWS_A_PAGE]
    address = reverse("import", args=[held.pk])
    following = (
        urlencode({"became": asked, "after": page[-1].position} if asked else {"after": page[-1].position})
        if (len(found) > ROWS_A_PAGE)
        else ""
    )
    told = {
        **_told(held, timezone.now()),
        "rows": shown(held, page),
        "outcomes": [(code.value, name, held.counts.get(code.value, 0)) for code, name in BECAME.items()],
        "asked": asked,
        "is_later_page": bool(after),
        "first_address": f"{address}?{urlencode({'became': asked})}" if asked else address,
        "next_address": f"{address}?{following}" if following else "",
        "sheets": sheets or (sheets_of(held.plans) if held.stored_as and not held.is_working else []),
        "plans": held.plans,
    }
    return render(request, "exchange/run.html", told, status=status)


def _told(held: Run, now: datetime) -> dict[str, Any]:
    state = RunState(held.state)
    return {
        "run": held,
        "label": held.state_name,
        "done": held.done,
        "total": 0 if state is RunState.READING else held.total,
        "speed": speed(held, now),
        "may_apply": state is RunState.TRIED,
        "may_cancel": state in CANCELLABLE,
        "may_roll_back": not held.is_working and runs.wrote_what_stands(held),
        "is_waiting": state is RunState.WAITING,
    }


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
