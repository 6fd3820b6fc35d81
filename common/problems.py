"""Refusals as problem details (RFC 9457), with a code that never changes once published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.views import exception_handler

from common.refusals import Refused

MEDIA_TYPE = "application/problem+json"


def handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to an error raised behind an API view; None leaves it to the server."""
    if isinstance(error, Refused):
        return refusal(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        code, sentence = "not_found", _("There is no such record, or none of your postings reaches it.")
    elif isinstance(error, PermissionDenied):
        code, sentence = "not_allowed", _("This is not allowed.")
    else:
        code, sentence = _told_by(error)
    answer = problem(response.status_code, code, sentence, _field_of(error))
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def refusal(error: Refused) -> HttpResponse:
    """The answer to a refusal."""
    answer = problem(error.status, error.stable_code, str(error), error.field, error.beside)
    for name, value in error.headers.items():
        answer.headers[name] = value
    return answer


def _told_by(error: Exception) -> tuple[str, str]:
    if isinstance(error, exceptions.ValidationError):
        return "invalid", "; ".join(str(fault) for fault in _flat(error.detail))
    if isinstance(error, exceptions.APIException):
        return str(error.get_codes()), str(error.detail)
    return "refused", str(error)


def _field_of(error: Exception) -> str | None:
    """The first field at fault, where fields are told apart."""
    detail = error.detail if isinstance(error, exceptions.ValidationError) else None
    return next(iter(detail), None) if isinstance(detail, dict) else None


def _flat(detail: Any) -> list[Any]:
    if isinstance(detail, dict):
        return [f"{name}: {fault}" for name, faults in detail.items() for fault in _flat(faults)]
    return [fault for each in detail for fault in _flat(each)] if isinstance(detail, list) else [detail]


def problem(
    number: int, code: str, sentence: str, field: str | None = None, beside: Mapping[str, object] | None = None
) -> HttpResponse:
    """The same in JSON, whatever the view itself would answer with."""
    body = {
        "type": f"urn:shouwang:problem:{code}",
        "title": status_title(number),
        "status": number,
        "code": code,
        "detail": sentence,
    }
    told = orjson.dumps(body | ({"field": field} if field else {}) | dict(beside or {}))
    return HttpResponse(told, status=number, content_type=MEDIA_TYPE)


def status_title(number: int) -> str:
    """The usual English title of an HTTP status."""
    names = {value: name for name, value in vars(status).items() if name.startswith("HTTP_")}
    return names[number].split("_", 2)[2].replace("_", " ").capitalize() if number in names else "Problem"
