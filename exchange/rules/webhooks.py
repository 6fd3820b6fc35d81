"""Webhooks: how a delivery is signed, when it is tried again, and to which addresses none may go."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from socket import inet_aton, inet_ntoa
from urllib.parse import urlsplit

from common.names import Name


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


DELIVERY_STATES: dict[DeliveryState, Name] = {
    DeliveryState.WAITING: Name("待发送", "waiting"),
    DeliveryState.DELIVERED: Name("已送达", "delivered"),
    DeliveryState.FAILED: Name("失败待重试", "failed, tried again"),
    DeliveryState.GIVEN_UP: Name("已放弃", "given up"),
}
UNDELIVERED = (DeliveryState.WAITING.value, DeliveryState.FAILED.value)

# How long to wait after the first, the second … failure; after the last one as long as before.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 120, 240, 480, 720))
GIVEN_UP_AFTER = timedelta(days=4)
# An earlier key goes on signing so long, so that a receiver can change over.
CHANGING_OVER = timedelta(days=2)
LONGEST_ADDRESS = 500
# What IPv6 only wraps around an IPv4 address of somebody's own choosing.
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
PUBLIC = IPv6Network("2000::/3")  # all of IPv6 that is given out for the public Internet
# Within what else counts as public: documentation, and what leads through relays or belongs to protocols.
RESERVED = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


def next_try(attempts: int, first_tried_at: datetime, at: datetime) -> datetime | None:
    """When to try again after so many failures; None where it is given up."""
    if at - first_tried_at >= GIVEN_UP_AFTER:
        return None
    return at + PAUSES[min(attempts, len(PAUSES)) - 1]


def signatures(body: bytes, at: datetime, keys: Mapping[str, str]) -> dict[str, str]:
    """The headers by which a receiver knows who sent `body`, and when: a signature by each key that is valid."""
    moment = str(int(at.timestamp()))
    signed = [
        f"{name}={hmac.new(key.encode(), moment.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
        for name, key in keys.items()
    ]
    return {"Shouwang-Timestamp": moment, "Shouwang-Signature": ", ".join(signed)}


def is_open(address: str, allowed: Iterable[str]) -> bool:
    """Whether a delivery may go to this IP address: on the public Internet, or in a network that is allowed."""
    found = ip_address(address)
    if any(found in ip_network(each) for each in allowed):
        return True
    real = _unwrapped(found)
    if real is None or not real.is_global or real.is_multicast or any(real in each for each in RESERVED):
        return False
    return isinstance(real, IPv4Address) or real in PUBLIC


def is_well_formed(address: str) -> bool:
    """Whether a delivery can go to this address at all: http or https, a host, no user or password, no fragment."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.username is None and parts.password is None and not parts.fragment
    is_printed = address.isascii() and address.isprintable() and " " not in address
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and is_plain and is_printed


def address_within(address: str) -> str | None:
    """The IP address that stands here in place of a name, in any of its spellings; None where a name does."""
    host = (urlsplit(address).hostname or "").partition("%")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return inet_ntoa(inet_aton(host))
    except OSError:
        return None


def _unwrapped(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address | None:
    """The address that is reached in the end; None where that cannot be said."""
    if isinstance(found, IPv4Address):
        return found
    if found.ipv4_mapped is not None:
        return found.ipv4_mapped
    is_tunnel = found.sixtofour is not None or found.teredo is not None
    return None if is_tunnel or any(found in each for each in TRANSLATED) else found
