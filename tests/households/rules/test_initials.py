"""Initials of place names as people type them."""

from __future__ import annotations

import pytest

from households.rules.initials import initials


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("永登县", "ydx"),
        ("榆中县", "yzx"),
        ("兰州新区", "lzxq"),
        ("重庆市", "cqs"),
        ("长安区", "caq"),
        ("第1社区", "d1sq"),
        ("A区(北)", "aqb"),
        ("—", ""),
        ("卡拉OK村", "klokc"),
        ("重庆路长安街A区１号", "cqlcajaqh"),
    ],
)
def test_each_syllable_gives_its_first_letter(name: str, expected: str):
    assert initials(name) == expected
