"""Signatures of SPDCI messages: Ed25519 over the digest of header and message, and the days for which they hold."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exchange.rules.spdci import Bad

HOLDS_FOR, LONGEST, SKEW = timedelta(minutes=5), timedelta(hours=1), timedelta(minutes=1)
PART = re.compile(r'(\w+)="([^"]*)"')
COVERED = "(created) (expires) digest"


def digest_of(header: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """The SHA-256 of {"header":…,"message":…} with sorted names and without spaces, in base64."""
    text = orjson.dumps({"header": header, "message": message}, option=orjson.OPT_SORT_KEYS)
    return base64.b64encode(hashlib.sha256(text).digest()).decode()


def sign(header: Mapping[str, Any], message: Mapping[str, Any], *, sender: str, seed: str, now: datetime) -> str:
    """The signature of a message of `sender` by the private key whose seed (32 bytes, base64) this is."""
    created, expires = int(now.timestamp()), int((now + HOLDS_FOR).timestamp())
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    signed = base64.b64encode(key.sign(_signed(created, expires, digest_of(header, message)))).decode()
    return (
        f'Signature: namespace="dci", kidId="{sender}|1|ed25519", algorithm="ed25519", created="{created}", '
        f'expires="{expires}", headers="{COVERED}", signature="{signed}"'
    )


def verify(
    signature: str, header: Mapping[str, Any], message: Mapping[str, Any], *, sender: str, key: str, now: datetime
) -> None:
    """Bad unless `sender` signed exactly this message with the private key of `key`, and the signature holds now."""
    if not signature.strip():
        raise Bad("err.signature.missing", "This sender signs every message.")
    told = dict(PART.findall(signature))
    try:
        created, expires = int(told["created"]), int(told["expires"])
        who, _key, algorithm = told["kidId"].split("|")
        signed = base64.b64decode(told["signature"], validate=True)
        moments = datetime.fromtimestamp(created, now.tzinfo), datetime.fromtimestamp(expires, now.tzinfo)
    except (KeyError, ValueError, OverflowError, OSError, binascii.Error) as error:
        raise Bad("err.signature.invalid", "The signature cannot be read.") from error
    if who != sender or algorithm.lower() != "ed25519" or told.get("headers", COVERED) != COVERED:
        raise Bad("err.signature.invalid", "The signature is of another sender or another kind.")
    if not moments[0] - SKEW <= now < moments[1] or moments[1] - moments[0] > LONGEST:
        raise Bad("err.signature.invalid", "The signature does not hold now, or holds for longer than an hour.")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    try:
        public.verify(signed, _signed(created, expires, digest_of(header, message)))
    except InvalidSignature as error:
        raise Bad("err.signature.invalid", "The signature is not that of this message.") from error


def _signed(created: int, expires: int, digest: str) -> bytes:
    return f"(created): {created}\n(expires): {expires}\ndigest: SHA-256={digest}".encode()
