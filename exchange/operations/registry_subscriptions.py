"""Subscriptions of the social registry: begun, ended, and the notices that follow from the feed of changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.crypto import decrypt, encrypt
from common.ids import new_id
from common.moments import day_of
from exchange.models import RegistrySubscription
from exchange.operations import feed, registry, registry_rows
from exchange.rules.changes import Reach
from exchange.rules.spdci import NOTIFY, Rejected, check_request
from exchange.rules.spdci_queries import MOST_ROWS, RecordType, Wish, condition_of, records_of
from households.models import Posting

# The events that there are, by the last part of their name: what comes into being, and in which kind of the feed.
EVENTS: dict[str, tuple[RecordType, str]] = {
    "REGISTER": (RecordType.GROUP, "households"),
    "NewHouseHoldMember": (RecordType.MEMBER, "members"),
}
MOST_SUBSCRIPTIONS, CHANGES_AT_ONCE = 20, 500


def answer_subscribe(
    *, requests: list[Any], transaction_id: str, correlation_id: str, callback: str, by: User, at: datetime
) -> Any:
    """Each request of the message subscribed, or rejected with its reason."""
    seen: set[str] = set()
    told = [_subscribe(request, seen, callback, by, at) for request in requests]
    return {"transaction_id": transaction_id, "correlation_id": correlation_id, "subscribe_response": told}


@transaction.atomic
def _subscribe(request: Any, seen: set[str], callback: str, by: User, at: datetime) -> dict[str, Any]:
    try:
        reference = check_request(request, seen, at, "subscribe_criteria")
        criteria = request["subscribe_criteria"]
        event, _wish = wanted(criteria)
        made = _begin(event, criteria, callback, by, at)
    except Rejected as rejection:
        return registry.rejected(request, rejection, at)
    told = {"code": made.pk.hex, "status": "subscribe", "timestamp": at.isoformat(), "reg_event_type": event}
    return {"reference_id": reference, "timestamp": at.isoformat(), "status": "succ", "subscriptions": [told]}


def wanted(criteria: Mapping[str, Any]) -> tuple[str, Wish]:
    """The event and the records that criteria of a subscription name; Rejected where there is no such event."""
    event = str(criteria.get("reg_event_type", "")).rpartition(":")[2]
    if event not in EVENTS:
        raise Rejected("rjct.notify_types.invalid", f"reg_event_type is one of {', '.join(EVENTS)}.")
    if "frequency" in criteria:
        raise Rejected("rjct.notify_details.invalid", "Notices are sent when something happens: leave out frequency.")
    records = EVENTS[event][0]
    try:
        if records_of({"reg_record_type": criteria.get("notify_record_type", records.value)}) is not records:
            raise Rejected("rjct.notify_types.invalid", f"{event} is an event of a {records.value}.")
        return event, Wish(records, condition_of(records, criteria.get("filter_type"), criteria.get("filter")))
    except Rejected as rejection:
        raise Rejected(
            "rjct.notify_types.invalid" if rejection.code.startswith("rjct.notify") else "rjct.notify_details.invalid",
            str(rejection),
        ) from rejection


def _begin(event: str, criteria: Mapping[str, Any], callback: str, by: User, at: datetime) -> RegistrySubscription:
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    text = orjson.dumps(criteria, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(text + callback.encode()).hexdigest()
    held = RegistrySubscription.objects.filter(subscriber=by, ended_at__isnull=True)
    if held.filter(digest=digest).exists():
        raise Rejected("rjct.event.already_subscribed", "There is a subscription with just these criteria.")
    if held.count() >= MOST_SUBSCRIPTIONS:
        raise Rejected("rjct.notify_details.invalid", f"At most {MOST_SUBSCRIPTIONS} subscriptions: end one first.")
    made = RegistrySubscription.objects.create(
        subscriber=by,
        event=event,
        criteria=encrypt(text.decode()),
        digest=digest,
        callback=callback,
        position=feed.settle(),
        began_at=at,
    )
    told = {"subscription": made.pk.hex, "event": event}
    audit.write([audit.entry(action="registry.subscribed", subject=by, by=by, at=at, changes=told)])
    return made


@transaction.atomic
def answer_unsubscribe(
    *, codes: Any, transaction_id: str, correlation_id: str, by: User, at: datetime
) -> dict[str, Any]:
    """The subscriptions of these codes ended, all or none: a code of nobody or of somebody else is rejected."""
    told: dict[str, Any] = {
        "transaction_id": transaction_id,
        "correlation_id": correlation_id,
        "timestamp": at.isoformat(),
    }
    try:
        held = _held(codes, by)
        if any(row.ended_at for row in held):
            raise Rejected("rjct.event.already_unsubscribed", "One of the subscriptions has ended before.")
    except Rejected as rejection:
        why = {"status_reason_code": rejection.code, "status_reason_message": str(rejection)}
        return {**told, "status": "rjct", **why}
    RegistrySubscription.objects.filter(pk__in=[row.pk for row in held]).update(ended_at=at)
    ended = {"subscriptions": [row.pk.hex for row in held]}
    audit.write([audit.entry(action="registry.unsubscribed", subject=by, by=by, at=at, changes=ended)])
    return {
        **told,
        "status": "succ",
        "subscription_status": [{"code": row.pk.hex, "status": "unsubscribe"} for row in held],
    }


def _held(codes: Any, by: User) -> list[RegistrySubscription]:
    try:
        keys = {UUID(code) for code in codes}
    except (ValueError, TypeError, AttributeError) as error:
        raise Rejected("rjct.subscription_code.invalid", "There is no such subscription.") from error
    held = list(RegistrySubscription.objects.select_for_update(no_key=True).filter(subscriber=by, pk__in=keys))
    if not keys or len(held) != len(keys):
        raise Rejected("rjct.subscription_code.invalid", "There is no such subscription.")
    return held


@transaction.atomic
def notify(*, subscription: RegistrySubscription, at: datetime) -> bool:
    """Make notices of what came into being since the subscription looked last; gives whether more is to be seen.

    To be called in the scope of the subscriber, who is told of nothing that he does not see.
    """
    held = RegistrySubscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if held.ended_at is not None:
        return False
    today, by = day_of(at), held.subscriber
    reach = Reach(tuple(Posting.objects.codes(by, Permission.VIEW_RECORDS, today)))
    event, wish = wanted(orjson.loads(decrypt(held.criteria)))
    page = feed.read(
        after=held.position, last=feed.settle(), reach=reach, kinds=[EVENTS[event][1]], size=CHANGES_AT_ONCE
    )
    keys = {UUID(entry.record) for entry in page.entries if entry.before is None}
    if keys:
        found = registry_rows.search(wish=_paged(wish), by=by, on=today, only=keys)
        _tell(held, wish, found.records, at)
    held.position = page.upto
    held.save(update_fields=("position",))
    return page.has_more


def _paged(wish: Wish) -> Wish:
    return Wish(wish.records, wish.condition, page_size=MOST_ROWS)


def _tell(held: RegistrySubscription, wish: Wish, records: list[dict[str, Any]], at: datetime) -> None:
    """A notice for each record: the specification has one record in a notice."""
    for record in records:
        identifier = new_id().hex
        data = {**registry.data_of(wish, record), "reg_event_type": held.event}
        notice = {"reference_id": held.pk.hex, "timestamp": at.isoformat(), "data": data}
        registry.give(
            action=NOTIFY[0],
            message={"transaction_id": identifier, "notify_event": [notice]},
            transaction_id=identifier,
            callback=held.callback,
            to=held.subscriber,
            at=at,
        )
