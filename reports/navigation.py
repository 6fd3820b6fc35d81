"""The frame of every page: the navigation by task, as far as the reader's postings permit, and the scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from common.moments import day_of
from common.names import Name
from households.models import Division, Posting
from reports import pages
from reports.forms import ScopeForm

# What names a row of the list that is left.
MOVES = frozenset({"cursor", "count"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation: the name of its address, and the permission that it needs somewhere, or one of `also`.

    `is_scoped`: the page takes division and days, so its link carries on those of the page that the reader leaves.
    `is_technical`: for superusers only.
    """

    code: str
    name: Name
    address: str
    permission: Permission
    is_scoped: bool = True
    is_technical: bool = False
    also: frozenset[Permission] = frozenset()

    def is_open_to(self, permitted: frozenset[Permission]) -> bool:
        """Whether one of these permissions opens the page."""
        return bool(permitted & {self.permission, *self.also})


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one reader sees it."""

    name: Name
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Task:
    """The links of one task; a task of one page goes without a name of its own."""

    code: str
    name: str
    links: tuple[Link, ...]

    @property
    def is_here(self) -> bool:
        """Whether the reader is on one of its pages."""
        return any(link.is_here for link in self.links)

    @property
    def title(self) -> str:
        """Its own name, or that of its only page."""
        return self.name or str(self.links[0].name)


TASKS: dict[str, Name] = {
    "work": Name("我的工作", "My work"),
    "overview": Name("总览", "Overview"),
    "households": Name("农户", "Households"),
    "cases": Name("个案", "Cases"),
    "reports": Name("报告", "Reports"),
    "administration": Name("管理", "Administration"),
}
# The entries of each task, in their order. A page below an entry's address belongs to the entry.
ENTRIES: dict[str, tuple[Entry, ...]] = {
    "work": (Entry("work", Name("我的工作", "My work"), "work", Permission.VIEW_RECORDS, is_scoped=False),),
    "overview": (Entry("overview", Name("总览", "Overview"), "dashboard", Permission.VIEW_FIGURES),),
    "households": (
        Entry("households", Name("农户", "Households"), "households", Permission.VIEW_RECORDS),
        Entry("visits", Name("走访", "Visits"), "visits", Permission.VIEW_RECORDS, is_scoped=False),
        Entry("conflicts", Name("冲突", "Conflicts"), "conflicts", Permission.RESOLVE_CONFLICT, is_scoped=False),
        Entry(
            "imports",
            Name("导入", "Import"),
            "imports",
            Permission.REGISTER_HOUSEHOLD,
            is_scoped=False,
            also=frozenset({Permission.TAKE_OVER_CASE, Permission.MANAGE_DIVISIONS}),
        ),
    ),
    "cases": (
        Entry("cases", Name("个案", "Cases"), "cases", Permission.VIEW_RECORDS),
        Entry("warnings", Name("预警", "Warnings"), "warnings", Permission.VIEW_RECORDS, is_scoped=False),
    ),
    "reports": (
        Entry("indicators", Name("指标", "Indicators"), "indicators", Permission.VIEW_FIGURES),
        Entry("reconciliations", Name("数据核对", "Reconciliation"), "reconciliations", Permission.VIEW_FIGURES),
        Entry("quality", Name("数据质量", "Data quality"), "quality", Permission.VIEW_RECORDS),
    ),
    "administration": (
        Entry("divisions", Name("行政区划", "Divisions"), "divisions", Permission.VIEW_FIGURES),
        Entry("standards", Name("标准", "Standards"), "standards", Permission.VIEW_FIGURES, is_scoped=False),
        Entry("lines", Name("监测范围", "Monitoring lines"), "lines", Permission.VIEW_FIGURES, is_scoped=False),
        Entry("people", Name("人员", "People"), "people", Permission.MANAGE_PEOPLE, is_scoped=False),
        Entry("clients", Name("接口系统", "Client systems"), "clients", Permission.MANAGE_PEOPLE, is_scoped=False),
        Entry(
            "technical",
            Name("技术后台", "Technical site"),
            "admin:index",
            Permission.MANAGE_PEOPLE,
            is_scoped=False,
            is_technical=True,
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Switcher:
    """The scope that the frame shows: the division with others nearby, and what the address of the page holds.

    `here` is that address; `kept` are its filters, without the scope and without the place in a list.
    """

    code: str
    name: str
    choices: tuple[Any, ...]
    here: str
    kept: tuple[tuple[str, str], ...]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For templates: the tasks of the reader, and the scope; the database is read only where a template asks."""
    return {"navigation": lambda: tasks_for(request), "switcher": cache(lambda: switcher(request))}


def switcher(request: HttpRequest) -> Switcher | None:
    """The scope of the page that is shown, None for a page without one."""
    scope = getattr(request, "scope", None)
    if scope is None:
        return None
    around = getattr(request, "surroundings", None)
    name = around.name if around else Division.objects.values_list("name", flat=True).get(pk=scope.division)
    return Switcher(
        code=scope.division,
        name=name,
        choices=around.choices if around else (),
        here=request.get_full_path(),
        kept=tuple(
            (name, value)
            for name, value in request.GET.items()
            if name not in ScopeForm.base_fields and name not in MOVES
        ),
    )


def tasks_for(request: HttpRequest) -> list[Task]:
    """What the reader of `request` may open, by task; nothing for who is not signed in."""
    # A request for a host that is not ours is refused before anyone is known.
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return []
    today = day_of(timezone.now())
    permitted = Posting.objects.permissions(request.user, today)
    scope = getattr(request, "scope", None)
    return tasks(
        permitted,
        request.path,
        pages.parameters(scope) if scope else {},
        is_superuser=request.user.is_superuser,
    )


def tasks(
    permitted: frozenset[Permission], path: str, carried: Mapping[str, str], *, is_superuser: bool = False
) -> list[Task]:
    """The tasks with the entries that `permitted` opens; links to pages with a scope carry on `carried`."""
    seen = {
        code: [entry for entry in entries if (is_superuser if entry.is_technical else entry.is_open_to(permitted))]
        for code, entries in ENTRIES.items()
    }
    here = _here([reverse(entry.address) for entries in seen.values() for entry in entries], path)
    return [
        Task(
            code,
            str(TASKS[code]) if len(entries) > 1 else "",
            tuple(_link(entry, here, carried) for entry in entries),
        )
        for code, entries in seen.items()
        if entries
    ]


def _link(entry: Entry, here: str, carried: Mapping[str, str]) -> Link:
    address = reverse(entry.address)
    query = f"?{urlencode(carried)}" if entry.is_scoped and carried else ""
    return Link(entry.name, address + query, address == here)


def _here(addresses: Sequence[str], path: str) -> str:
    """The address that `path` is or lies below, the longest if several; the lists of figures belong to the overview."""
    if path == reverse("dashboard") or path.startswith("/figures/"):
        return reverse("dashboard")
    above = [address for address in addresses if address != reverse("dashboard") and path.startswith(address)]
    return max(above, key=len, default="")
