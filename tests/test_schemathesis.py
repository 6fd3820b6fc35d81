"""Whatever a client sends, the API answers as its document says, and never with a fault of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from knox.models import AuthToken
from rest_framework.test import APIClient
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from config.wsgi import application
from exchange import change_api
from tests.cast import BUREAU, World

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES") or 6)
ADDRESSES = ("households", "cases", "members", "case-events", "measures", "divisions", "indicators", "monitoring-lines")


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The application behind its WSGI door leaves the test's own transaction open, as Django's test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch) -> None:
    """A call that asks to wait for something new is refused, instead of taking half a minute."""
    monkeypatch.setattr(change_api, "MOST_SECONDS", 0)


@pytest.fixture
def token(db: None, kept_connection: None) -> str:
    """The token of a client posted to the whole city, where one case is known."""
    world = World.begin()
    world.monitored(date(2022, 4, 1))
    return AuthToken.objects.create(world[BUREAU], expiry=timedelta(days=1))[1]


DOCUMENT = SchemaGenerator().get_schema(request=None, public=True)


def schema() -> Any:
    """The document, with the application behind it."""
    made = schemathesis.openapi.from_dict(DOCUMENT)
    made.app = application
    return made


OPERATIONS = {
    operation.label: operation
    for operation in (result.ok() for result in schema().get_all_operations())
    if "/schema" not in operation.label
}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_call_finds_a_fault_or_an_answer_that_is_not_described(token: str, label: str, mode: GenerationMode):
    @given(case=OPERATIONS[label].as_strategy(mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: schemathesis.Case) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Token {token}"}
        case.call_and_validate(
            checks=[
                checks.not_a_server_error,
                openapi_checks.status_code_conformance,
                openapi_checks.content_type_conformance,
                openapi_checks.response_schema_conformance,
            ]
        )

    call()


HOSTILE = (
    "%00", "a%00b", "%ed%a0%80", "%ff%fe", "9" * 400, "-1", "1e999", "0", "%F0%9F%92%A9", "null", "[]", "%27%3B--",
    "0001-01-01", "9999-12-31", "2022-02-30", "%EF%BC%91%EF%BC%92", "NaN", "Infinity",
)  # fmt: skip


@pytest.mark.parametrize("kind", ADDRESSES)
def test_hostile_values_are_refused_and_never_a_fault(token: str, kind: str):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    for name in [each["name"] for each in DOCUMENT["paths"][f"/api/v1/{kind}"]["get"]["parameters"]]:
        for value in HOSTILE:
            answer = client.get(f"/api/v1/{kind}?{name}={value}")
            assert answer.status_code in {200, 400, 404}, (name, value, answer.content[:300])
            if answer.status_code != 200:
                assert answer.headers["Content-Type"] == "application/problem+json", (name, value)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2022-01-01T00:00:60Z"])
def test_moments_at_the_ends_of_time_are_refused(token: str, moment: str):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    for kind in ("cases", "households", "indicators"):
        answer = client.get(f"/api/v1/{kind}", {"known_at": moment})
        assert answer.status_code in {200, 400}, (kind, moment, answer.content[:300])


@pytest.mark.parametrize(
    "header",
    [
        "Basic AGE6YQ==",
        "Basic 7aCAOmE=",
        "Basic !!!",
        "Token",
        "Token \u00e9",
        "Token a b",
        "Token " + "a" * 5000,
        "Bearer x",
    ],
)
def test_credentials_that_cannot_be_read_are_refused(db: None, header: str):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get("/api/v1/divisions")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "body",
    [
        '{"document_number": "\\ud800aaaaaaaaaaaaaaaaa"}',
        '{"document_number": "\\u0000aaaaaaaaaaaaaaaaaa"}',
        "[]",
        "{",
        "1",
    ],
)
def test_bodies_that_cannot_be_read_are_refused(token: str, body: str):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    answer = client.post("/api/v1/households/search", body, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
