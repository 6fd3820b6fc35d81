"""Messages of SPDCI Social Registry 1.0: what a header must say, and with which code it is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

VERSION = "1.0.0"
LONGEST_ID, LONGEST_MESSAGE, MOST_REQUESTS = 99, 999, 100
# A message may be a day on its way, and clocks differ.
OLDEST, NEWEST = timedelta(days=1), timedelta(minutes=10)
LOCALE = re.compile(r"[a-z]{3}")


class Action(StrEnum):
    """What a message asks for."""

    SEARCH = "search"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    STATUS = "txn-status"


# How the answer of each is called, and where it is sent.
ANSWERS: dict[Action, tuple[str, str]] = {
    Action.SEARCH: ("on-search", "registry/on-search"),
    Action.SUBSCRIBE: ("on-subscribe", "registry/on-subscribe"),
    Action.UNSUBSCRIBE: ("on-unsubscribe", "registry/on-unsubscribe"),
    Action.STATUS: ("txn-on-status", "registry/txn/on-status"),
}
NOTIFY = ("notify", "registry/notify")


class Bad(Exception):
    """A message that is not taken at all; `code` is one of the specification's `err.*`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence[:LONGEST_MESSAGE])
        self.code = code


class Rejected(Exception):
    """A message, or one request in it, that is taken and rejected; `code` is one of the `rjct.*`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence[:LONGEST_MESSAGE])
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """Who sent the message, as what, and where he wants to be called back."""

    message_id: str
    sender_id: str
    sender_uri: str
    total_count: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What a header is held against: the action of the address, who signed in, who we are, and the moment."""

    action: Action
    sender_id: str
    receiver_id: str
    now: datetime


def parts_of(sent: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, message and signature of what was sent; Bad where it has not that form, or is encrypted."""
    if not isinstance(sent, Mapping):
        raise Bad("err.request.bad", "Send an object with header and message.")
    header, message, signature = sent.get("header"), sent.get("message"), sent.get("signature", "")
    if not isinstance(header, dict) or not isinstance(message, dict) or not isinstance(signature, str):
        raise Bad("err.request.bad", "header and message are objects, signature is a text.")
    if header.get("is_msg_encrypted", False) is not False or "ciphertext" in message:
        raise Bad("err.encryption.invalid", "Messages are not taken encrypted here; the connection is.")
    return header, message, signature


def check_header(told: Mapping[str, Any], expected: Expected) -> Header:
    """The header as read; Bad for who or what it is not for, Rejected for what it says of the message."""
    _check_parties(told, expected)
    _check_said(told, expected)
    address = told.get("sender_uri", "")
    if not isinstance(address, str):
        raise Bad("err.sender_uri.invalid", "sender_uri is an address.")
    return Header(told["message_id"], expected.sender_id, address, told["total_count"])


def _check_parties(told: Mapping[str, Any], expected: Expected) -> None:
    if told.get("version", VERSION) != VERSION:
        raise Bad("err.version.not_supported", f"version is {VERSION}.")
    if told.get("sender_id") != expected.sender_id:
        raise Bad("err.sender_id.invalid", "sender_id is the client id that the token was issued to.")
    if told.get("receiver_id", expected.receiver_id) != expected.receiver_id:
        raise Bad("err.receiver_id.invalid", f"receiver_id is {expected.receiver_id}.")
    missing = [name for name in ("message_id", "message_ts", "action", "total_count") if name not in told]
    if missing:
        raise Bad("err.request.bad", f"The header lacks {', '.join(missing)}.")
    if not is_identifier(told["message_id"]) or not isinstance(told.get("meta", {}), dict):
        raise Bad("err.request.bad", f"message_id is a text of 1 to {LONGEST_ID} characters, meta an object.")


def _check_said(told: Mapping[str, Any], expected: Expected) -> None:
    if told["action"] != expected.action.value:
        known = told["action"] in [action.value for action in Action]
        code = "rjct.action.invalid" if known else "rjct.action.not_supported"
        raise Rejected(code, f"action is {expected.action.value} at this address.")
    moment = moment_of(told["message_ts"])
    if moment is None or not expected.now - OLDEST <= moment <= expected.now + NEWEST:
        raise Rejected("rjct.message_ts.invalid", "message_ts is a moment with its offset, of the last day.")
    count = told["total_count"]
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise Rejected("rjct.total_count.invalid", "total_count is the number of requests in the message.")
    if count > MOST_REQUESTS:
        raise Rejected("rjct.total_count.limit_exceeded", f"A message has at most {MOST_REQUESTS} requests.")


def callback_of(address: str, allowed: list[str], path: str) -> str:
    """
    Where the sender is called back: at an address that was registered for him, or below one; the first without a wish.

    `path` is added unless the address leads there already. Bad for any other address, and without a registered one.
    """
    if not allowed:
        raise Bad("err.sender_uri.invalid", "No address to call back at is registered for this sender.")
    wanted = (address or allowed[0]).rstrip("/")
    parts = urlsplit(wanted)
    is_plain = not ({"..", "."} & set(parts.path.split("/")) or parts.query or parts.fragment or "%" in wanted)
    bases = [each.rstrip("/") for each in allowed]
    if not is_plain or "\\" in wanted or not any(wanted == each or wanted.startswith(f"{each}/") for each in bases):
        raise Bad("err.sender_uri.invalid", "sender_uri is not among the addresses registered for this sender.")
    return wanted if wanted.endswith(f"/{path.rpartition('/')[2]}") else f"{wanted}/{path}"


def check_count(header: Header, requests: list[Any]) -> None:
    """Rejected where the header counts other than there are."""
    if header.total_count != len(requests):
        raise Rejected("rjct.total_count.invalid", f"total_count is {header.total_count}; there are {len(requests)}.")


def is_identifier(value: Any) -> bool:
    """Whether it is a text of 1 to 99 characters that can be kept."""
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_ID and value.isprintable()


def transaction_of(message: Mapping[str, Any]) -> str:
    """The transaction's identifier; Bad without one."""
    found = message.get("transaction_id")
    if not is_identifier(found):
        raise Bad("err.request.bad", f"transaction_id is a text of 1 to {LONGEST_ID} characters.")
    return str(found)


def requests_of(message: Mapping[str, Any], name: str) -> list[Any]:
    """The requests of a message; Bad where there is no list of them."""
    found = message.get(name)
    if not isinstance(found, list) or not found:
        raise Bad("err.request.bad", f"{name} is a list with at least one request.")
    return found


def moment_of(text: Any) -> datetime | None:
    """The moment of an ISO 8601 text with its offset; None where it is none."""
    if not isinstance(text, str) or len(text) > 40 or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def check_request(request: Any, seen: set[str], now: datetime, criteria: str) -> str:
    """The reference of one request of a message; Rejected for one without a reference, a moment or criteria."""
    reference = request.get("reference_id") if isinstance(request, dict) else None
    if not isinstance(reference, str) or not is_identifier(reference):
        raise Rejected("rjct.reference_id.invalid", f"reference_id is a text of 1 to {LONGEST_ID} characters.")
    if reference in seen:
        raise Rejected("rjct.reference_id.duplicate", "reference_id stands for another request of this message.")
    seen.add(reference)
    moment = moment_of(request.get("timestamp"))
    if moment is None or moment > now + NEWEST:
        raise Rejected("rjct.timestamp.invalid", "timestamp is a moment with its offset, not in the future.")
    locale = request.get("locale", "eng")
    if not isinstance(locale, str) or not LOCALE.fullmatch(locale):
        raise Rejected("rjct.filter.invalid", "locale is an ISO 639-3 code of three small letters.")
    if not isinstance(request.get(criteria), dict):
        raise Rejected("rjct.filter.invalid", f"{criteria} is an object.")
    return reference
