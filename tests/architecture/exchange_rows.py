"""Rows of exchange that the database must refuse, by the name of the constraint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from common.ids import new_id
from exchange.models import (
    Change,
    Delivery,
    Epoch,
    ExportJob,
    KnownHeading,
    RegistryMessage,
    RegistrySubscription,
    Run,
    RunItem,
    Subscription,
)
from tests.cast import CITY, LI, VILLAGE

NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)


def told(**changed: object) -> None:
    """A change in the village, but for what is changed of it."""
    given = {"position": 10**9, "kind": "standards", "record": "r", "place_after": VILLAGE, "at": NOON}
    Change.objects.create(**{**given, **changed})


def subscription(rows: Any, **changed: object) -> Subscription:
    """A subscription in the village, but for what is changed of it."""
    given = {"owner": rows.world[LI], "division_id": VILLAGE, "address": "https://a.example/", "position": 0}
    key = {"key_name": "k", "key_token": b"k", "began_at": NOON}
    return Subscription.objects.create(**{**given, **key, **changed})


def delivery(held: Subscription, **changed: object) -> None:
    """A delivery of one change, but for what is changed of it."""
    given = {"subscription": held, "position": 1, "kind": "households", "record": str(new_id())}
    Delivery.objects.create(**{**given, "queued_at": NOON, "next_at": NOON, **changed})


def export(rows: Any, **changed: object) -> None:
    """A file that waits to be written, but for what is changed of it."""
    given = {"asked_by": rows.world[LI], "place_id": VILLAGE, "listed": "households", "format": "csv", "language": "en"}
    told = {"purpose": "抽查", "asked_at": NOON, "heard_at": NOON, "rows_expected": 1}
    ExportJob.objects.create(**{**given, **told, **changed})


def run(rows: Any, **changed: object) -> Run:
    """A run that waits, but for what is changed of it."""
    given = {"kind": "import", "state": "waiting", "division_id": CITY, "by": rows.world[LI], "at": NOON}
    return Run.objects.create(**{**given, **changed})


def run_item(rows: Any, *, times: int = 1, **changed: object) -> None:
    """The same item of a run, so many times."""
    held = run(rows)
    for _ in range(times):
        RunItem.objects.create(**{"run": held, "position": 0, "kind": "household", **changed})


def known_heading(rows: Any) -> None:
    """What a user calls a column."""
    KnownHeading.objects.create(user=rows.world[LI], kind="member", heading="角色", column="relationship")


def message(rows: Any, **changed: object) -> None:
    given = {"sender": rows.world[LI], "action": "search", "message_id": "m", "transaction_id": "t", "state": "kept"}
    RegistryMessage.objects.create(**{**given, "received_at": NOON, **changed})


def notified(rows: Any) -> None:
    given = {
        "subscriber": rows.world[LI],
        "event": "REGISTER",
        "criteria": b"c",
        "digest": "d",
        "callback": "https://x",
    }
    RegistrySubscription.objects.create(**given, position=0, began_at=NOON)


VIOLATIONS: dict[str, Callable[[Any], object]] = {
    "change_position_is_positive": lambda _rows: told(position=0),
    "change_is_somewhere": lambda _rows: told(place_after=None),
    "subscription_has_an_address": lambda rows: subscription(rows, address=""),
    "subscription_earlier_key_is_whole": lambda rows: subscription(rows, earlier_name="k"),
    "delivery_is_queued_once": lambda rows: [delivery(held) for held in [subscription(rows)] * 2],
    "delivery_ended_says_when": lambda rows: delivery(subscription(rows), state="delivered"),
    "export_says_what_for": lambda rows: export(rows, purpose=""),
    "export_of_numbers_says_why": lambda rows: export(rows, whole_numbers=True),
    "export_is_written_by_one": lambda rows: export(rows, state="writing"),
    "export_that_is_ready_has_its_file": lambda rows: export(rows, state="ready", kept_until=NOON),
    "export_ends_after_it_began": lambda rows: export(rows, ended_at=NOON.replace(year=2021)),
    "registry_message_comes_once": lambda rows: [message(rows) for _ in range(2)],
    "registry_answer_has_a_way": lambda rows: message(rows, state="waiting"),
    "registry_subscription_is_one": lambda rows: [notified(rows) for _ in range(2)],
    "epoch_begins_at_a_position": lambda _rows: Epoch.objects.create(database="d", first_position=-1, began_at=NOON),
    "run_does_no_more_than_all": lambda rows: run(rows, done=2, total=1),
    "run_with_a_fault_has_failed": lambda rows: run(rows, fault="坏"),
    "run_applied_says_when": lambda rows: run(rows, state="applied"),
    "run_item_has_one_position": lambda rows: run_item(rows, times=2),
    "run_item_applied_did_something": lambda rows: run_item(rows, became="unchanged", is_applied=True),
    "run_item_undone_was_applied": lambda rows: run_item(rows, undone="undone"),
    "run_item_refused_says_why": lambda rows: run_item(rows, became="refused"),
    "known_heading_means_one_thing": lambda rows: [known_heading(rows) for _ in range(2)],
}
