"""How a delivery is signed, when it is tried again, and where none may go."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from exchange.rules.webhooks import address_within, is_open, is_well_formed, next_try, signatures

NOON = datetime(2022, 4, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 (an address to be refused)
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("fec0::1", False),
        ("5f00::1", False),
        ("3fff::1", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
    ],
)
def test_only_the_public_internet_is_open(address: str, expected: bool):
    assert is_open(address, ()) is expected


def test_a_network_that_is_allowed_is_open_and_its_neighbour_is_not():
    assert is_open("10.20.1.1", ["10.20.0.0/16"])
    assert not is_open("10.21.1.1", ["10.20.0.0/16"])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/changes?from=us", True),
        ("http://10.20.1.1:8080/", True),
        ("ftp://example.org/", False),
        ("https://", False),
        ("https://user:word@example.org/", False),
        ("https://example.org/#part", False),
        ("https://example.org/a b", False),
        ("https://example.org:99999/", False),
        ("https://example.org/\r\nX: y", False),
    ],
)
def test_which_addresses_are_well_formed(address: str, expected: bool):
    assert is_well_formed(address) is expected


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://example.org/", None),
        ("https://127.0.0.1/", "127.0.0.1"),
        ("https://2130706433/", "127.0.0.1"),
        ("https://0x7f.1/", "127.0.0.1"),
        ("https://0177.0.0.1:8443/x", "127.0.0.1"),
        ("https://[::1]/", "::1"),
        ("https://[fe80::1%25eth0]/", "fe80::1"),
    ],
)
def test_an_ip_address_is_known_in_all_its_spellings(address: str, place: str | None):
    assert address_within(address) == place


def test_a_body_is_signed_with_its_moment_by_every_key():
    body = b'{"a":1}'
    told = signatures(body, NOON, {"k1": "one", "k2": "two"})
    moment = str(int(NOON.timestamp()))
    signed = [hmac.new(key, moment.encode() + b"." + body, hashlib.sha256).hexdigest() for key in (b"one", b"two")]
    assert told == {"Shouwang-Timestamp": moment, "Shouwang-Signature": f"k1={signed[0]}, k2={signed[1]}"}


def test_pauses_grow_from_half_a_minute_to_half_a_day_and_end_after_four_days():
    at, tries = NOON, []
    while (after := next_try(len(tries) + 1, NOON, at)) is not None:
        tries.append(after - at)
        at = after
    assert tries[:3] == [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)]
    assert tries[-1] == timedelta(hours=12)
    assert timedelta(days=4) <= at - NOON < timedelta(days=4, hours=12)
