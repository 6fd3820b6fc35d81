"""Callbacks only to registered addresses, moments with their offset, counts that are right."""

from __future__ import annotations

import pytest

from exchange.rules.spdci import Bad, Header, Rejected, callback_of, check_count, is_identifier, moment_of

BASES = ["https://a.example/spdci/", "https://b.example"]


@pytest.mark.parametrize(
    ("wish", "path", "address"),
    [
        ("", "registry/on-search", "https://a.example/spdci/registry/on-search"),
        ("https://a.example/spdci", "registry/on-search", "https://a.example/spdci/registry/on-search"),
        ("https://a.example/spdci/x/", "registry/notify", "https://a.example/spdci/x/registry/notify"),
        ("https://b.example/back/on-search", "registry/on-search", "https://b.example/back/on-search"),
        ("https://b.example", "registry/txn/on-status", "https://b.example/registry/txn/on-status"),
    ],
)
def test_the_path_is_added_to_a_registered_address_or_to_one_below(wish: str, path: str, address: str):
    assert callback_of(wish, BASES, path) == address


@pytest.mark.parametrize(
    "wish",
    [
        "https://c.example", "https://b.example.c.example", "https://b.example:8443", "https://b.example@c.example",
        "http://b.example", "https://b.example/../x", "https://b.example/%2e%2e/x", "https://b.example/?x", "b.example",
        "https://b.example\\@c.example", "https://B.example",
    ],
)  # fmt: skip
def test_no_other_address_is_called_back(wish: str):
    with pytest.raises(Bad) as fault:
        callback_of(wish, BASES, "registry/on-search")
    assert fault.value.code == "err.sender_uri.invalid"


def test_without_a_registered_address_nobody_is_called_back():
    with pytest.raises(Bad):
        callback_of("", [], "registry/on-search")


@pytest.mark.parametrize("text", ["2022-12-04T17:20:07-04:00", "2022-12-04T17:20:07Z", "2022-12-04T17:20:07.5+08:00"])
def test_a_moment_has_its_offset(text: str):
    assert moment_of(text) is not None


@pytest.mark.parametrize("text", ["2022-12-04T17:20:07", "2022-12-04", "", None, 7, "x" * 50, "2022-13-04T17:20:07Z"])
def test_anything_else_is_no_moment(text: object):
    assert moment_of(text) is None


def test_the_header_counts_the_requests():
    check_count(Header("m", "s", "", 2), [1, 2])
    with pytest.raises(Rejected) as rejection:
        check_count(Header("m", "s", "", 2), [1])
    assert rejection.value.code == "rjct.total_count.invalid"


def test_an_identifier_has_1_to_99_characters():
    assert [is_identifier(each) for each in ("x", "x" * 99, "", "x" * 100, "a\0b", 7, None)] == [True] * 2 + [False] * 5
