"""The second factor on pages: asked for after the password, taken up and given up under the profile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, load_backend, login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import lockouts
from accounts.models import SecondFactor, User
from accounts.operations import second_factors
from accounts.rules import codes
from common.refusals import Invalid, NotAllowed, Refused

HALFWAY = "second_factor_of"
TIME_FOR_THE_CODE = timedelta(minutes=5)


def stop_halfway(request: HttpRequest, user: User, onward: str, at: datetime) -> HttpResponse:
    """The password was right: nobody is signed in yet, and the code is asked for."""
    request.session.flush()
    request.session[HALFWAY] = {
        "user": str(user.pk),
        "password": user.get_session_auth_hash(),
        "backend": user.backend,
        "onward": onward,
        "until": (at + TIME_FOR_THE_CODE).isoformat(),
    }
    return redirect("sign-in-code")


@sensitive_post_parameters("code")
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def asked_for(request: HttpRequest) -> HttpResponse:
    """The second half of signing in; who has not shown the password lately is sent back to it."""
    now = timezone.now()
    halfway = request.session.get(HALFWAY)
    user = _whose(halfway, now) if halfway else None
    if user is None:
        return redirect("sign-in")
    fault, status = "", 200
    if request.method == "POST":
        try:
            lockouts.take_code(request, user, request.POST.get("code", ""), now)
            del request.session[HALFWAY]
            login(request, user, backend=halfway["backend"])
            return redirect(halfway["onward"])
        except Refused as refusal:
            fault, status = str(refusal), refusal.status
    return render(request, "accounts/sign_in_code.html", {"fault": fault}, status=status)


@sensitive_post_parameters("password", "code")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Whether one has a second factor, and the forms that take it up, renew its recovery codes and give it up."""
    told: dict[str, Any] = {"fault": ""}
    status = 200
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Invalid(_("There is no such act on this page."), field="act")
        try:
            return act(request, timezone.now())
        except Refused as refusal:
            told |= {"fault": str(refusal), "field": refusal.field, "act": request.POST["act"]}
            status = refusal.status
    user = cast(User, request.user)
    told |= {
        "is_enrolled": SecondFactor.objects.guards(user),
        "codes_left": second_factors.recovery_codes_left(user),
        "picture": _picture(user) if told.get("act") == "confirm" else None,
        "is_required": "required" in request.GET,
    }
    return render(request, "accounts/second_factor.html", told, status=status)


def _begin(request: HttpRequest, at: datetime) -> HttpResponse:
    """The key as picture and text, for who types the password once more."""
    user = cast(User, request.user)
    if authenticate(request, username=user.username, password=request.POST.get("password", "")) is None:
        told = lockouts.sentence(request, user.username)
        raise NotAllowed(told or _("The password is wrong."), field="password")
    second_factors.begin(by=user, at=at)
    return render(request, "accounts/second_factor.html", {"picture": _picture(user)})


def _confirm(request: HttpRequest, at: datetime) -> HttpResponse:
    """The recovery codes, for who typed what the phone shows; this session goes on, all others of the account end."""
    user = cast(User, request.user)
    lockouts.refuse_locked(request, user.username)
    try:
        recovery = second_factors.confirm(code=request.POST.get("code", ""), by=user, at=at)
    except Invalid:
        lockouts.count_failure(request, user, at)
        raise
    update_session_auth_hash(request, user)
    return render(request, "accounts/recovery_codes.html", {"codes": recovery, "is_new": True})


def _renew(request: HttpRequest, at: datetime) -> HttpResponse:
    """Other recovery codes, for who shows a code."""
    user = cast(User, request.user)
    lockouts.take_code(request, user, request.POST.get("code", ""), at)
    return render(
        request, "accounts/recovery_codes.html", {"codes": second_factors.renew_recovery_codes(by=user, at=at)}
    )


def _remove(request: HttpRequest, at: datetime) -> HttpResponse:
    """The password alone signs in again, for who shows a code."""
    user = cast(User, request.user)
    lockouts.take_code(request, user, request.POST.get("code", ""), at)
    second_factors.remove(by=user, at=at)
    messages.success(request, _("The second factor is removed; the password alone signs in."))
    return redirect("profile")


ACTS = {"begin": _begin, "confirm": _confirm, "renew": _renew, "remove": _remove}


def _picture(user: User) -> dict[str, str] | None:
    """What an app reads from the screen, and what is typed where it cannot; None where nothing was begun lately."""
    try:
        key = second_factors.key_of(second_factors.begun(by=user, at=timezone.now()))
    except Refused:
        return None
    drawn = segno.make(codes.address(key, user.username), micro=False)
    return {"drawn": drawn.svg_data_uri(border=4, scale=5, light="#fff"), "key": codes.key_text(key)}


def _whose(halfway: dict[str, str], at: datetime) -> User | None:
    """Who has shown the password, unless that was long ago or it has changed since."""
    if datetime.fromisoformat(halfway["until"]) < at or halfway["backend"] not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(halfway["backend"]).get_user(halfway["user"])
    return user if user is not None and user.get_session_auth_hash() == halfway["password"] else None
