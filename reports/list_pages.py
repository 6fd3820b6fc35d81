"""What the pages of lists share: an address that holds the whole state, a filter bar, columns and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.names import Name
from common.numbers import grouped
from common.refusals import Invalid
from reports import list_rows, listing, pages
from reports.forms import SCOPE
from reports.list_rows import COLUMNS, Row
from reports.listing import Order
from reports.query import Scope

MOVES = frozenset({"cursor", "count"})
OWN = MOVES | {"cols", "sort"}
# Filters that are chosen by links alone, and have no field in the bar.
LINKED = frozenset({"indicator", "household", "waiting_since"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick: its value in the address, its name, and whether it is picked."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A filter in the bar."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, with the address of the list without it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in one state: its rows before they are cut into pages, how rows are made, and what may be chosen.

    `filters` are the values that are set; `fields` names every filter with its choices (none: free text).
    """

    name: str
    scope: Scope
    path: str
    asked: Mapping[str, str]
    rows: QuerySet[Any]
    made: Callable[[Sequence[Any], Scope, Sequence[str]], list[Row]]
    orders: Mapping[str, Order]
    offered: Sequence[str]
    first: Sequence[str]
    fields: Mapping[str, tuple[Name, Mapping[str, Name]]]

    @property
    def order(self) -> Order:
        """The order that is asked for."""
        return listing.order_asked(self.asked.get("sort", ""), self.orders)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are asked for."""
        return list_rows.chosen(self.asked.get("cols", ""), self.offered, self.first)

    @property
    def held(self) -> dict[str, str]:
        """What every address of the list carries: scope, filters, columns and order."""
        kept = [name for name in (*self.fields, "cols", "sort") if self.asked.get(name)]
        return pages.parameters(self.scope) | {name: self.asked[name] for name in kept}

    @property
    def linked(self) -> dict[str, str]:
        """The filters that are set and that the bar cannot show; it carries them on."""
        return {name: self.asked[name] for name in self.fields if name in LINKED and self.asked.get(name)}

    def address(self, *, without: str = "", **changes: str) -> str:
        """The list in another state."""
        held = {name: value for name, value in self.held.items() if name != without}
        return f"{self.path}?{urlencode(held | changes)}"


def address_of(name: str, scope: Scope, **asked: str) -> str:
    """The list `name` in a scope, narrowed by what is asked and nothing else."""
    return f"{reverse(name)}?{urlencode(pages.parameters(scope) | asked)}"


def context(listed: Listed) -> dict[str, Any]:
    """All that the template of a list shows."""
    asked, columns = listed.asked, listed.columns
    page = listing.page(listed.rows, listed.order, cursor=asked.get("cursor", ""))
    rows = listed.made(page.rows, listed.scope, columns)
    total = _total(listed, page)
    return {
        "scope": listed.scope,
        "listed": listed,
        "headings": list_rows.headings(columns),
        "records": rows,
        "rows": list_rows.shown(rows, columns, of_cases=listed.name == "cases"),
        "total": "" if total is None else grouped(total),
        "total_number": total or 0,
        "count_address": listed.address(count="true"),
        "next_address": listed.address(cursor=page.after) if page.after else "",
        "previous_address": listed.address(cursor=page.before) if page.before else "",
        "first_address": listed.address(),
        "is_later_page": bool(asked.get("cursor")),
        "fields": [
            _field(listed, name) for name, (_label, names) in listed.fields.items() if names and name not in LINKED
        ],
        "chips": chips(listed),
        "columns": [
            Choice(code, str(COLUMNS[code].name), code in columns)
            for code in listed.offered
            if code != list_rows.NAMED_BY
        ],
        "orders": [Choice(name, str(order.name), order is listed.order) for name, order in listed.orders.items()],
    }


def chips(listed: Listed) -> list[Chip]:
    """The filters that are set, each with the way to the list without it."""
    return [
        Chip(_("%(name)s: %(value)s") % {"name": label, "value": names.get(value, value)}, listed.address(without=name))
        for name, (label, names) in listed.fields.items()
        if (value := listed.asked.get(name))
    ]


def to_address(request: HttpRequest, fields: Mapping[str, Any], first: Sequence[str]) -> HttpResponse:
    """From a filter bar that was sent to the address of the list in that state, without what says nothing."""
    sent = request.POST
    kept = {name: sent[name].strip() for name in (*SCOPE, *fields, "sort") if sent.get(name, "").strip()}
    if kept.get("period_start", "") > kept.get("as_of", "~"):
        del kept["period_start"]
    columns = [list_rows.NAMED_BY, *sent.getlist("cols")]
    if set(columns) not in ({list_rows.NAMED_BY}, set(first)):
        kept["cols"] = ",".join(columns[1:])
    return HttpResponseRedirect(f"{request.path}?{urlencode(kept)}", status=303)


def _total(listed: Listed, page: listing.Page) -> int | None:
    """How many rows the list has, where that is known without counting or was asked for."""
    wish = listed.asked.get("count") or "false"
    if wish not in {"true", "false"}:
        raise Invalid(_("Write count=true or count=false."), code="invalid_parameter", field="count")
    if page.is_whole:
        return len(page.rows)
    return listed.rows.order_by().count() if wish == "true" else None


def _field(listed: Listed, name: str) -> Field:
    label, names = listed.fields[name]
    value = listed.asked.get(name, "")
    return Field(name, str(label), tuple(Choice(code, str(each), code == value) for code, each in names.items()))
