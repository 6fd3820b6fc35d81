"""The adapter of SPDCI Social Registry 1.0: its addresses, its envelope and its ways to say that something is wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import ClientSystem
from accounts.permissions import ApiScope
from common import problems
from common.api import KnownParameters
from common.ids import new_id
from common.refusals import NotFound
from common.views import AWAY, COME_BACK
from exchange.envelope_api import (
    ANSWERED,
    ASKED,
    STATUS_ASKED,
    STATUS_TOLD,
    SUBSCRIBING,
    TAKEN,
    UNSUBSCRIBING,
    RegistryTaken,
    RegistryTold,
    described,
)
from exchange.operations import registry, registry_subscriptions
from exchange.registry_tasks import enveloped
from exchange.rules import spdci
from exchange.rules.spdci import ANSWERS, Action, Bad, Expected, Header, Rejected
from exchange.rules.spdci_signatures import verify
from households.token_api import ByToken, Held

HTTP_CODES = {401: "err.request.unauthorized", 403: "err.request.forbidden", 404: "err.request.not_found",
              429: "err.request.too_many_requests"}  # fmt: skip
FORBIDDEN = frozenset({"err.sender_id.invalid", "err.signature.missing", "err.signature.invalid"})


class RegistryView(KnownParameters, ABC):
    """An address of the specification; only a client system asks here, by a token with the scope to read records."""

    api_scopes: ClassVar[Mapping[str, str]] = {"writes": ApiScope.RECORDS_READ.value}
    act: ClassVar[Action]
    is_sync: ClassVar[bool] = False

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [ByToken()]

    def handle_exception(self, error: Exception) -> Any:
        """Errors of the transport as the specification tells them; faults are left to the server."""
        answer = problems.handler(error, {"view": self, "request": self.request})
        if isinstance(error, AWAY):
            fault = {"code": "err.service.unavailable", "message": "The database is not there just now. Come back."}
            return JsonResponse({"errors": [fault]}, status=503, headers={"Retry-After": str(COME_BACK)})
        if answer is None:
            raise error
        if answer.status_code == 400:
            return self.refused("err.request.bad", str(error))
        code = HTTP_CODES.get(answer.status_code, "err.request.bad")
        fault = {"code": code, "message": str(error)[: spdci.LONGEST_MESSAGE]}
        told = JsonResponse({"errors": [fault]}, status=answer.status_code)
        for name in ("WWW-Authenticate", "Retry-After", "Allow"):
            if name in answer.headers:
                told.headers[name] = answer.headers[name]
        return told

    def post(self, request: Request) -> HttpResponse:
        """The message held against the specification, taken, and answered now or later."""
        try:
            with transaction.atomic():
                header, message = self.read(request)
                return self.answer(request, header, message)
        except Bad as fault:
            return self.refused(fault.code, str(fault))
        except Rejected as rejection:
            return self.refused(rejection.code, str(rejection))

    def read(self, request: Request) -> tuple[Header, dict[str, Any]]:
        """Header and message of who signed in, signed where it has to be."""
        now, by = timezone.now(), request.user
        header, message, signature = spdci.parts_of(request.data)
        expected = Expected(self.act, by.username, settings.SPDCI_RECEIVER_ID, now)
        read = spdci.check_header(header, expected)
        key = self.client.public_key
        if key:
            verify(signature, header, message, sender=by.username, key=key, now=now)
        elif settings.SPDCI_SIGNATURES:
            raise Bad("err.signature.missing", "No key is registered by which signatures of this sender are verified.")
        return read, message

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        held = request.auth if isinstance(request.auth, Held) else None
        found = ClientSystem.objects.filter(user=request.user.pk).first() if held and held.is_of_system else None
        if found is None:
            self.permission_denied(request, "Only a registered client system asks here, by a token of its own.")
        self.client = found

    @abstractmethod
    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        """What this address answers to the message."""

    def told(self, header: Header, message: Mapping[str, Any], number: int) -> HttpResponse:
        """A synchronous answer, signed where there is a key."""
        return JsonResponse(enveloped(ANSWERS[self.act][0], self.request.user.username, message, number))

    def taken(self, row: Any) -> HttpResponse:
        """The message will be answered at the sender's address by the job that looks for what waits."""
        told = {"ack_status": "ACK", "timestamp": row.received_at.isoformat(), "correlation_id": row.pk.hex}
        return JsonResponse({"message": told}, status=202)

    def refused(self, code: str, sentence: str) -> HttpResponse:
        """As the address refuses: in the header of an answer, or as an acknowledgement that is none."""
        now = timezone.now().isoformat()
        if code in FORBIDDEN:
            return JsonResponse({"errors": [{"code": code, "message": sentence}]}, status=403)
        if not self.is_sync:
            known = code if code.startswith("err.") else "err.request.bad"
            told = {"ack_status": "ERR", "timestamp": now, "correlation_id": new_id().hex}
            error = {"code": known, "message": sentence if known == code else f"{code}: {sentence}"}
            return JsonResponse({"message": {**told, "error": error}}, status=400)
        header = {
            "version": spdci.VERSION,
            "message_id": new_id().hex,
            "message_ts": now,
            "action": ANSWERS[self.act][0],
            "status": "rjct",
            **({"status_reason_code": code} if code.startswith("rjct.") else {}),
            "status_reason_message": sentence if code.startswith("rjct.") else f"{code}: {sentence}",
        }
        return JsonResponse({"header": header}, status=400)


class NotServedView(RegistryView):
    """Every other address of the specification: those at which the sender is called back, and what there is not."""

    schema = None
    act = Action.SEARCH

    def post(self, request: Request, address: str) -> HttpResponse:
        return self.answer(request)

    def answer(self, request: Request, *_message: Any) -> HttpResponse:
        raise NotFound("Only the addresses of a registry are served here; those of a sender are called.")


class SyncSearchView(RegistryView):
    """Search, answered at once."""

    act, is_sync = Action.SEARCH, True

    @described("Search the social registry", ASKED, RegistryTold, ANSWERED)
    def post(self, request: Request) -> HttpResponse:
        return super().post(request)

    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        row, requests = taken_search(self, header, message, "")
        told = answered(row, registry.answer_search, requests=requests, by=request.user, at=row.received_at)
        return self.told(header, told, len(requests))


class SearchView(RegistryView):
    """Search, answered at the sender's address."""

    act = Action.SEARCH

    @described("Search the social registry, to be called back", ASKED, RegistryTaken, TAKEN)
    def post(self, request: Request) -> HttpResponse:
        return super().post(request)

    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        row, _requests = taken_search(self, header, message, callback(self, header))
        return self.taken(row)


class SubscribeView(RegistryView):
    """Subscribe to households and members that come into being."""

    act = Action.SUBSCRIBE

    @described("Subscribe to events of the social registry", SUBSCRIBING, RegistryTaken, TAKEN)
    def post(self, request: Request) -> HttpResponse:
        return super().post(request)

    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        requests = spdci.requests_of(message, "subscribe_request")
        spdci.check_count(header, requests)
        row = taken_message(self, header, message, references_of(requests), callback(self, header))
        notices = spdci.callback_of(header.sender_uri, self.client.callbacks, spdci.NOTIFY[1])
        acting = {"by": request.user, "at": row.received_at}
        answered(row, registry_subscriptions.answer_subscribe, requests=requests, callback=notices, **acting)
        return self.taken(row)


class UnsubscribeView(RegistryView):
    """End subscriptions."""

    act = Action.UNSUBSCRIBE

    @described("End subscriptions to the social registry", UNSUBSCRIBING, RegistryTaken, TAKEN)
    def post(self, request: Request) -> HttpResponse:
        return super().post(request)

    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        codes = spdci.requests_of(message, "subscription_codes")
        spdci.check_count(header, codes)
        if spdci.moment_of(message.get("timestamp")) is None:
            raise Bad("err.request.bad", "timestamp is a moment with its offset.")
        row = taken_message(self, header, message, [], callback(self, header))
        answered(row, registry_subscriptions.answer_unsubscribe, codes=codes, by=request.user, at=row.received_at)
        return self.taken(row)


class SyncStatusView(RegistryView):
    """Where a transaction stands, told at once."""

    act, is_sync = Action.STATUS, True

    @described("Where a transaction of the social registry stands", STATUS_ASKED, RegistryTold, STATUS_TOLD)
    def post(self, request: Request) -> HttpResponse:
        return super().post(request)

    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        _row, told = taken_status(self, header, message, "")
        return self.told(header, told, 1)


class StatusView(RegistryView):
    """Where a transaction stands, told at the sender's address."""

    act = Action.STATUS

    @described(
        "Where a transaction of the social registry stands, to be called back", STATUS_ASKED, RegistryTaken, TAKEN
    )
    def post(self, request: Request) -> HttpResponse:
        return super().post(request)

    def answer(self, request: Request, header: Header, message: dict[str, Any]) -> HttpResponse:
        row, _told = taken_status(self, header, message, callback(self, header))
        return self.taken(row)


def callback(view: RegistryView, header: Header) -> str:
    """Where the answer of this address is sent: only to addresses that were registered for the sender."""
    return spdci.callback_of(header.sender_uri, view.client.callbacks, ANSWERS[view.act][1])


def taken_message(
    view: RegistryView, header: Header, message: dict[str, Any], references: list[str], address: str
) -> Any:
    """The message kept under its identifier."""
    return registry.take(
        header=header,
        action=view.act.value,
        message=message,
        transaction_id=spdci.transaction_of(message),
        references=references,
        callback=address,
        by=view.request.user,
        at=timezone.now(),
    )


def taken_search(view: RegistryView, header: Header, message: dict[str, Any], address: str) -> tuple[Any, list[Any]]:
    """A search kept under its identifier, with its requests."""
    requests = spdci.requests_of(message, "search_request")
    spdci.check_count(header, requests)
    return taken_message(view, header, message, references_of(requests), address), requests


def taken_status(view: RegistryView, header: Header, message: dict[str, Any], address: str) -> tuple[Any, Any]:
    """A question about a transaction, with its answer."""
    asked = message.get("txnstatus_request")
    spdci.check_count(header, [asked])
    row = taken_message(view, header, message, [], address)
    return row, answered(row, registry.answer_status, asked=asked, by=view.request.user)


def answered(row: Any, answer: Callable[..., dict[str, Any]], **told: Any) -> dict[str, Any]:
    """What `answer` says to the message, kept with it."""
    made = answer(transaction_id=row.transaction_id, correlation_id=row.pk.hex, **told)
    registry.keep_answer(row=row, answer=made)
    return made


def references_of(requests: list[Any]) -> list[str]:
    """The references of the requests of a message that can be kept."""
    found = [each.get("reference_id") for each in requests if isinstance(each, dict)]
    return [each for each in found if spdci.is_identifier(each)]
