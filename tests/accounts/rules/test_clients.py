"""Addresses to call back at, and public keys: what is taken and what is refused."""

from __future__ import annotations

import base64

import pytest

from accounts.rules.clients import check_callback, check_public_key
from common.refusals import Invalid


@pytest.mark.parametrize(
    "address", ["https://a.example", "https://a.example:8443/registry/", "http://localhost:9000/x", "http://127.0.0.1/"]
)
def test_a_whole_https_address_is_taken_and_http_on_this_machine(address: str):
    check_callback(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "a.example", "http://a.example", "https://", "https://u:p@a.example", "https://a.example/#x",
        "https://a.example/?x=1", "https://a.example:0/", "https://[::1", "file:///etc/passwd", "https://例.example/",
        "https://a.example/" + "x" * 300,
    ],
)  # fmt: skip
def test_anything_else_is_not(address: str):
    with pytest.raises(Invalid) as refusal:
        check_callback(address)
    assert refusal.value.field == "callbacks"


def test_a_public_key_has_32_bytes_in_base64():
    check_public_key(base64.b64encode(bytes(32)).decode())
    for text in ("", "x", base64.b64encode(bytes(31)).decode(), "!" * 44):
        with pytest.raises(Invalid):
            check_public_key(text)
