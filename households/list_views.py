"""What lists by a moment or by a name share: the page that the address asks for, and the addresses around it."""

from __future__ import annotations

from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Prefetch, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils import timezone
from django_filters import FilterSet

from accounts.permissions import Permission
from common.filters import refusal_of
from common.keyset import Order, Position, cut, decode, encode, page_of
from common.moments import day_of
from households.access import division_for
from households.api import code_asked
from households.models import Division, Membership
from households.rules.codes import Relationship

ROWS_A_PAGE = 50
# The head of the household that a row is about, whose name stands for it.
HEADS = Prefetch(
    "household__memberships",
    Membership.objects.filter(relationship=Relationship.HEAD, left_on__isnull=True).select_related("member"),
    "heads",
)


def list_told(
    request: HttpRequest, rows: Any, filter_set: type[FilterSet], moment: str, **first: str
) -> tuple[QuerySet[Any], dict[str, Any]]:
    """The rows of the division that the address names, and what its list shows of them, the latest `moment` first.

    `first` narrows the list where the address says nothing. Invalid for a filter that cannot be read.
    """
    asked = {**first, **request.GET.dict()}
    on = day_of(timezone.now())
    division = division_for(request.user, code_asked(asked.get("division", "")), Permission.VIEW_RECORDS, on)
    under = rows.under(division)
    filters = filter_set(asked, queryset=under)
    if not filters.is_valid():
        raise refusal_of(filters.form)
    page, pager = newest_first(request, filters.qs, moment)
    return under, {"rows": page, "division": Division.objects.get(pk=division), "asked": asked, **pager}


def newest_first(request: HttpRequest, rows: QuerySet[Any], moment: str) -> tuple[list[Any], dict[str, Any]]:
    """One page of `rows`, the latest `moment` first, with heads; and what the pager tells. Invalid for a bad cursor."""
    order = Order("newest", (moment, "id"), descending=True)
    cursor = request.GET.get("cursor", "")
    position = decode(cursor, order, rows) if cursor else None
    values = [Value(each) for each in position.values] if position else ()
    found = page_of(rows, order, values=values, backward=position is not None and position.backward)

    def keys(row: Model) -> tuple[str, str]:
        return getattr(row, moment).isoformat(), str(row.pk)

    page, before, after = cut(list(found.prefetch_related(HEADS)[: ROWS_A_PAGE + 1]), ROWS_A_PAGE, position, keys)
    return page, {
        "is_later_page": position is not None,
        "first_address": _address(request, order, None),
        "previous_address": _address(request, order, before) if before else "",
        "next_address": _address(request, order, after) if after else "",
    }


def by_name(request: HttpRequest, rows: QuerySet[Any], path: str) -> tuple[list[Any], dict[str, Any]]:
    """One page of `rows` by the unique name at `path`, after the name that the address tells; and the pager's part."""
    after = request.GET.get("after", "")
    found = list(rows.filter(**{f"{path}__gt": after}).order_by(path)[: ROWS_A_PAGE + 1])
    page, kept = found[:ROWS_A_PAGE], {name: value for name, value in request.GET.items() if name != "after"}
    name_of = attrgetter(path.replace(LOOKUP_SEP, "."))
    return page, {
        "is_later_page": bool(after),
        "first_address": f"?{urlencode(kept)}",
        "next_address": f"?{urlencode(kept | {'after': name_of(page[-1])})}" if len(found) > ROWS_A_PAGE else "",
    }


def _address(request: HttpRequest, order: Order, position: Position | None) -> str:
    asked = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    if position is not None:
        asked.append(("cursor", encode(order, position)))
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
