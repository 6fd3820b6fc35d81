"""Answers to what could not be done: refusals, addresses that do not exist, and faults of our own."""

from __future__ import annotations

import sys

import psycopg
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerAway
from redis import RedisError

from common.problems import problem
from common.refusals import Refused

API = "/api/"
TITLES: dict[int, str | Promise] = {
    400: _("This cannot be read"),
    403: _("This is not allowed"),
    404: _("Not found"),
    409: _("This does not fit the record"),
    412: _("The record has changed"),
    428: _("The version is missing"),
    500: _("Something went wrong on our side"),
    503: _("One moment, please"),
}
SENTENCES: dict[int, str | Promise] = {
    400: _("The request cannot be understood. Go back, check what you entered and try again."),
    403: _("Your postings do not permit this. Ask an administrator if they should."),
    404: _("There is no page at this address. Check it, or start from the overview."),
    500: _("The fault has been written down. Nothing of what you entered was changed. Try again in a few minutes."),
    503: _("The database is not there just now, perhaps because it starts anew. Try again in a few seconds."),
}
# The database refuses, loses or does not find a connection; a broker or cache likewise.
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, RedisError, BrokerAway)
COME_BACK = 5  # seconds


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page of a refusal: its sentence, its stable code and its status."""
    return _page(request, refusal.status, str(refusal), refusal.stable_code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what cannot be understood."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, 400, _("What you sent is too large. Split it into several files."), "too_large")
    return _page(request, 400, SENTENCES[400], "invalid")


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what the reader may not do."""
    return _page(request, 403, SENTENCES[403], "not_allowed")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that does not exist."""
    return _page(request, 404, SENTENCES[404], "not_found")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that does not prove to come from this site."""
    sentence = _("The form was open for too long or did not come from this site. Load the page again and repeat.")
    return _page(request, 403, sentence, "not_from_here")


def fault(request: HttpRequest) -> HttpResponse:
    """The page for a fault of our own; it needs neither database nor cache. Where a server is away: come back."""
    if isinstance(sys.exc_info()[1], AWAY):
        answer = _page(request, 503, SENTENCES[503], "server_away", template="errors/fault.html")
        answer.headers["Retry-After"] = str(COME_BACK)
        return answer
    return _page(request, 500, SENTENCES[500], "fault", template="errors/fault.html")


def _page(
    request: HttpRequest, status: int, sentence: str | Promise, code: str, template: str = "errors/refusal.html"
) -> HttpResponse:
    if request.path.startswith(API):
        return problem(status, code, str(sentence))
    told = {"status": status, "title": TITLES.get(status, TITLES[400]), "sentence": sentence, "code": code}
    return render(request, template, told, status=status)
