"""A call that is repeated under its `Idempotency-Key` is answered as the first time, and nothing is done twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.refusals import Invalid, Refused

HEADER, MARK = "Idempotency-Key", "Idempotency-Replayed"
FORM = "multipart/form-data"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Content-Type", "Cache-Control", "ETag", "Location")


class Reused(Refused):
    """The key was used for another call."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "idempotency_key_reused"


def once(view: Any, request: Any, handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    `handler`, carried out once however often the call comes under its key, also when it comes twice at a time.

    The key is taken in the transaction of the effects, so that both last or neither; a refusal keeps nothing, and the
    call may be repeated freely. Without the header, `handler` as it is.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return handler
    if not KEY.fullmatch(key):
        raise Invalid(_("An idempotency key has 1 to 255 visible ASCII characters."), field=HEADER)
    answers = import_module(settings.KEPT_ANSWERS)
    call = fingerprint(request)

    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        since = now - timedelta(hours=settings.IDEMPOTENCY_HOURS)
        with transaction.atomic():
            row, before = answers.begin(user_id=request.user.pk, key=key, call=call, at=now, since=since)
            if before is not None:
                return replayed(answers, before, call)
            made = rendered(view, request, handler(*args, **kwargs))
            if made.status_code >= 400:
                transaction.set_rollback(True)
                return made
            told = {name: made.headers[name] for name in KEPT_HEADERS if name in made.headers}
            answers.keep(row=row, status=made.status_code, headers=told, body=made.content.decode())
            return made

    return answer


def fingerprint(request: Any) -> str:
    """By what a call is known to be the same: its method, address, body, and on what it is based."""
    called = request._request
    told = (called.method, called.get_full_path(), called.content_type or "", called.headers.get("If-Match", ""))
    body = _form(request) if called.content_type == FORM else called.body
    return hashlib.sha256(b"\0".join([*(part.encode() for part in told), body])).hexdigest()


def _form(request: Any) -> bytes:
    """What a form with files says, whatever its sender put between its parts; a file by its name and its content."""
    told = []
    for name, values in sorted(request.data.lists()):
        for value in values:
            content = value
            if isinstance(value, File):
                digest = hashlib.sha256()
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
                content = [value.name, digest.hexdigest()]
            told.append([name, content])
    return orjson.dumps(told)


def replayed(answers: Any, before: Any, call: str) -> HttpResponse:
    """What was answered before; Reused where that was to another call."""
    if before.call != call:
        raise Reused(
            _("This idempotency key was used for another call. Take a new key for each call, the same only to repeat."),
            field=HEADER,
        )
    answer = HttpResponse(answers.body_of(before), status=before.status, headers=before.headers)
    answer.headers[MARK] = "true"
    return answer


def rendered(view: Any, request: Any, made: HttpResponse) -> HttpResponse:
    """The answer with its bytes."""
    if isinstance(made, SimpleTemplateResponse) and not made.is_rendered:
        finished: SimpleTemplateResponse = view.finalize_response(request, made)
        return finished.render()
    return made
