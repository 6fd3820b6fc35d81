"""One's own subscriptions to changes on pages: made, paused, ended, given another key; and what became of messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import tell_refusal
from common.parameters import takes
from common.refusals import Invalid, NotFound, Refused, seen
from exchange.models import Delivery, Subscription
from exchange.operations import deliveries, subscriptions
from exchange.rules.changes import KINDS
from exchange.rules.webhooks import DELIVERY_STATES, UNDELIVERED, DeliveryState
from exchange.webhook_forms import SubscriptionForm

MESSAGES_SHOWN, SUBSCRIPTIONS_SHOWN = 100, 100
ACTS: dict[str, Callable[..., Subscription]] = {
    "pause": subscriptions.pause,
    "resume": subscriptions.resume,
    "end": subscriptions.end,
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The reader's subscriptions, those that go on first, and the form of a new one; its key is shown once."""
    form, key = SubscriptionForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, key = subscriptions.subscribe(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            tell_refusal(form, refusal)
    held = Subscription.objects.filter(owner=request.user.pk).select_related("division")
    shown = held.order_by(F("ended_at").desc(nulls_first=True), "id")[:SUBSCRIPTIONS_SHOWN]
    told = {"rows": [(each, _kinds(each)) for each in shown], "form": SubscriptionForm() if key else form, "key": key}
    return render(request, "exchange/webhooks.html", told, status=400 if form.errors else 200)


@takes("state")
@never_cache
@login_required
@require_safe
def webhook(request: HttpRequest, key: UUID) -> HttpResponse:
    """One subscription with its latest messages, all of them or those of one state."""
    return render(request, "exchange/webhook.html", _page(request, _held(request, key)))


@never_cache
@login_required
@require_POST
def act_on(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """Paused, gone on with, ended, or given another key, which is shown once, in the answer."""
    held = _held(request, key)
    if act not in {*ACTS, "rotate"}:
        raise NotFound(_("There is nothing at this address."))
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Invalid(_("Say which version of the subscription you have seen."), field="version")
    asked: dict[str, Any] = {"expected_version": int(version), "by": request.user, "at": timezone.now()}
    if act == "rotate":
        held, secret = subscriptions.rotate(subscription=held, **asked)
        return render(request, "exchange/webhook.html", {**_page(request, held), "key": secret})
    ACTS[act](subscription=held, **asked)
    messages.success(request, _("The subscription has been changed."))
    return redirect("webhook", key)


@login_required
@require_POST
def replay(request: HttpRequest, key: UUID) -> HttpResponse:
    """The message is sent once more."""
    found = seen(Delivery.objects.filter(pk=key, subscription__owner=request.user.pk).first())
    deliveries.replay(delivery=found, by=request.user, at=timezone.now())
    messages.success(request, _("The message is sent once more."))
    return redirect("webhook", found.subscription_id)


def _page(request: HttpRequest, held: Subscription) -> dict[str, Any]:
    rows = held.deliveries.all()
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    states = [(state.value, str(name), counted.get(state.value, 0)) for state, name in DELIVERY_STATES.items()]
    state = request.GET.get("state", "")
    if state and state not in set(DeliveryState):
        raise Invalid(_("There is no such state of a message."), code="invalid_parameter", field="state")
    shown = (rows.filter(state=state) if state else rows).order_by("-position")[:MESSAGES_SHOWN]
    told = [(each, str(KINDS[each.kind]), str(DELIVERY_STATES[DeliveryState(each.state)])) for each in shown]
    return {
        "subscription": held,
        "kinds": _kinds(held),
        "states": states,
        "state": state,
        "rows": told,
        "undelivered": UNDELIVERED,
        "most": MESSAGES_SHOWN,
    }


def _held(request: HttpRequest, key: UUID) -> Subscription:
    return seen(Subscription.objects.filter(pk=key, owner=request.user.pk).select_related("division").first())


def _kinds(held: Subscription) -> str:
    return _(", ").join(str(KINDS[kind]) for kind in held.kinds) if held.kinds else _("all kinds")
