"""Client systems on pages: registered, given another secret, narrowed and closed by who administers their division."""

from __future__ import annotations

from typing import Any
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

from accounts.models import ClientSystem
from accounts.operations.clients import Terms
from accounts.permissions import SCOPES, ApiScope
from common.forms import tell_refusal
from common.moments import day_of
from common.parameters import takes
from common.refusals import NotFound, Refused
from households.client_forms import RegistrationForm, TermsForm
from households.finder_views import finding
from households.list_views import by_name
from households.models import Posting
from households.operations import clients
from households.operations.clients import Registration
from households.people_views import codes_managed, entered_form, held_postings, refusal_to_manage


@never_cache
@login_required
@require_safe
@takes("after")
def index(request: HttpRequest) -> HttpResponse:
    """The systems of one's divisions by client id."""
    today = day_of(timezone.now())
    codes_managed(request, today)
    shown, pager = by_name(request, clients.known_to(by=request.user, on=today), "user__username")
    return render(request, "households/clients.html", {"rows": [(each, named(each)) for each in shown], **pager})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def registering(request: HttpRequest) -> HttpResponse:
    """The form of a new system; its secret is shown once, in the answer."""
    now = timezone.now()
    codes = codes_managed(request, day_of(now))
    start = {"starts_on": day_of(now), "division": next(iter(codes), "")}
    form = entered_form(request, RegistrationForm, start)
    if form.is_bound and form.is_valid():
        try:
            client, secret = clients.register(system=Registration(**form.cleaned_data), by=request.user, at=now)
            return _secret(request, client, secret)
        except Refused as refusal:
            tell_refusal(form, refusal)
    told = {"form": form, **finding(request, codes), "clients_address": reverse("clients")}
    return render(request, "households/client_register.html", told, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def client(request: HttpRequest, key: UUID) -> HttpResponse:
    """One system with its scopes, its postings and what can be done with it."""
    now = timezone.now()
    found = _client(request, key)
    form = TermsForm(request.POST or None, initial=_terms(found))
    if request.method == "POST" and form.is_valid():
        entered: dict[str, Any] = dict(form.cleaned_data)
        version = entered.pop("version")
        try:
            clients.change(client=found, terms=Terms(**entered), by=request.user, at=now, expected_version=version)
            messages.success(request, _("The system has been changed."))
            return redirect("client", found.pk)
        except Refused as refusal:
            tell_refusal(form, refusal)
    told = {
        "client": found,
        "scopes": named(found),
        "held": held_postings(Posting.objects.filter(user=found.user), day_of(now)),
        "refusal": refusal_to_manage(found.user, request.user),
        "form": form,
        "clients_address": reverse("clients"),
    }
    return render(request, "households/client.html", told, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def rotate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another secret, shown once, in the answer."""
    found = _client(request, key)
    return _secret(request, found, clients.rotate(client=found, by=request.user, at=timezone.now()))


@login_required
@require_POST
def set_open(request: HttpRequest, key: UUID) -> HttpResponse:
    """The system closed, or open again, as the button said."""
    found, is_open = _client(request, key), request.POST.get("open") == "1"
    clients.set_open(client=found, is_open=is_open, by=request.user, at=timezone.now())
    messages.success(request, _("The system may sign in again.") if is_open else _("The system is closed."))
    return redirect("client", found.pk)


def named(found: ClientSystem) -> list[str]:
    """The scopes of a system, each with its name."""
    return [f"{SCOPES[ApiScope(each)]} ({each})" for each in found.scopes]


def _terms(found: ClientSystem) -> dict[str, Any]:
    return {
        "version": found.version,
        "scopes": found.scopes,
        "callbacks": "\n".join(found.callbacks),
        "public_key": found.public_key,
    }


def _client(request: HttpRequest, key: UUID) -> ClientSystem:
    today = day_of(timezone.now())
    codes_managed(request, today)
    found = clients.known_to(by=request.user, on=today).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such system, or none of its postings is in your divisions."))
    return found


def _secret(request: HttpRequest, found: ClientSystem, secret: str) -> HttpResponse:
    return render(request, "households/client_secret.html", {"client": found, "secret": secret})
