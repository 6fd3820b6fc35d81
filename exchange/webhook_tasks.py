"""Sending a delivery: to an address that was looked up and checked first, signed, and never redirected."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

import orjson
import urllib3
from django.conf import settings

from common.moments import day_of
from exchange.change_api import told_entries
from exchange.models import Delivery
from exchange.operations import feed, subscriptions
from exchange.operations.deliveries import Outcome
from exchange.rules.changes import Reach
from exchange.rules.webhooks import is_open, signatures

PATIENCE = urllib3.Timeout(connect=5, read=10)
PORTS = {"http": 80, "https": 443}


def send(delivery: Delivery, at: datetime) -> Outcome:
    """Tell the subscriber of the change, with the record as it is now; a change that is no more is delivered."""
    held = delivery.subscription
    entry = feed.at(delivery.position)
    if entry is None:
        return Outcome(True, "")
    (told,) = told_entries([entry], Reach((held.division_id,)), day_of(at))
    head = orjson.dumps({"subscription": held.pk, "delivery": delivery.pk})
    body = head[:-1] + b',"entry":' + told + b"}"
    headers = signatures(body, at, subscriptions.keys_of(held, at)) | {
        "Content-Type": "application/json",
        "Shouwang-Delivery": str(delivery.pk),
    }
    return post(held.address, body, headers)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send the body to the address; only an answer of 200 to 299 is fine."""
    parts = urlsplit(address)
    try:
        place = _place(parts)
        return _post(parts, place, body, headers)
    except (OSError, urllib3.exceptions.HTTPError) as error:
        return Outcome(False, f"{type(error).__name__}: {error}", is_away=True)
    except ValueError as error:
        return Outcome(False, f"{type(error).__name__}: {error}")


def _place(parts: SplitResult) -> str:
    """The IP address to connect to. ValueError where the name leads, also by one of its answers, where none may go."""
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, parts.port or PORTS[parts.scheme], type=socket.SOCK_STREAM)
    places = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    allowed = list(settings.WEBHOOK_NETWORKS)
    closed = [place for place in places if not is_open(place, allowed)]
    if closed or not places:
        raise ValueError(f"{host} leads to {', '.join(closed) or 'nowhere'}, where no delivery may go.")
    # On the open Internet nobody else may read it.
    if parts.scheme != "https" and any(is_open(place, ()) for place in places):
        raise ValueError("Deliveries to public addresses need https.")
    return places[0]


def _post(parts: SplitResult, place: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Connected to `place` itself, so that a name that leads elsewhere meanwhile changes nothing."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    named = f"[{host}]" if ":" in host else host
    told = {**headers, "Host": named if parts.port is None else f"{named}:{port}", "User-Agent": "Shouwang"}
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        context = ssl.create_default_context()
        pool = urllib3.HTTPSConnectionPool(
            place, port, ssl_context=context, server_hostname=host, assert_hostname=host, timeout=PATIENCE
        )
    else:
        pool = urllib3.HTTPConnectionPool(place, port, timeout=PATIENCE)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with pool:
        answer = pool.urlopen(
            "POST", target, body=body, headers=told, redirect=False, retries=False, preload_content=False
        )
        try:
            return Outcome(200 <= answer.status < 300, f"HTTP {answer.status}")
        finally:
            answer.close()
