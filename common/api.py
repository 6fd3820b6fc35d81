"""What the API's lists share: pages by key, a count on request, and no parameter that is not understood."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from common.refusals import Invalid

PROBLEMS = {
    "400": "A parameter is unknown or cannot be read.",
    "401": "Not signed in.",
    "403": "No posting permits this.",
    "404": "No such record, or out of reach.",
    "405": "This address does not take that method.",
    "406": "Only JSON is served.",
}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: never changes once published."},
        "detail": {"type": "string", "description": "A sentence that says what to do."},
        "field": {"type": "string", "description": "The parameter or field at fault, where there is one."},
    },
}
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def describe_problems(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Add the problems that any operation may answer with to the OpenAPI document."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result["paths"].values():
        for method, operation in path.items():
            if method in METHODS:
                for number, description in PROBLEMS.items():
                    operation["responses"].setdefault(number, {"description": description, "content": content})
    return result


class KeysetPages(CursorPagination):
    """Pages that begin after a row, so that a deep page costs what the first one does; `count=true` adds the total."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "pk"

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any] | None:
        self.total = queryset.order_by().count() if wants_count(request) else None
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        body = {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        return Response(body if self.total is None else {"count": self.total, **body})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"]["count"] = {"type": "integer", "description": "Only with count=true."}
        return described


def wants_count(request: Request) -> bool:
    """Whether the total was asked for; Invalid where the wish cannot be read."""
    wish = request.query_params.get("count", "false")
    if wish not in {"true", "false"}:
        raise Invalid(_("Write count=true or count=false."), code="invalid_parameter", field="count")
    return wish == "true"


COUNT = OpenApiParameter("count", bool, description="Add the total number of rows.")
PAGING = frozenset({"cursor", "page_size", "count", "format"})


class KnownParameters:
    """A view that refuses every parameter it does not know, by name."""

    parameters: ClassVar[Collection[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        known = {*self.parameters, *(PAGING if getattr(self, "detail", False) is False else {"format"})}
        filterset = getattr(self, "filterset_class", None)
        if filterset is not None:
            known |= set(filterset.base_filters)
        for name in request.query_params:
            if name not in known:
                told = {"name": name, "known": ", ".join(sorted(known))}
                raise Invalid(
                    _("Unknown parameter “%(name)s”. Known here: %(known)s.") % told,
                    code="unknown_parameter",
                    field=name,
                )
        for name in set(request.query_params):
            if len(request.query_params.getlist(name)) > 1:
                raise Invalid(_("“%(name)s” is given twice.") % {"name": name}, code="repeated_parameter", field=name)
