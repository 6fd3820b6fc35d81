"""Files of lists: asking for one from a list's page, one's own files with their progress, and fetching them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.parameters import takes
from common.refusals import Invalid, Refused
from exchange import out_files
from exchange.export_api import begun, download, export_of, headers_of
from exchange.models import ExportJob
from exchange.operations import export_jobs
from exchange.operations.export_jobs import Wanted
from exchange.out_lists import OFFERS, Asked, Source, opened
from exchange.rules.export_states import FORMATS, Format
from exchange.rules.page_state import parameters_of
from exchange.templatetags.exports import choices
from households.operations import exports as recorded

MOST_SHOWN = 50


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("list", "division")
def exports(request: HttpRequest) -> HttpResponseBase:
    """One's own files, and the form for lists that have no page; a form that is sent becomes a file."""
    if request.method == "POST":
        try:
            return _asked(request, timezone.now())
        except Refused as refusal:
            return _page(request, refusal)
    return _page(request)


@never_cache
@login_required
@require_safe
@takes()
def export_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file, for who asked for it."""
    return download(key, request.user, timezone.now())


@login_required
@require_POST
@takes()
def export_cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give up a file that is still to come."""
    export_jobs.cancel(key=key, by=request.user, at=timezone.now())
    messages.success(request, _("The file is given up."))
    return HttpResponseRedirect(reverse("exports"), status=303)


def _asked(request: HttpRequest, now: datetime) -> HttpResponse:
    """The file at once where the list is short; else it is written by a job."""
    sent = request.POST
    offer = OFFERS.get(sent.get("list", ""))
    if offer is None or sent.get("format", "") not in set(FORMATS):
        raise Invalid(_("Choose a list and a format."), field="list")
    state = dict(parse_qsl(sent.get("state", "")))
    if sent.get("division"):
        state["division"] = sent["division"]
    parameters = parameters_of(offer.code, state, offer.parameters)
    asked = Asked(offer.code, parameters, now, sent.getlist("columns"), sent.get("numbers") == "whole")
    source, shape = opened(asked, request.user, request.opening_period), Format(sent["format"])
    wanted = Wanted(
        export_of(
            source,
            source.count(),
            sent.get("purpose", ""),
            whole_numbers=asked.whole_numbers,
            reason=sent.get("reason", ""),
        ),
        [column.name for column in source.columns],
        shape,
        get_language() or "zh-hans",
    )
    if wanted.export.rows <= settings.EXPORT_ROWS_AT_ONCE:
        recorded.record(export=wanted.export, by=request.user, at=now)
        return _sent(source, shape, wanted.export.rows, now)
    begun(wanted, request, now)
    messages.success(request, _("The file is being written. You may leave this page and come back."))
    return HttpResponseRedirect(reverse("exports"), status=303)


def _sent(source: Source, shape: Format, rows: int, now: datetime) -> HttpResponse:
    day = source.parameters.get("as_of") or now.date().isoformat()
    name = f"{source.offer.code}-{source.place}-{day}.{shape.value}"
    return HttpResponse(out_files.at_once(source, shape, rows), headers=headers_of(name, shape))


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    sent: Any = request.POST if refusal else request.GET
    code = sent.get("list", "") if sent.get("list", "") in OFFERS else next(iter(OFFERS))
    offer = OFFERS[code]
    ticked = [name for name in sent.getlist("columns") if name in offer.columns] or offer.first
    files = list(ExportJob.objects.of(request.user).select_related("place")[:MOST_SHOWN])
    told = {
        "files": [(each, OFFERS[each.listed].name if each.listed in OFFERS else each.listed) for each in files],
        "is_under_way": any(each.is_under_way for each in files),
        "lists": [(each.code, str(each.name), each.code == code) for each in OFFERS.values() if each.view is not None],
        "listed": code,
        "sent": sent,
        "refusal": str(refusal) if refusal else "",
        "kept_hours": int(settings.EXPORTS_KEPT_FOR.total_seconds() // 3600),
        **choices(offer, ticked, sent.get("format", Format.XLSX.value)),
    }
    return render(request, "exchange/exports.html", told, status=refusal.status if refusal else 200)
