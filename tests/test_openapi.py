"""The OpenAPI document: valid, complete, committed, and true of what is served."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import validate
from rest_framework.test import APIClient

from accounts.models import User
from assistance.rules.categories import Category
from households.models import Clue, GuaranteeCheck, MonitoringLine
from tests.cast import BUREAU, CITY, LI, World, evening

COMMITTED = Path(__file__).parent.parent / "docs/api/openapi.yaml"
APRIL = date(2022, 4, 1)
# Lists of which the fixture makes no row.
# What is no JSON, as a file, shows no example.
JSON, WITH_EXAMPLE = "application/json", {"examples": True}
EMPTY = {
    "notices",
    "exports",
    "imports",
    "conflicts",
    "demonstrations",
    "findings",
    "member-conditions",
    "tokens",
    "webhooks",
    "webhook-messages",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as it is served."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation with its address and method, the document's own left out."""
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        if "/schema" not in path
        for method, operation in methods.items()
    ]


def test_the_document_is_valid_openapi(document: dict[str, Any]):
    validate_schema(document)
    validate(document)


def test_the_committed_document_is_what_the_code_says():
    """Write it anew with: python manage.py spectacular --fail-on-warn --file docs/api/openapi.yaml."""
    told = io.StringIO()
    call_command("spectacular", "--fail-on-warn", stdout=told)
    assert COMMITTED.read_text(encoding="utf-8").strip() == told.getvalue().strip()


def test_every_operation_has_a_summary_and_describes_its_problems(document: dict[str, Any]):
    assert len(operations(document)) == 105
    for path, _method, operation in operations(document):
        assert operation["summary"], path
        for number, response in operation["responses"].items():
            if number.startswith("4"):
                assert told_problem(path, number) == response["content"], (path, number)


def told_problem(path: str, number: str) -> dict[str, Any]:
    """How an address tells a problem: as problem details, or as the specification does whose address it is."""
    if "/registry/" not in path:
        return {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = "RegistryErrors" if number != "400" else "RegistryTold" if "/sync/" in path else "RegistryTaken"
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{told}"}}}


def test_every_answer_has_an_example(document: dict[str, Any]):
    without = [
        f"{method} {path}"
        for path, method, operation in operations(document)
        for number, response in operation["responses"].items()
        if number in {"200", "201"} and not response["content"].get(JSON, WITH_EXAMPLE).get("examples")
    ]
    assert without == []


def test_every_example_fits_its_own_description(document: dict[str, Any]):
    for path, _method, operation in operations(document):
        for number in {"200", "201"} & set(operation["responses"]):
            content = operation["responses"][number]["content"].get(JSON)
            if content is None:  # a file
                continue
            for example in content["examples"].values():
                check(document, content["schema"], example["value"], path)


@pytest.fixture
def peopled(db: None) -> tuple[APIClient, dict[str, str]]:
    """A signed-in client and the keys of one record of each kind."""
    world = World.begin()
    case = world.eliminated(APRIL, date(2022, 6, 1))
    measure = world.help(case, Category.HEALTH, date(2022, 5, 1))
    recorded: dict[str, Any] = {"recorded_at": evening(APRIL), "recorded_by": world[LI]}
    visit = world.visit(case.household, APRIL)
    check_made = GuaranteeCheck.objects.create(
        household=case.household, village_id=case.village_id, checked_on=APRIL, is_housing_safe=True, **recorded
    )
    line = MonitoringLine.objects.create(division_id=CITY, valid_from=APRIL, amount="6500.00", source="甘肃省")
    survey = case.household.income_surveys.create(
        village_id=case.village_id,
        occasion="yearly",
        surveyed_on=APRIL,
        period_from=date(2021, 1, 1),
        period_to=date(2021, 12, 31),
        household_size=3,
        wage="10000.00",
        **recorded,
    )
    clue = Clue.objects.create(
        household=case.household,
        village_id=case.village_id,
        cause="dropout",
        facts={"on": "2022-04-01"},
        proposed_at=evening(APRIL),
    )
    held = {"village_id": case.village_id, "user": world[LI], "starts_on": APRIL}
    assigned = case.household.assignments.create(**held, **recorded)
    client = APIClient()
    client.force_authenticate(User.objects.get(username=BUREAU))
    return client, {
        "assignments": str(assigned.pk),
        "cases": str(case.pk),
        "warnings": str(clue.pk),
        "visits": str(visit.pk),
        "households": str(case.household_id),
        "members": str(case.household.memberships.first().pk),
        "case-events": str(case.events.first().pk),
        "plans": str(measure.plan_id),
        "measures": str(measure.pk),
        "income-surveys": str(survey.pk),
        "guarantee-checks": str(check_made.pk),
        "monitoring-lines": str(line.pk),
        "postings": str(world[BUREAU].postings.get().pk),
        "divisions": CITY,
        "indicators": "elimination.rate",
        "reconciliations": "lanzhou-2022-09-05",
    }


def test_what_is_served_is_what_the_document_describes(document: dict[str, Any], peopled):
    client, keys = peopled
    served = set()
    for path, method, operation in operations(document):
        kind = path.removeprefix("/api/v1/").partition("/")[0]
        if method != "get" or ("{" in path and kind not in keys):
            continue
        address = path.format(id=keys.get(kind), code=keys.get(kind))
        answer = client.get(address)
        assert answer.status_code == 200, address
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        check(document, schema, answer.json(), address)
        rows = answer.json().get("results") if isinstance(answer.json(), dict) else answer.json()
        assert rows != [] or kind in EMPTY, address
        served.add(path)
    assert len(served) == 49


def check(document: dict[str, Any], schema: dict[str, Any], value: object, where: str) -> None:
    """Refuse a value that the schema does not describe, or that has a field of which the schema says nothing."""
    whole = closed({**schema, "components": document["components"]})
    try:
        jsonschema.validate(value, whole, cls=jsonschema.Draft202012Validator)
    except jsonschema.ValidationError as error:
        pytest.fail(f"{where}: {error.json_path} {error.message}")


def closed(part: Any) -> Any:
    """The schema with OpenAPI 3.0's `nullable` spelt in JSON Schema, and no property allowed that it does not name."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {name: closed(each) for name, each in part.items()}
    if "properties" in made and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def test_the_document_and_its_reader_are_served_to_who_is_signed_in(db: None):
    world = World.begin()
    client = APIClient()
    assert client.get("/api/v1/schema").status_code == 401
    client.force_login(world[BUREAU])
    assert client.get("/api/v1/schema").status_code == 200
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert b"<script>" not in page.content
