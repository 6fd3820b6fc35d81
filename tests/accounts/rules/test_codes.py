"""Codes by time: those of RFC 6238, the slack of a clock, and each only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.codes import address, code_at, key_text, plain, step_of, step_taken

# The key and the last six of the eight digits of RFC 6238, appendix B.
KEY = b"12345678901234567890"
NOON = datetime.fromtimestamp(1111111111, UTC)  # step 37037037, whose code is 050471; the one before it 081804


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(second: int, code: str):
    assert code_at(KEY, step_of(datetime.fromtimestamp(second, UTC))) == code


@pytest.mark.parametrize(
    ("late_by", "is_taken"), [(-61, False), (-31, True), (-1, True), (0, True), (30, True), (58, True), (59, False)]
)
def test_a_clock_may_be_wrong_by_one_step_either_way(late_by: int, is_taken: bool):
    """The step of NOON lasts from 1 second before it to 29 after: one step more each way is -31 and up to 58."""
    found = step_taken(KEY, "050471", NOON + timedelta(seconds=late_by), 0)
    assert found == (37037037 if is_taken else None)


@pytest.mark.parametrize(("last_step", "found"), [(37037035, 37037036), (37037036, None), (37037037, None)])
def test_a_code_that_was_taken_and_all_before_it_are_refused(last_step: int, found: int | None):
    assert step_taken(KEY, "081804", NOON, last_step) == found


@pytest.mark.parametrize("typed", ["", "05047", "0504710", "050472", "０５０４７１", "abcdef", "\0"])
def test_what_is_no_code_is_refused(typed: str):
    assert step_taken(KEY, typed, NOON, 0) is None


def test_a_code_may_be_typed_as_it_is_read():
    assert step_taken(KEY, " 050 471 ", NOON, 0) == 37037037
    assert plain("AB2C-de3f ") == "ab2cde3f"


def test_the_app_is_told_key_name_and_product():
    told = address(KEY, "li.mei")
    assert told.startswith("otpauth://totp/Shouwang:li.mei?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in told
    assert {"digits=6", "period=30", "issuer=Shouwang", "algorithm=SHA1"} <= set(told.partition("?")[2].split("&"))
    assert key_text(KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
