"""Standards and monitoring lines on pages: what holds in a division and since when, its history, setting another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from common.moments import day_of
from common.numbers import written
from common.parameters import takes
from common.refusals import NotFound, Refused
from households import access
from households.act_views import Act, answer
from households.forms import LineForm, StandardForm
from households.gate_forms import WithdrawalForm
from households.models import Division, MonitoringLine, Standard
from households.operations import divisions, standards
from households.rules.levels import path_of
from households.rules.shapes import CODE
from households.rules.standards import KINDS, OPEN_KINDS, InForce, Kind, keys_of, name_of, told_value, words_of


@dataclass(frozen=True, slots=True)
class StandardTold:
    """A standard as it holds here."""

    name: str
    code: str
    address: str
    value: list[tuple[str, str]]
    words: str
    source: str
    is_official: bool
    valid_from: date | None
    division: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a key holds now, and what it would."""

    name: str
    was: str
    becomes: str


@never_cache
@login_required
@require_safe
@takes("division", "kind")
def index(request: HttpRequest) -> HttpResponse:
    """What of one kind holds in a division today, and the way to the other kinds."""
    today = day_of(timezone.now())
    division = _division(request, today)
    kind = _kind(request.GET.get("kind", Kind.GATE_RULE.value))
    names = dict(Division.objects.filter(code__in=path_of(division.code)).values_list("code", "name"))
    held = standards.in_force(kind=kind, division=division.code, on=today)
    told = {
        "division": division,
        "name": KINDS[kind],
        "kind": kind,
        "kinds": [(each, name, list_address(each, division), each is kind) for each, name in KINDS.items()],
        "rows": [_told(kind, each, division, names) for each in held.values()],
        "can_set": _can_set(request.user, division, today),
    }
    return render(request, "households/standards.html", told)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("division")
def standard(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One standard: what holds, its history, and for who may the form that sets another, first shown, then set."""
    now = timezone.now()
    today = day_of(now)
    division = _division(request, today)
    known = _kind(kind)
    held = standards.in_force(kind=known, division=division.code, on=today).get(code)
    if held is None and not (known in OPEN_KINDS and CODE.fullmatch(code)):
        raise NotFound(_("There is no such standard."))
    value = held.value if held else {}
    options = {"value": value, "initial": {"valid_from": today, "source": ""}}
    is_site_manager = request.user.is_active and request.user.is_superuser
    form = StandardForm(keys_of(known, code), request.POST or None, can_set_everywhere=is_site_manager, **options)
    changes: list[Change] = []
    refusal, status = "", 400 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("act") == "set":
                _set(known, code, division, form, request)
                return redirect(address_of(known, code, division))
            standards.check_may_set(by=request.user, division=form.place(division), at=now)
            changes = _changes(known, code, value, standards.checked(known, code, form.value()))
        except Refused as error:
            refusal, status = str(error), error.status
    told = {
        "division": division,
        "kind": KINDS[known],
        "name": str(held.name if held else name_of(known, code, value)),
        "held": _told(known, held, division, {}) if held else None,
        "rows": [
            (row, words_of(known, code, row.value), str(row.recorded_by))
            for row in standards.history(kind=known, code=code, division=division.code)
        ],
        "form": form,
        "changes": changes,
        "is_checked": request.method == "POST" and form.is_valid() and not refusal,
        "version": _version_on(known, code, division, form),
        "refusal": refusal,
        "can_set": is_site_manager or _can_set(request.user, division, today),
        "list_address": reverse("standards"),
        "kind_address": list_address(known, division),
    }
    return render(request, "households/standard.html", told, status=status)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """A standard that was set in error holds no more; what is refused stays as it was typed."""
    now = timezone.now()
    row = Standard.objects.select_related("division").filter(pk=key, division__isnull=False).first()
    if row is None or row.division is None or not _can_set(request.user, row.division, day_of(now)):
        raise NotFound(_("There is no such standard."))
    back = address_of(Kind(row.kind), row.code, row.division)

    def act(form: WithdrawalForm) -> str:
        entered = form.cleaned_data
        standards.withdraw(
            standard=row, reason=entered["reason"], by=request.user, at=now, expected_version=entered["version"]
        )
        messages.success(request, _("The standard is withdrawn; what held before holds again."))
        return back

    name = str(name_of(Kind(row.kind), row.code, row.value))
    page = Act(_("Withdraw a standard that was set in error"), name, _("Withdraw"), back)
    return answer(request, page, WithdrawalForm(request.POST), act)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("division")
def lines(request: HttpRequest) -> HttpResponse:
    """The monitoring lines of a division and of those above it, and the form that enters another."""
    now = timezone.now()
    division = _division(request, day_of(now))
    form = LineForm(request.POST or None)
    refusal, status = "", 400 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            divisions.enter_line(division=division, **form.cleaned_data, by=request.user, at=now)
            messages.success(request, _("The monitoring line is set."))
            return redirect(f"{reverse('lines')}?{urlencode({'division': division.code})}")
        except Refused as error:
            refusal, status = str(error), error.status
    rows = MonitoringLine.objects.filter(division_id__in=path_of(division.code)).select_related("division")
    held = MonitoringLine.objects.in_force(division.code, day_of(now))
    told = {
        "division": division,
        "rows": [(row, written(row.amount), row == held) for row in rows.order_by("-valid_from", "-division_id")],
        "form": form,
        "refusal": refusal,
        "can_set": access.can(request.user, Permission.MANAGE_LINES, division.code, day_of(now)),
    }
    return render(request, "households/lines.html", told, status=status)


def list_address(kind: Kind, division: Division) -> str:
    """The page of what of a kind holds in a division."""
    return f"{reverse('standards')}?{urlencode({'division': division.code, 'kind': kind.value})}"


def address_of(kind: Kind, code: str, division: Division) -> str:
    """The page of a standard for a division."""
    return f"{reverse('standard', args=[kind.value, code])}?{urlencode({'division': division.code})}"


def _division(request: HttpRequest, today: date) -> Division:
    asked = request.GET.get("division", "")
    code = access.division_for(request.user, asked, Permission.VIEW_FIGURES, today)
    return Division.objects.get(pk=code)


def _kind(text: str) -> Kind:
    if text not in {kind.value for kind in Kind}:
        raise NotFound(_("There is no such standard."))
    return Kind(text)


def _can_set(user: User, division: Division, today: date) -> bool:
    return access.can(user, Permission.MANAGE_STANDARDS, division.code, today)


def _set(kind: Kind, code: str, division: Division, form: StandardForm, request: HttpRequest) -> None:
    entered = form.cleaned_data
    standards.set_value(
        kind=kind,
        code=code,
        division=form.place(division),
        valid_from=entered["valid_from"],
        value=form.value(),
        source=entered["source"],
        is_official=entered["is_official"],
        note=entered["note"],
        by=request.user,
        at=timezone.now(),
        expected_version=entered["version"],
    )
    told = {"day": entered["valid_from"].isoformat(), "division": form.place(division) or _("all divisions")}
    messages.success(request, _("Set for %(division)s from %(day)s on.") % told)


def _version_on(kind: Kind, code: str, division: Division, form: StandardForm) -> int | None:
    """The version of what the very day has already, where one was entered."""
    day = form.cleaned_data.get("valid_from") if form.is_bound and form.is_valid() else None
    rows = Standard.objects.kept().filter(
        kind=kind.value, code=code, division=form.place(division) if day else None, valid_from=day
    )
    return rows.values_list("version", flat=True).first() if day else None


def _changes(kind: Kind, code: str, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> list[Change]:
    """The keys whose value would be another."""
    return [
        Change(str(key.name), *(key.shape.told(each[name]) if name in each else "–" for each in (was, becomes)))
        for name, key in keys_of(kind, code).items()
        if was.get(name) != becomes.get(name)
    ]


def _told(kind: Kind, held: InForce, division: Division, names: Mapping[str, str]) -> StandardTold:
    return StandardTold(
        name=str(held.name),
        code=held.code,
        address=address_of(kind, held.code, division),
        value=told_value(kind, held.code, held.value),
        words=words_of(kind, held.code, held.value),
        source=str(held.source),
        is_official=held.is_official,
        valid_from=held.valid_from,
        division=names.get(held.division or "", held.division or ""),
    )
