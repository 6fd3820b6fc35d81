"""A registered sender of social-registry messages, and the specification that every answer is held against."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ClientSystem
from accounts.operations import clients
from accounts.permissions import ApiScope
from common.crypto import decrypt
from households.models import Case
from tests.cast import BUREAU, ZHOU, World

DOCUMENT = yaml.safe_load((Path(__file__).parent / "social_api_v1.0.0.yaml").read_text(encoding="utf-8"))
APRIL = date(2022, 4, 1)
BASE = "https://bureau.example/spdci"
SEED = base64.b64encode(bytes(range(32))).decode()
PUBLIC = base64.b64encode(
    Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
).decode()


@cache
def validator(pointer: str) -> jsonschema.Draft202012Validator:
    """Of one schema of the specification."""
    return jsonschema.Draft202012Validator({**DOCUMENT, "$ref": f"#{pointer}"})


def holds(path: str, answer: Any) -> Any:
    """The answer's JSON, held against what the specification says of the address."""
    told = answer.json()
    code = str(answer.status_code) if answer.status_code in (401, 403, 500) else "default"
    place = f"/paths/{path.replace('/', '~1')}/post/responses/{code}"
    found = DOCUMENT["paths"][path]["post"]["responses"][code]
    place = found["$ref"].removeprefix("#") if "$ref" in found else place
    validator(f"{place}/content/application~1json/schema").validate(told)
    return told


def sent_back(path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message that we send, held against what the specification says that address takes."""
    place = f"/paths/{path.replace('/', '~1')}/post/requestBody/content/application~1json/schema"
    validator(place).validate(body)
    return body


def registered_world() -> World:
    """Places, a cast, and a registered system of the bureau with an address to call back at."""
    world = World.begin()
    clients.register(user=world[BUREAU], scopes=[ApiScope.RECORDS_READ], by=world[ZHOU], at=timezone.now())
    ClientSystem.objects.update(callbacks=[BASE])
    return world


def by_secret(world: World) -> APIClient:
    """Signs in by a token of the system."""
    system = ClientSystem.objects.get(user=world[BUREAU])
    secret = clients.rotate(client=system, by=world[ZHOU], at=timezone.now())
    wish = {"grant_type": "client_credentials", "client_id": BUREAU, "client_secret": secret}
    token = APIClient().post("/oauth2/token", wish, format="multipart").json()["access_token"]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def number_of(case: Case) -> str:
    """The document number of the head of the household."""
    return decrypt(case.household.memberships.get(relationship="head").member.document_token)


def now() -> str:
    return timezone.now().isoformat()


numbers = iter(range(10**6))


def header(verb: str, count: int = 1, **changed: Any) -> dict[str, Any]:
    told = {
        "version": "1.0.0",
        "message_id": f"m-{next(numbers)}",
        "message_ts": now(),
        "action": verb,
        "sender_id": BUREAU,
        "receiver_id": "shouwang",
        "total_count": count,
    } | changed
    return {name: value for name, value in told.items() if value is not None}


def searching(query: Any, query_type: str = "predicate", **criteria: Any) -> dict[str, Any]:
    """One request of a search."""
    wanted = {"query_type": query_type, "query": query, "reg_record_type": "Group", **criteria}
    return {"reference_id": f"r-{next(numbers)}", "timestamp": now(), "search_criteria": wanted, "locale": "zho"}


def is_(attribute: str, value: Any, operator: str = "eq") -> dict[str, Any]:
    return {"attribute_name": attribute, "operator": operator, "attribute_value": value}


def search(client: APIClient, *requests: Any, path: str = "sync/search", head: Any = None, **message: Any) -> Any:
    """The answer to a search."""
    body = {
        "signature": "",
        "header": head or header("search", len(requests)),
        "message": {"transaction_id": "t-1", "search_request": list(requests), **message},
    }
    return client.post(f"/api/v1/registry/{path}", body)


def one(client: APIClient, request: Any) -> dict[str, Any]:
    """The response to a single synchronous request, held against the specification."""
    answer = search(client, request)
    assert answer.status_code == 200, answer.content
    (told,) = holds("/registry/sync/search", answer)["message"]["search_response"]
    return told


def found(client: APIClient, query: Any, query_type: str = "predicate", **criteria: Any) -> list[str]:
    """The keys of the records that are found."""
    told = one(client, searching(query, query_type, **criteria))
    assert told["status"] == "succ", told
    return [each["@id"].removeprefix("urn:uuid:") for each in told["data"]["reg_records"]]


MONITORED = [{"expression1": is_("status", "monitored")}]
