"""What may be told of a client system: pure checks of the addresses that it is called back at, and of its key."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from common.refusals import Invalid

KEY_BYTES, LONGEST_ADDRESS = 32, 300


def check_callback(address: str) -> None:
    """Invalid unless it is a whole https address (http on this machine) without a name, a password or a fragment."""
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        parts, has_port = urlsplit(""), False
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"})
    is_plain = not (parts.username or parts.password or parts.fragment or parts.query) and address.isascii()
    if not (is_secure and parts.hostname and has_port and is_plain and len(address) <= LONGEST_ADDRESS):
        raise Invalid(
            _("“%(address)s” is no address to call back at. Write a whole https address without name and password.")
            % {"address": address[:LONGEST_ADDRESS]},
            field="callbacks",
        )


def check_public_key(text: str) -> None:
    """Invalid unless it is an Ed25519 public key: 32 bytes in base64."""
    try:
        size = len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if size != KEY_BYTES:
        raise Invalid(_("The public key is 32 bytes in base64 (Ed25519)."), field="public_key")
