"""The rows of lists of households and cases, and the columns that can be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from assistance.rules.categories import CATEGORIES
from common.names import Name
from common.numbers import ABSENT, fixed, grouped
from common.refusals import Invalid
from common.sheets import Cell
from households.models import Case, CaseSpan, Division, Household, IncomeSurvey, Membership
from households.rules.codes import ELIMINATION_WAYS, HOUSEHOLD_TYPES, RISKS, Relationship
from households.workflow import AWAITING_DECISION, STATUSES
from reports import household_list, pages
from reports.query import Scope

NO_CASE_NAME = Name("无个案", "no case")
YES_NAME, NO_NAME = Name("是", "yes"), Name("否", "no")
ELSEWHERE_NAME = Name("已迁往别处", "lives elsewhere now")
BELOW_NAME, ABOVE_NAME = Name("低于标准线", "below the line"), Name("不低于标准线", "not below the line")


@dataclass(frozen=True, slots=True)
class Row:
    """A household on the day of the list, with the case that the list is about, if it has one.

    `is_elsewhere`: it has moved out of the reader's places since, who is told of it only what figures count.
    """

    household: Household
    span: CaseSpan | None
    scope: Scope
    head: str = ""
    members: int = 0
    survey: IncomeSurvey | None = None
    line: Decimal | None = None
    is_elsewhere: bool = False

    @property
    def since(self) -> date | None:
        """The day since which the case stands at its step."""
        return getattr(self.span, "since", None)

    @property
    def is_waiting(self) -> bool:
        """Whether the case waits for a decision: nobody waits in monitoring, nor once the risk is eliminated."""
        return self.span is not None and self.span.status in AWAITING_DECISION

    @property
    def net(self) -> Decimal | None:
        """Net income per person of the latest survey, yuan."""
        return self.survey.net_per_capita if self.survey else None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it reads of a row, and whether it holds names of people and places ("proper"),
    numbers, money, days or text in the reader's language."""

    name: Name
    cell: Callable[[Row], Cell]
    kind: str = "text"
    needs: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell on a page: its text under the heading of its column."""

    heading: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row on a page: the household's name, which leads to its page unless `address` is "", and the other cells."""

    name: str
    address: str
    cells: tuple[ShownCell, ...]


def of_span(name: str) -> Callable[[Row], Cell]:
    """Reads a column of the case; nothing where the household has none."""
    return lambda row: getattr(row.span, name) if row.span else None


def named(name: str, names: Mapping[str, Name]) -> Callable[[Row], Cell]:
    """Reads the name of a code of the case."""
    return lambda row: str(names[code]) if row.span and (code := getattr(row.span, name)) else None


def yes_or_no(value: bool | None) -> str | None:
    """A truth in words; nothing where it is not known."""
    return None if value is None else str(YES_NAME if value else NO_NAME)


def measures(row: Row) -> Cell:
    """How many measures have landed, and in which categories."""
    if row.span is None:
        return None
    landed = Counter(row.span.landed)
    told = _(", ").join(
        f"{name} ×{landed[category]}" if landed[category] > 1 else str(name)
        for category, name in CATEGORIES.items()
        if landed[category]
    )
    return _("%(count)d (%(names)s)") % {"count": landed.total(), "names": told} if told else "0"


def village(row: Row) -> Cell:
    """The village with the divisions between it and that of the list."""
    names: list[str] = []
    above: Division | None = row.household.village
    while above is not None and (not names or len(above.code) > len(row.scope.division)):
        names.insert(0, above.name)
        above = above.parent
    return " ".join(names)


def beside(row: Row) -> Cell:
    """Where the latest survey lies against the line."""
    if row.net is None or row.line is None:
        return None
    return str(BELOW_NAME if row.net < row.line else ABOVE_NAME)


INCOME, HEADS = frozenset({"income"}), frozenset({"heads"})
COLUMNS: dict[str, Column] = {
    "head": Column(Name("户主", "Head of household"), lambda row: row.head or None, "proper", HEADS),
    "number": Column(Name("户编号", "National number"), lambda row: row.household.national_number or None, "proper"),
    "village": Column(Name("村", "Village"), village, "proper"),
    "code": Column(Name("村代码", "Village code"), lambda row: row.household.village_id, "proper"),
    "type": Column(Name("监测类型", "Type"), named("household_type", HOUSEHOLD_TYPES)),
    "status": Column(Name("状态", "Status"), lambda row: str(STATUSES[row.span.status] if row.span else NO_CASE_NAME)),
    "persons": Column(
        Name("人口", "Persons"), lambda row: row.span.persons if row.span else row.members, "number", HEADS
    ),
    "risks": Column(
        Name("风险", "Risks"),
        lambda row: _(", ").join(str(RISKS[risk]) for risk in row.span.risks) if row.span else None,
    ),
    "reported": Column(
        Name("登记日期", "Reported on"), lambda row: row.span.case.reported_on if row.span else None, "day"
    ),
    "identified": Column(Name("识别日期", "Identified on"), of_span("identified_on"), "day"),
    "eliminated": Column(Name("消除日期", "Eliminated on"), of_span("eliminated_on"), "day"),
    "way": Column(Name("消除方式", "Way of elimination"), named("elimination_way", ELIMINATION_WAYS)),
    "measures": Column(Name("已落实措施", "Landed measures"), measures),
    "since": Column(Name("本环节起始", "At this step since"), lambda row: row.since, "day"),
    "waiting": Column(
        Name("已等待天数", "Days at this step"),
        lambda row: (row.scope.as_of - row.since).days if row.since and row.is_waiting else None,
        "number",
    ),
    "no_labour": Column(
        Name("整户无劳动能力", "Whole household without labour"),
        lambda row: yes_or_no(row.span.has_no_labour if row.span else None),
    ),
    "former_poor": Column(Name("脱贫户", "Lifted out of poverty"), lambda row: yes_or_no(row.household.is_former_poor)),
    "income": Column(Name("人均纯收入（元）", "Net income per person (yuan)"), lambda row: row.net, "money", INCOME),
    "surveyed": Column(
        Name("收入核查日期", "Income surveyed on"),
        lambda row: row.survey.surveyed_on if row.survey else None,
        "day",
        INCOME,
    ),
    "line": Column(Name("监测标准（元）", "Monitoring line (yuan)"), lambda row: row.line, "money", INCOME),
    "beside": Column(Name("与标准线比较", "Against the line"), beside, "text", INCOME),
    "registered": Column(Name("建档日期", "Registered on"), lambda row: row.household.registered_on, "day"),
}
OF_HOUSEHOLDS = tuple(code for code in COLUMNS if code not in {"since", "waiting"})
OF_CASES = tuple(COLUMNS)
FIRST_OF_HOUSEHOLDS = ("head", "village", "persons", "type", "status", "risks", "measures")
FIRST_OF_CASES = ("head", "village", "persons", "type", "status", "waiting", "risks", "identified")
FIRST_OF_FIGURES = ("head", "village", "type", "status", "persons", "identified", "eliminated", "measures")
NAMED_BY = "head"


def chosen(asked: str, offered: Sequence[str], first: Sequence[str]) -> tuple[str, ...]:
    """The columns that `asked` names with commas between, in the order of the table; Invalid for an unknown one."""
    wanted = set(filter(None, asked.split(",")))
    for name in sorted(wanted - set(offered)):
        raise Invalid(
            _("There is no column “%(name)s”. Known: %(known)s.") % {"name": name, "known": ", ".join(offered)},
            code="invalid_parameter",
            field="cols",
        )
    return tuple(code for code in offered if code in wanted | {NAMED_BY}) if wanted else tuple(first)


def of_households(held: Sequence[Household], scope: Scope, wanted: Q, columns: Iterable[str]) -> list[Row]:
    """The rows of these households with the case that satisfies `wanted`; four queries at most, however many."""
    spans = household_list.case_shown(scope, [each.pk for each in held], wanted)
    return _rows([(each, spans.get(each.pk)) for each in held], scope, columns)


def of_cases(held: Sequence[CaseSpan], scope: Scope, columns: Iterable[str]) -> list[Row]:
    """The rows of these cases; four queries at most, however many."""
    cases = Case.objects.select_related("household").in_bulk([span.case_id for span in held])
    for span in held:
        span.case = cases.get(span.case_id) or Case(pk=span.case_id)
        span.household = span.case.household if span.case_id in cases else _elsewhere(span.household_id)
        span.household.village = span.village
    elsewhere = {span.household_id for span in held if span.case_id not in cases}
    return _rows([(span.household, span) for span in held], scope, columns, elsewhere)


def _elsewhere(key: UUID) -> Household:
    """All that is told of a household that has moved out of the reader's places: which it is."""
    return Household(pk=key, is_former_poor=None)


def _rows(
    held: Sequence[tuple[Household, CaseSpan | None]],
    scope: Scope,
    columns: Iterable[str],
    elsewhere: Collection[UUID] = (),
) -> list[Row]:
    needs = frozenset().union(*(COLUMNS[code].needs for code in columns))
    keys = [household.pk for household, _span in held]
    heads, sizes = _heads(keys, scope) if "heads" in needs and keys else ({}, Counter())
    surveys = _surveys(keys, scope) if "income" in needs and keys else {}
    lines = household_list.lines_in_force(scope) if "income" in needs else {}
    return [
        Row(
            household,
            span,
            scope,
            head=heads.get(household.pk, ""),
            members=sizes[household.pk],
            survey=surveys.get(household.pk),
            line=household_list.line_of(household.village_id, lines),
            is_elsewhere=household.pk in elsewhere,
        )
        for household, span in held
    ]


def _heads(keys: list[UUID], scope: Scope) -> tuple[dict[UUID, str], Counter[UUID]]:
    """Who heads each household on the day, and how many belong to it."""
    heads: dict[UUID, str] = {}
    sizes: Counter[UUID] = Counter()
    held = Membership.objects.filter(household__in=keys).as_of(scope.as_of, scope.known_at)
    for household, relationship, name in held.values_list("household_id", "relationship", "member__name"):
        sizes[household] += 1
        if relationship == Relationship.HEAD:
            heads[household] = name
    return heads, sizes


def _surveys(keys: list[UUID], scope: Scope) -> dict[UUID, IncomeSurvey]:
    """The latest survey of each household by the day."""
    made = household_list.surveys_by(scope.as_of, scope).filter(household__in=keys)
    return {survey.household_id: survey for survey in made.order_by("household", "surveyed_on", "recorded_at", "pk")}


def shown(rows: Iterable[Row], columns: Sequence[str], *, of_cases: bool = False) -> list[ShownRow]:
    """The rows as a page shows them, each leading to its household, in a list of cases to its case."""
    return [
        ShownRow(
            name=str(ELSEWHERE_NAME) if row.is_elsewhere else row.head or ABSENT,
            address="" if row.is_elsewhere else _address(row, of_cases),
            cells=tuple(
                ShownCell(str(COLUMNS[code].name), text_of(COLUMNS[code], row), COLUMNS[code].kind)
                for code in columns
                if code != NAMED_BY
            ),
        )
        for row in rows
    ]


def text_of(column: Column, row: Row) -> str:
    """A cell as text for readers; a dash where there is nothing to tell."""
    cell = column.cell(row)
    if cell is None or cell == "":
        return ABSENT
    if column.kind == "money" and isinstance(cell, Decimal):
        return fixed(cell)
    return grouped(cell) if column.kind == "number" and isinstance(cell, int) else str(cell)


def headings(columns: Iterable[str]) -> list[tuple[str, str]]:
    """The heading and the kind of each column."""
    return [(str(COLUMNS[code].name), COLUMNS[code].kind) for code in columns]


def _address(row: Row, of_cases: bool) -> str:
    if of_cases and row.span is not None:
        return f"{reverse('case', args=[row.span.case_id])}?{urlencode(pages.parameters(row.scope))}"
    return household_address(row.household.pk, row.scope)


def household_address(key: UUID, scope: Scope) -> str:
    """The page of a household in the same scope."""
    return f"{reverse('household', args=[key])}?{urlencode(pages.parameters(scope))}"
