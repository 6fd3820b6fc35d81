"""What the API's lists and details share: rows as JSON text, pages by key, chosen fields, no unknown parameter."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import cache, partial, wraps
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rest_framework import viewsets
from rest_framework.exceptions import APIException
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from common import parameters
from common import rows as row_texts
from common.api_scopes import check_scope
from common.filters import refusal_of
from common.idempotency_api import once
from common.keyset import Order, decode, encode, order_asked
from common.match_api import tag_of, take_match
from common.rate_api import count_call, kind_of
from common.refusals import Invalid, NotFound, Refused, seen

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ROWS_A_PAGE, MOST_ROWS_A_PAGE = 50, 500
PLAIN_WISHES = frozenset({"*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"})
PAGING = ("cursor", "page_size", "count", "sort", "fields")
CHOICE = ("fields",)
WITH_OFFSET = re.compile(r":\d{2}(\.\d+)?\s*([zZ]|[+-]\d{2}(:?\d{2})?)\s*$")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class KeysetPages(BasePagination):
    """Describes the pages of a list in the OpenAPI document; `RowViewSet` makes them."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> None:
        """Nothing is paged here: see `RowViewSet.list`."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True, "example": None}
        return {
            "type": "object",
            "required": ["next", "prev", "results"],
            "properties": {
                "count": {"type": "integer", "description": "All rows; only with count=true.", "example": 1},
                "next": {**link, "description": "The page after this one; null on the last."},
                "prev": {**link, "description": "The page before this one; null on the first."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        sizes = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS_A_PAGE, "default": ROWS_A_PAGE}
        orders = [f"{sign}{name}" for name in view.orders for sign in ("", "-")]
        return [
            described("cursor", {"type": "string"}, "Where the page begins: take it from `next` or `prev`."),
            described("page_size", sizes, "Rows a page."),
            described("count", {"type": "boolean", "default": False}, "Add the number of all rows."),
            described("sort", {"type": "string", "enum": orders, "default": orders[0]}, "Order; - is from the end."),
            fields_parameter(view),
        ]


class KnownParameters(APIView):
    """A view that refuses every parameter it does not know, by name."""

    parameters: ClassVar[Collection[str]] = frozenset()
    protected: ClassVar[Mapping[str, str]] = {}  # actions on a record that was read: where the body tells its version
    rate_kind: ClassVar[str] = ""  # where calls are counted apart from those that read or write
    api_scopes: ClassVar[Mapping[str, str]] = {}  # scope of an action, or of all that `reads` or `writes`

    def known_parameters(self) -> frozenset[str]:
        """The parameters that this address understands."""
        return frozenset(self.parameters)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.query_params:
            check_parameters(request, self.known_parameters())
        if request.method in CHANGING:
            take_match(request, self.protected, getattr(self, "action", None))
        if request.method == "POST":
            self.post = once(self, request, getattr(self, "post", self.http_method_not_allowed))


class ToldViewSet(KnownParameters, viewsets.GenericViewSet[Any]):
    """Answers that are no pages of rows: each action makes its own."""

    pagination_class = None
    filter_backends = ()
    lookup_field = "id"


def check_parameters(request: Request, known: frozenset[str]) -> None:
    """Invalid where a parameter is not known, given twice, without a value (an empty filter would give too much), or
    names a moment that would have to be guessed."""
    parameters.check(request.query_params, known)
    for name, values in request.query_params.lists():
        if not values[0].strip():
            told = {"name": name}
            raise Invalid(_("“%(name)s” has no value. Leave it out.") % told, code="invalid_parameter", field=name)
    moment = request.query_params.get("known_at")
    if moment and not WITH_OFFSET.search(moment):
        # On a page it is the reader's own time; a program is not asked to guess which one is meant.
        raise Invalid(
            _("Write a moment with its offset, as 2022-09-01T18:00:00+08:00."),
            code="invalid_parameter",
            field="known_at",
        )


class RowViewSet(KnownParameters, viewsets.GenericViewSet[Any]):
    """
    A list in pages and single rows, their JSON built by PostgreSQL from `get_queryset()`.

    `serializer_class` says which fields there are and from what each is read; it never makes a row.
    """

    queryset: QuerySet[Any]
    serializer_class: type[Serializer[Any]]
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"id": ("id",)}
    pagination_class = KeysetPages
    lookup_field = "id"
    lookup_value_regex = UUID
    filterset_class: ClassVar[Any] = None
    version_path: ClassVar[str] = ""  # where the version of a protected record is read
    scope_parameters: ClassVar[Collection[str]] = frozenset()  # of lists and details alike

    @classmethod
    def as_view(cls, actions: Any = None, **told: Any) -> Any:
        """The view; lists that are asked for by token take the short way."""
        long_way = super().as_view(actions, **told)
        return short_way(cls, long_way) if (actions or {}).get("get") == "list" else long_way

    def known_parameters(self) -> frozenset[str]:
        if self.action != "list":
            return frozenset((*CHOICE, *self.scope_parameters))
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return frozenset((*PAGING, *filters, *self.scope_parameters, *self.parameters))

    def list(self, request: Request) -> HttpResponse:
        # A page of rows; without a docstring the document tells what the view says of its records.
        asked = request.query_params
        order = order_asked(asked.get("sort"), self.orders)
        shape = row_texts.Shape(tuple(self.columns().items()), order, page_size(asked.get("page_size")))
        self.prepare(request)
        with_keys = partial(self.with_keys, keys=order.keys)
        position = decode(asked["cursor"], order, with_keys(self.queryset)) if asked.get("cursor") else None
        page = row_texts.page(lambda: with_keys(self.narrowed_rows()), shape, position, key=self.key())
        counted = b'"count":%d,' % self.narrowed_rows().order_by().count() if wants_count(request) else b""
        told = ",".join(self.told(page.rows)).encode()
        after, before = links(request, order, page)
        first = self.scope_told() + counted
        return as_json(b'{%s"next":%s,"prev":%s,"results":[%s]}' % (first, after, before, told))

    def retrieve(self, request: Request, **kwargs: str) -> HttpResponse:
        self.prepare(request)
        rows = self.get_queryset().filter(**{self.lookup_field: kwargs[self.lookup_url_kwarg or self.lookup_field]})
        # Read before the row: a change between the two makes a change based on this answer stale, never unseen.
        version = rows.order_by().values_list(self.version_path, flat=True).first() if self.version_path else None
        found = row_texts.every(rows.order_by()[:1], self.columns())
        if not found:
            raise NotFound(_("There is no such record, or none of your postings reaches it."))
        body = next(iter(self.told(found))).encode()
        return with_tag(request, body, version)

    def columns(self) -> Mapping[str, Any]:
        """The fields that are asked for, each with what it is read from."""
        return chosen(row_texts.columns_of(self.serializer_class), self.request.query_params.get("fields"))

    def with_keys(self, rows: QuerySet[Any], keys: Collection[str]) -> QuerySet[Any]:
        """The rows with those keys of their order that are no columns of theirs."""
        return rows

    def prepare(self, request: Request) -> None:
        """What has to be known, and refused, before rows are looked for."""

    def key(self) -> Hashable:
        """All that the rows of the list depend on, where that is little enough to be asked for again; else None."""
        return None

    def scope_told(self) -> bytes:
        """What a page says before its rows of where and when they were read: fields of JSON, each with its comma."""
        return b""

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        """The rows as they are told; a view whose rows the database cannot finish does that here."""
        return rows

    def filter_options(self) -> dict[str, Any]:
        """What the filters of this view have to know beside the parameters."""
        return {}

    def record(self, key: str) -> Any:
        """The record of that key, within reach; NotFound where there is none."""
        return seen(self.get_queryset().filter(pk=key).first())

    def is_narrowed(self) -> bool:
        """Whether any filter is given."""
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return any(name in filters for name in self.request.query_params)

    def narrowed_rows(self) -> QuerySet[Any]:
        """The rows that the filters leave; reading the filters costs time, so only where one is given."""
        rows = self.get_queryset()
        if not self.is_narrowed():
            return rows
        filters = self.filterset_class(self.request.query_params, queryset=rows, **self.filter_options())
        if not filters.is_valid():
            raise refusal_of(filters.form)
        left: QuerySet[Any] = filters.qs
        return left


class RowsWithMore(RowViewSet, ABC):
    """Rows with fields that the view reads beside their columns; a list tells them where they are asked for."""

    beside_columns: ClassVar[Collection[str]] = ()
    are_costly: ClassVar[bool] = True

    def columns(self) -> Mapping[str, Any]:
        own, fields = own_columns(type(self)), self.request.query_params.get("fields")
        if not fields and self.action == "list" and self.are_costly:
            self.wanted = tuple(own)
            return own
        self.wanted = tuple(chosen({**own, **dict.fromkeys((*self.beside_columns, *self.more()))}, fields))
        read = {name: own[name] for name in self.wanted if name in own}
        return read if len(read) == len(self.wanted) else {**read, "id": own["id"]}

    def more(self) -> tuple[str, ...]:
        """Further fields that this answer can have."""
        return ()

    @abstractmethod
    def beside(self, keys: Collection[str], names: Collection[str]) -> dict[str, dict[str, Any]]:
        """What is told of the rows of these keys beside their columns."""

    def told(self, rows: Iterable[str]) -> Iterable[str]:
        names = [name for name in self.wanted if name in self.beside_columns or name in self.more()]
        if not names:
            return rows
        read = {row["id"]: row for row in map(orjson.loads, rows)}
        beside = self.beside(read.keys(), names)
        every = ({**row, **beside[key]} for key, row in read.items())
        return [orjson.dumps({name: row[name] for name in self.wanted}).decode() for row in every]


@cache
def own_columns(view: type[RowsWithMore]) -> Mapping[str, Any]:
    """The columns that a view's rows have themselves."""
    every = row_texts.columns_of(view.serializer_class)
    return {name: column for name, column in every.items() if name not in view.beside_columns}


def short_way(view: type[RowViewSet], long_way: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """
    A list for who signs in by token, without the framework's own dispatch, which costs as much as the page.

    Whatever is refused on the short way is refused once more, and told, on the long one.
    """
    by_token = import_string(settings.SIGN_IN_BY_TOKEN)()

    @wraps(long_way)
    def answer(request: Any, **kwargs: str) -> HttpResponseBase:
        if request.method != "GET" or request.META.get("HTTP_ACCEPT", "*/*") not in PLAIN_WISHES:
            return long_way(request, **kwargs)
        try:
            signed_in = by_token.authenticate(request)
            if signed_in is None:
                return long_way(request, **kwargs)
            made = view()
            made.action = "list"
            request.user, request.query_params = signed_in[0], request.GET
            made.request = request
            count_call(request, kind_of(made, "GET"), str(request.user.pk))
            check_scope(made, request, signed_in[1].scopes)
            if request.GET:
                check_parameters(request, made.known_parameters())
            return made.list(request)
        except (Refused, APIException):
            return long_way(request, **kwargs)

    return answer


def chosen(columns: Mapping[str, Any], asked: str | None) -> Mapping[str, Any]:
    """The columns that `fields` names, all where it names none; Invalid for one that there is not."""
    if not asked:
        return columns
    names = dict.fromkeys(asked.split(","))
    for name in names:
        if name not in columns:
            told = {"name": name, "known": ", ".join(columns)}
            raise Invalid(
                _("There is no field “%(name)s”. Known here: %(known)s.") % told, code="unknown_field", field="fields"
            )
    return {name: columns[name] for name in names}


def page_size(asked: str | None) -> int:
    """Rows a page; Invalid outside 1 to 500."""
    if not asked:
        return ROWS_A_PAGE
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= MOST_ROWS_A_PAGE):
        told = {"most": MOST_ROWS_A_PAGE}
        raise Invalid(_("A page has 1 to %(most)d rows.") % told, code="invalid_parameter", field="page_size")
    return int(asked)


def wants_count(request: Request) -> bool:
    """Whether the total was asked for; Invalid where the wish cannot be read."""
    wish = request.query_params.get("count", "false")
    if wish not in {"true", "false"}:
        raise Invalid(_("Write count=true or count=false."), code="invalid_parameter", field="count")
    return wish == "true"


def links(request: Request, order: Order, page: row_texts.Page) -> tuple[bytes, bytes]:
    """The addresses of the pages after and before this one, as JSON."""
    if page.after is None and page.before is None:
        return b"null", b"null"
    asked = urlencode([(name, value) for name, value in request.query_params.items() if name != "cursor"])
    # Put together by hand: the framework's way of completing an address costs as much as reading a tenth of the page.
    address = f"{request.scheme}://{request.get_host()}{request.path}?{asked}{'&' if asked else ''}cursor="
    after, before = (
        orjson.dumps(address + encode(order, position)) if position else b"null"
        for position in (page.after, page.before)
    )
    return after, before


def as_json(body: bytes) -> HttpResponse:
    """An answer that no other reader may keep, and its own reader only after asking whether it still holds."""
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "private, no-cache"})


def one_row(row: Model, shape: type[Serializer[Any]], finished: Callable[[str], str] = str) -> HttpResponse:
    """A row that was just written, told as its list tells it, with its tag where it counts its changes.

    `finished` does what the database cannot: it opens what is kept encrypted.
    """
    rows = type(row)._default_manager.filter(pk=row.pk).order_by()
    text = finished(*row_texts.every(rows, row_texts.columns_of(shape)))
    answer, version = as_json(text.encode()), orjson.loads(text).get("version")
    if version is not None:
        answer.headers["ETag"] = tag_of(text.encode(), version)
    return answer


def with_tag(request: Request, body: bytes, version: int | None = None) -> HttpResponse:
    """The answer with its strong entity tag, for a protected record with its version; 304 where the client holds it."""
    tag = tag_of(body, version)
    known = [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]
    answer = HttpResponse(status=304) if tag in known or "*" in known else as_json(body)
    answer.headers["ETag"] = tag
    return answer


def tagged(request: Request, value: Any) -> HttpResponse:
    """A value as JSON with its strong entity tag."""
    return with_tag(request, orjson.dumps(value))


def described(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    """A parameter of the address for the OpenAPI document."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def fields_parameter(view: Any) -> dict[str, Any]:
    """The parameter `fields` of a view, with the fields that there are."""
    names: Iterable[str] = row_texts.columns_of(view.serializer_class)
    schema = {"type": "array", "items": {"type": "string", "enum": list(names)}}
    return {**described("fields", schema, "Only these fields, by comma."), "style": "form", "explode": False}
