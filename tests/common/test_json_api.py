"""A body of the API that cannot be kept is refused before anything is looked for."""

import json
from io import BytesIO

import pytest

from common.json_api import DEEPEST, StrictJSON
from common.refusals import Invalid


def read(body: bytes) -> object:
    return StrictJSON().parse(BytesIO(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a": "b\\u0000"}',
        b'{"a\\u0000": 1}',
        b'{"a": [["\\u0000"]]}',
        b'"\xff\xfe"',
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2),
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_cannot_be_kept_is_refused(body):
    with pytest.raises(Invalid):
        read(body)


def test_everything_else_is_read_as_it_was_meant():
    told = {"name": "张三 😀", "path": "C:\\u0000", "on": [True, None, 1.5, -(2**63)], "at": {"a": {"b": ["c"]}}}
    assert read(json.dumps(told).encode()) == told
