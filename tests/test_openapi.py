"""The OpenAPI document: valid, complete, and telling of every operation that is served."""

from __future__ import annotations

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import validate
from rest_framework.test import APIClient

from tests.cast import BUREAU, World


@pytest.fixture(scope="module")
def document() -> dict:
    """The document as it is served."""
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_valid_openapi(document: dict):
    validate_schema(document)
    validate(document)


def test_every_operation_has_a_summary_and_describes_its_problems(document: dict):
    operations = [
        (path, operation)
        for path, methods in document["paths"].items()
        if "/schema" not in path
        for operation in methods.values()
    ]
    assert len(operations) == 10
    for path, operation in operations:
        assert operation["summary"], path
        problem = operation["responses"]["400"]["content"]["application/problem+json"]["schema"]
        assert problem == {"$ref": "#/components/schemas/Problem"}


def test_what_is_answered_is_what_the_document_says(document: dict, db: None):
    world = World.begin()
    client = APIClient()
    client.force_authenticate(world[BUREAU])
    for path, methods in document["paths"].items():
        if "{" in path or "/schema" in path:
            continue
        described = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(path).json()
        if described.get("type") == "array":
            assert isinstance(answer, list), path
        else:
            named = document["components"]["schemas"][described["$ref"].rpartition("/")[2]]
            assert set(answer) <= set(named["properties"]), path
            assert set(named.get("required", ())) <= set(answer), path


def test_the_document_and_its_reader_are_served_to_who_is_signed_in(db: None):
    world = World.begin()
    client = APIClient()
    assert client.get("/api/v1/schema").status_code == 401
    client.force_login(world[BUREAU])
    assert client.get("/api/v1/schema").status_code == 200
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert b"<script>" not in page.content
