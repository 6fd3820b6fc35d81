"""Messages of the social registry: taken once, answered in the scope of their sender, kept until they are delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction

from accounts.models import User
from common.crypto import decrypt, encrypt
from common.ids import new_id
from common.moments import day_of
from exchange.models import RegistryMessage
from exchange.models.registry import GIVEN_UP, KEPT, SENT, WAITING
from exchange.operations import registry_rows
from exchange.rules.spdci import LONGEST_MESSAGE, Action, Bad, Header, Rejected, check_request
from exchange.rules.spdci_queries import Wish, wish_of
from exchange.rules.spdci_records import REGISTRY

# Longer than the slowest sending takes: after it the message of a sender who died is free for the next one.
MOST_TOLD = 100  # messages of which a status tells
TAKEN_FOR = timedelta(minutes=2)
# Seconds until an answer that was not taken is sent again; after the last it is given up.
PAUSES = (60, 300, 1800, 7200, 21600, 43200)


def take(
    *,
    header: Header,
    action: str,
    message: Mapping[str, Any],
    transaction_id: str,
    references: list[str],
    callback: str,
    by: User,
    at: datetime,
) -> RegistryMessage:
    """The message, kept under its identifier; Rejected where one came under it before. With a callback it waits."""
    row = RegistryMessage(
        sender=by,
        action=action,
        message_id=header.message_id,
        transaction_id=transaction_id,
        references=references,
        question=encrypt(orjson.dumps(message).decode()),
        callback=callback,
        state=WAITING if callback else KEPT,
        received_at=at,
        next_at=at if callback else None,
    )
    RegistryMessage.objects.bulk_create([row], ignore_conflicts=True)
    if not RegistryMessage.objects.filter(pk=row.pk).exists():
        raise Rejected("rjct.message_id.duplicate", "A message with this message_id was taken before.")
    return row


def give(
    *, action: str, message: Mapping[str, Any], transaction_id: str, callback: str, to: User, at: datetime
) -> RegistryMessage:
    """A message of our own that waits to be sent, such as a notice."""
    made: RegistryMessage = RegistryMessage.objects.create(
        sender=to,
        action=action,
        message_id=new_id().hex,
        transaction_id=transaction_id,
        answer=encrypt(orjson.dumps(message).decode()),
        callback=callback,
        state=WAITING,
        received_at=at,
        next_at=at,
    )
    return made


def keep_answer(*, row: RegistryMessage, answer: Mapping[str, Any]) -> None:
    """What the message was answered."""
    row.answer = encrypt(orjson.dumps(answer).decode())
    row.save(update_fields=("answer",))


def question_of(row: RegistryMessage) -> Any:
    """The message as it was sent."""
    return orjson.loads(decrypt(row.question))


def answer_of(row: RegistryMessage) -> Any:
    """The answer as it is sent; None while there is none."""
    return orjson.loads(decrypt(row.answer)) if row.answer else None


@transaction.atomic
def take_due(*, at: datetime) -> RegistryMessage | None:
    """The message that has waited longest to be sent, taken for a while: nobody else sends it meanwhile."""
    due = RegistryMessage.objects.due(at).select_for_update(skip_locked=True, no_key=True, of=("self",))
    row: RegistryMessage | None = due.select_related("sender").order_by("next_at").first()
    if row is not None:
        row.next_at = at + TAKEN_FOR
        row.save(update_fields=("next_at",))
    return row


@transaction.atomic
def record(*, row: RegistryMessage, is_fine: bool, at: datetime) -> RegistryMessage:
    """What became of sending the answer: sent, tried again later, or given up."""
    held: RegistryMessage = RegistryMessage.objects.select_for_update(no_key=True).get(pk=row.pk)
    if held.state != WAITING:
        return held
    held.attempts += 1
    if is_fine:
        held.state, held.ended_at, held.next_at = SENT, at, None
    elif held.attempts > len(PAUSES):
        held.state, held.ended_at, held.next_at = GIVEN_UP, at, None
    else:
        held.next_at = at + timedelta(seconds=PAUSES[held.attempts - 1])
    held.save(update_fields=("attempts", "state", "ended_at", "next_at"))
    return held


def clear(*, before: datetime) -> int:
    """Forget messages that came before that moment and have ended; gives how many."""
    forgotten, _each = RegistryMessage.objects.filter(received_at__lt=before).exclude(state=WAITING).delete()
    return int(forgotten)


def answer_search(*, requests: list[Any], transaction_id: str, correlation_id: str, by: User, at: datetime) -> Any:
    """The answer to each request of a search, in the scope of `by`, who is written down to have searched."""
    seen: set[str] = set()
    told = [_answer_one(request, seen, transaction_id, by, at) for request in requests]
    return {"transaction_id": transaction_id, "correlation_id": correlation_id, "search_response": told}


def _answer_one(request: Any, seen: set[str], transaction_id: str, by: User, at: datetime) -> dict[str, Any]:
    try:
        reference = check_request(request, seen, at, "search_criteria")
        wish = wish_of(request["search_criteria"])
        found = registry_rows.search(wish=wish, by=by, on=day_of(at))
    except Rejected as rejection:
        return rejected(request, rejection, at)
    registry_rows.note(wish=wish, transaction_id=transaction_id, number=len(found.records), by=by, at=at)
    return {
        "reference_id": reference,
        "timestamp": at.isoformat(),
        "status": "succ",
        "data": data_of(wish, found.records),
        "pagination": {
            "page_size": wish.page_size or len(found.records),
            "page_number": wish.page_number,
            "total_count": found.total,
        },
        "locale": request.get("locale", "eng"),
    }


def data_of(wish: Wish, records: Any) -> dict[str, Any]:
    """Records as the specification wraps them."""
    return {"version": "1.0.0", "reg_type": REGISTRY, "reg_record_type": wish.records.value, "reg_records": records}


def rejected(request: Any, rejection: Rejected, at: datetime) -> dict[str, Any]:
    """A request that was rejected, with its reason."""
    reference = request.get("reference_id") if isinstance(request, dict) else ""
    return {
        "reference_id": reference if isinstance(reference, str) else "",
        "timestamp": at.isoformat(),
        "status": "rjct",
        "status_reason_code": rejection.code,
        "status_reason_message": str(rejection)[:LONGEST_MESSAGE],
    }


def answer_status(*, asked: Any, transaction_id: str, correlation_id: str, by: User) -> Any:
    """Where a transaction of the sender stands: its answer where there is one, else that it is pending."""
    if not isinstance(asked, dict):
        raise Bad("err.request.bad", "txnstatus_request is an object.")
    kind, name, value = (asked.get(each) for each in ("txn_type", "attribute_type", "attribute_value"))
    if not isinstance(asked.get("reference_id"), str) or kind not in {"search", "subscribe", "receipt"}:
        raise Bad("err.request.bad", "A status request has reference_id and txn_type (search, subscribe, receipt).")
    rows = RegistryMessage.objects.filter(sender=by, action__in=(Action.SEARCH.value, Action.SUBSCRIBE.value))
    if name == "transaction_id" and isinstance(value, str):
        rows = rows.filter(transaction_id=value)
    elif name == "correlation_id" and isinstance(value, str):
        rows = rows.filter(pk__in=[value] if _is_key(value) else [])
    elif name == "reference_id_list" and isinstance(value, list) and all(isinstance(each, str) for each in value):
        rows = rows.filter(references__has_any_keys=value) if value else rows.none()
    else:
        raise Bad("err.request.bad", "attribute_type is transaction_id, reference_id_list or correlation_id.")
    found = list(rows.filter(action=kind).order_by("-received_at")[: MOST_TOLD if name == "reference_id_list" else 1])
    return {
        "transaction_id": transaction_id,
        "correlation_id": correlation_id,
        "txnstatus_response": {"txn_type": kind, "txn_status": _standing(found, value, transaction_id, correlation_id)},
    }


def _standing(found: Sequence[RegistryMessage], asked: Any, transaction_id: str, correlation_id: str) -> dict[str, Any]:
    """The responses of a transaction; of a list of references those, each as the latest message has it.

    An unknown one has none.
    """
    if not found:
        return {"transaction_id": transaction_id, "correlation_id": correlation_id, "search_response": []}
    told = _responses(found[0])
    if isinstance(asked, list):
        later = {each["reference_id"]: each for row in reversed(found) for each in _responses(row)}
        told = [later[reference] for reference in dict.fromkeys(asked) if reference in later]
    return {
        "transaction_id": found[0].transaction_id,
        "correlation_id": found[0].pk.hex,
        "search_response": told,
    }


def _responses(row: RegistryMessage) -> list[dict[str, Any]]:
    """What was answered to each request of a message, or that it will be."""
    answer, at = answer_of(row), row.received_at.isoformat()
    if answer is None:
        return [{"reference_id": each, "timestamp": at, "status": "pdng"} for each in row.references]
    return answer.get("search_response") or _subscribed(answer)


def _subscribed(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Subscriptions as the status of a transaction has them: without codes of their own."""
    names = ("reference_id", "timestamp", "status")
    return [{name: each[name] for name in names} for each in answer.get("subscribe_response", [])]


def _is_key(text: str) -> bool:
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)
