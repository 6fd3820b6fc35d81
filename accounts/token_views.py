"""One's own tokens on a page: listed, issued, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from knox.models import AuthToken

from accounts import lockouts
from accounts.forms import TokenForm
from accounts.models import SecondFactor
from accounts.operations import tokens
from common.forms import tell_refusal
from common.refusals import Refused


@never_cache
@sensitive_post_parameters("code")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The reader's tokens and the form of a new one, whose secret is shown once, in the answer.

    Where there is a second factor a code of it is asked for, as by the API: a token outlives the session.
    """
    now = timezone.now()
    asks = SecondFactor.objects.guards(request.user)
    form, issued = TokenForm(request.POST or None, asks_for_code=asks), ""
    if request.method == "POST" and form.is_valid():
        wish: dict[str, Any] = dict(form.cleaned_data)
        try:
            if asks:
                lockouts.take_code(request, request.user, wish.pop("code"), now)
            _token, issued = tokens.issue(by=request.user, at=now, **wish)
        except Refused as refusal:
            tell_refusal(form, refusal)
    rows = AuthToken.objects.filter(user=request.user.pk, expiry__gt=now).select_related("terms").order_by("-created")
    told = {"rows": rows, "form": TokenForm(asks_for_code=asks) if issued else form, "issued": issued}
    return render(request, "accounts/tokens.html", told, status=400 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """The token opens nothing any more."""
    tokens.revoke(token_key=key, by=request.user, at=timezone.now())
    messages.success(request, _("The token is revoked."))
    return redirect("own-tokens")
