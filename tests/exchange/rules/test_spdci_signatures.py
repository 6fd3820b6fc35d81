"""A signature holds for one message of one sender for a while."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.rules.spdci import Bad
from exchange.rules.spdci_signatures import digest_of, sign, verify

NOON = datetime(2022, 4, 1, 12, tzinfo=UTC)
SEED = base64.b64encode(bytes(range(32))).decode()
PUBLIC, OTHER = (
    base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()).decode()
    for seed in (bytes(range(32)), bytes(32))
)
HEADER, MESSAGE = {"message_id": "m", "action": "search"}, {"transaction_id": "t"}
SIGNED = sign(HEADER, MESSAGE, sender="a", seed=SEED, now=NOON)


def check(
    signature: str = SIGNED, *, header: object = HEADER, sender: str = "a", key: str = PUBLIC, late: int = 0
) -> None:
    verify(signature, header, MESSAGE, sender=sender, key=key, now=NOON + timedelta(seconds=late))


def test_the_digest_does_not_depend_on_the_order_of_names():
    assert digest_of(HEADER, MESSAGE) == digest_of(dict(reversed(HEADER.items())), MESSAGE)
    assert digest_of(HEADER, MESSAGE) != digest_of({**HEADER, "action": "x"}, MESSAGE)


@pytest.mark.parametrize("late", [-60, 0, 299])
def test_it_holds_for_its_time(late: int):
    check(late=late)


@pytest.mark.parametrize(
    "wrong",
    [
        {"late": -61},
        {"late": 300},
        {"sender": "b"},
        {"key": OTHER},
        {"header": {**HEADER, "message_id": "n"}},
        {"signature": SIGNED.replace("ed25519", "rsa")},
        {"signature": SIGNED.replace("expires=", "expired=")},
        {"signature": SIGNED.replace('created="', 'created="9')},
        {"signature": SIGNED.replace('signature="', 'signature="!')},
        {"signature": SIGNED.replace('headers="(created) ', 'headers="')},
        {"signature": "x"},
    ],
)
def test_anything_else_is_refused(wrong: dict[str, object]):
    with pytest.raises(Bad) as fault:
        check(**wrong)
    assert fault.value.code == "err.signature.invalid"


def test_one_that_would_hold_for_longer_than_an_hour_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("exchange.rules.spdci_signatures.HOLDS_FOR", timedelta(hours=1, seconds=1))
    with pytest.raises(Bad):
        check(sign(HEADER, MESSAGE, sender="a", seed=SEED, now=NOON))


def test_a_missing_one_is_told_apart():
    with pytest.raises(Bad) as fault:
        check("")
    assert fault.value.code == "err.signature.missing"
