"""What is added to the OpenAPI document after its making: problems, entity tags, and fields that may be left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PROBLEMS = {
    "400": "A parameter is unknown or cannot be read.",
    "401": "Not signed in.",
    "403": "No posting permits this.",
    "404": "No such record, or out of reach.",
    "405": "This address does not take that method.",
    "406": "Only JSON is served.",
    "429": "Too many calls of this kind in a minute; Retry-After says in how many seconds to come back.",
}
BODY_PROBLEMS = {
    "409": "It does not fit the record.",
    "415": "Only JSON is read.",
    "422": "The idempotency key was used for another call.",
}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: never changes once published."},
        "detail": {"type": "string", "description": "A sentence that says what to do."},
        "field": {"type": "string", "description": "The parameter or field at fault, where there is one."},
        "version": {"type": "integer", "description": "The version that holds now (412)."},
        "changes": {
            "type": "array",
            "description": "The last acts on the record, the latest first (412).",
            "items": {
                "type": "object",
                "properties": {
                    "at": {"type": "string", "format": "date-time"},
                    "by": {"type": "string"},
                    "action": {"type": "string"},
                    "fields": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
        "scope": {"type": "string", "description": "The scope that is missing (403)."},
        "cursor": {"type": "string", "description": "Where to go on, of a feed that was restarted."},
    },
    "example": {
        "type": "urn:shouwang:problem:unknown_parameter",
        "title": "Bad request",
        "status": 400,
        "code": "unknown_parameter",
        "detail": "Unknown parameter “colour”. Known here: as_of, count, cursor.",
        "field": "colour",
    },
}
SECONDS = {"schema": {"type": "integer", "minimum": 0}}
LIMITS = {
    "Retry-After": {**SECONDS, "description": "Seconds to wait."},
    "RateLimit-Limit": {**SECONDS, "description": "Calls of this kind a minute; in every answer."},
    "RateLimit-Remaining": {**SECONDS, "description": "Calls that are left; in every answer."},
    "RateLimit-Reset": {**SECONDS, "description": "Seconds until all are there again; in every answer."},
}
METHODS = frozenset({"get", "post", "put", "patch", "delete"})
PAGE = "Paginated"
REFERENCES = re.compile(r"#/components/schemas/(\w+)")


def complete(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """The document with everything that no single view can say of itself."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for path in result["paths"].values():
        for method, operation in path.items():
            if method in METHODS:
                describe_problems(method, operation)
                describe_tag(operation)
                describe_repeating(method, operation)
                describe_match(operation)
    for name in rows_of_lists(schemas):
        schemas[name].pop("required", None)  # `fields` may leave any of them out
    close_bodies(result["paths"], schemas)
    return result


def close_bodies(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    """What a client sends has no fields but those that are described; those of SPDCI are as its specification has
    them."""
    bodies = [
        media["schema"]
        for address, path in paths.items()
        for method, operation in path.items()
        if method in METHODS and "/registry/" not in address
        for media in operation.get("requestBody", {}).get("content", {}).values()
    ]
    waiting, closed = bodies, set[str]()
    while waiting:
        told = str(waiting.pop())
        for name in set(REFERENCES.findall(told)) - closed:
            closed.add(name)
            waiting.append(schemas[name])
            if "properties" in schemas[name]:
                schemas[name].setdefault("additionalProperties", False)


def describe_problems(method: str, operation: dict[str, Any]) -> None:
    """The problems that any operation may answer with."""
    own = operation.pop("x-problems", None)
    problem = {"schema": {"$ref": f"#/components/schemas/{own or 'Problem'}"}}
    content = {"application/json" if own else "application/problem+json": problem}
    for number, description in (PROBLEMS | (BODY_PROBLEMS if method == "post" else {})).items():
        operation["responses"].setdefault(number, {"description": description})
    operation["responses"]["429"]["headers"] = LIMITS
    for number, response in operation["responses"].items():
        if number.startswith("4") and not (own and number == "400"):
            response["content"] = content


def describe_tag(operation: dict[str, Any]) -> None:
    """Details carry an entity tag, and are not sent again to who holds them."""
    if not operation["operationId"].endswith("_retrieve") or "tokens" in operation["operationId"]:
        return
    header = {"ETag": {"schema": {"type": "string"}, "description": "Changes when anything in the answer does."}}
    operation["responses"]["200"]["headers"] = header
    operation["responses"]["304"] = {"description": "As you hold it already.", "headers": header}
    operation.setdefault("parameters", []).append(
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The entity tag of the answer that you hold.",
            "schema": {"type": "string"},
        }
    )


def describe_repeating(method: str, operation: dict[str, Any]) -> None:
    """Every POST may be repeated under a key."""
    if method != "post":
        return
    description = "Chosen by you, one a call: a call repeated under its key is answered as the first time."
    key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    operation.setdefault("parameters", []).append(
        {"name": "Idempotency-Key", "in": "header", "required": False, "description": description, "schema": key}
    )
    mark = {"schema": {"type": "string", "enum": ["true"]}, "description": "The answer was given before."}
    for number, response in operation["responses"].items():
        if number.startswith("2"):
            response.setdefault("headers", {})["Idempotency-Replayed"] = mark


def describe_match(operation: dict[str, Any]) -> None:
    """What changes a record that was read takes its tag, and tells what changed since where it is stale."""
    if "412" not in operation["responses"] or "428" not in operation["responses"]:
        return
    description = "The ETag of the record as you read it, in place of its version in the body."
    told = {"name": "If-Match", "in": "header", "required": False, "description": description}
    operation.setdefault("parameters", []).append({**told, "schema": {"type": "string"}})


def rows_of_lists(schemas: dict[str, Any]) -> list[str]:
    """Names of the schemas of which there are pages."""
    return [name.removeprefix(PAGE).removesuffix("List") for name in schemas if name.startswith(PAGE)]
