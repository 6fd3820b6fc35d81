"""A body of the API that cannot be kept is refused before anything is looked for."""

import json
from io import BytesIO

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from common.json_api import DEEPEST, Sent, StrictJSON, VersionField
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


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"mode": "validate", "items": [], "mode": "commit"}', "mode"),
        (b'{"items": [{"kind": "visit", "values": {"a": 1, "b": 2, "b": 2}}]}', "b"),
        (b'{"mode": 1, "\\u006dode": 2}', "mode"),
    ],
)
def test_a_name_that_an_object_says_twice_is_refused_with_it(body, name):
    with pytest.raises(Invalid) as refused:
        read(body)
    assert (refused.value.stable_code, refused.value.field) == ("repeated_field", name)


def test_a_name_may_stand_in_as_many_objects_as_there_are():
    assert read(b'[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


def test_a_number_with_more_digits_than_any_type_holds_is_refused():
    with pytest.raises(Invalid):
        read(b"9" * 5000)


class Wish(Sent):
    """A change, and what it is based on."""

    note = serializers.CharField()
    version = VersionField(allow_null=True, default=None)


def asked(body: dict[str, object]) -> Request:
    return Request(APIRequestFactory().post("/", body, format="json"), parsers=[JSONParser()])


def test_a_body_is_read_as_its_shape_has_it():
    assert Wish.read(asked({"note": "x"})) == {"note": "x", "version": None}


@pytest.mark.parametrize("version", [0, -1, 2**31, "two"])
def test_no_version_is_less_than_one_or_more_than_its_column_holds(version):
    with pytest.raises(ValidationError) as refused:
        Wish.read(asked({"note": "x", "version": version}))
    assert set(refused.value.detail) == {"version"}
