"""Every list and figure that can leave as a file: the query that answers the API, opened for a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import orjson
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from assistance.plan_api import PlanViewSet
from common import rows as row_texts
from common.api import PAGING, RowViewSet, check_parameters
from common.keyset import order_asked
from common.names import Name
from common.refusals import Invalid
from exchange import outgoing_api
from exchange.rules.out_columns import NUMBERS, OutColumn, column_of
from households.api import CaseEventViewSet
from households.assignment_api import AssignmentViewSet
from households.condition_api import MemberConditionViewSet
from households.deadline_api import DeadlineViewSet
from reports import documents
from reports.api import SCOPE_NAMES, asked_scope
from reports.figure_api import indicators_asked, level_asked, places
from reports.figures import figures
from reports.forms import scope_of_source
from reports.query import Scope
from reports.reconciliation import reconcile
from reports.sources import by_id

ROWS_A_CHUNK = 2000
Opening = Callable[..., tuple[date, date] | None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A list that can leave as a file: its name, the view of the API that answers it, and its usual columns.

    A figure has no view: `permission` and `columns` say what the API says of it elsewhere.
    """

    code: str
    name: Name
    view: type[RowViewSet] | None
    first: tuple[str, ...]
    permission: Permission = Permission.VIEW_RECORDS

    @property
    def columns(self) -> tuple[str, ...]:
        """All its columns."""
        return tuple(row_texts.columns_of(self.view.serializer_class)) if self.view else self.first

    @property
    def number_field(self) -> str:
        """The column that holds document numbers, "" where none does."""
        return next((name for listed, name in NUMBERS if listed == self.code), "")

    @property
    def parameters(self) -> frozenset[str]:
        """What the list can be narrowed and ordered by."""
        if self.view is None:
            return SCOPE_NAMES | {"indicators", "by"} if self.code == "indicators" else SCOPE_NAMES | {"source"}
        view = self.view()
        view.action = "list"
        return (view.known_parameters() - set(PAGING)) | {"sort"}


def _offer(
    code: str,
    zh: str,
    en: str,
    view: type[RowViewSet],
    first: str = "",
    permission: Permission = Permission.VIEW_RECORDS,
) -> tuple[str, Offer]:
    columns = tuple(first.split()) or tuple(row_texts.columns_of(view.serializer_class))
    return code, Offer(code, Name(zh, en), view, columns, permission)


OFFERS: dict[str, Offer] = dict(
    (
        _offer(
            "households",
            "农户",
            "households",
            outgoing_api.HouseholdsOut,
            "id county_name township_name village village_name national_number head head_sex head_number "
            "head_birth_date address phone is_former_poor registered_on persons status household_type risks "
            "landed_measures net_per_capita",
        ),
        _offer(
            "members",
            "家庭成员",
            "members of households",
            outgoing_api.MembersOut,
            "id household_number village village_name name sex number birth_date relationship ethnicity "
            "political_status phone joined_on left_on",
        ),
        _offer(
            "cases",
            "个案",
            "cases",
            outgoing_api.CasesOut,
            "id household_number village village_name head status household_type risks persons has_no_labour "
            "reported_on identified_on eliminated_on elimination_way since waiting_days landed_measures",
        ),
        _offer("case-events", "个案过程", "histories of cases", CaseEventViewSet),
        _offer(
            "measures",
            "帮扶措施",
            "measures",
            outgoing_api.MeasuresOut,
            "id household_number village village_name category item planned_on due_on started_on landed_on ended_on "
            "state amount member_name member_number risk responsible_unit responsible evidence withdrawn_at "
            "withdrawal_reason version",
        ),
        _offer("plans", "帮扶计划", "plans", PlanViewSet),
        _offer("income-surveys", "收入调查", "income surveys", outgoing_api.IncomeSurveysOut),
        _offer("guarantee-checks", "三保障和饮水核查", "guarantee checks", outgoing_api.GuaranteeChecksOut),
        _offer("member-conditions", "成员情况", "conditions of members", MemberConditionViewSet),
        _offer(
            "visits",
            "走访",
            "visits",
            outgoing_api.VisitsOut,
            "id household_number village village_name head happened_at purpose visited_by findings next_visit_on "
            "signed_name supersedes",
        ),
        _offer("assignments", "责任人", "assignments", AssignmentViewSet),
        _offer(
            "findings",
            "数据质量问题",
            "findings of data quality",
            outgoing_api.FindingsOut,
            "id rule severity sentence household_number village village_name head member_name opened_at closed_at",
        ),
        _offer(
            "warnings",
            "预警",
            "warnings",
            outgoing_api.WarningsOut,
            "id household_number village village_name head cause facts state proposed_at decided_at decided_by reason",
        ),
        _offer(
            "conflicts",
            "冲突",
            "conflicts",
            outgoing_api.ConflictsOut,
            "id household_number village village_name head values held_by held_at sent_by sent_at device state "
            "decided_at decided_by reason",
        ),
        _offer("deadlines", "时限", "deadlines", DeadlineViewSet),
        _offer(
            "divisions",
            "行政区划",
            "divisions",
            outgoing_api.DivisionsOut,
            "code name level parent valid_from valid_to successor",
            Permission.VIEW_FIGURES,
        ),
        (
            "indicators",
            Offer(
                "indicators",
                Name("指标（分地区）", "indicators by place"),
                None,
                (
                    "division",
                    "division_name",
                    "indicator",
                    "indicator_name",
                    "unit",
                    "basis",
                    "value",
                    "numerator",
                    "denominator",
                ),
                Permission.VIEW_FIGURES,
            ),
        ),
        (
            "reconciliations",
            Offer(
                "reconciliations",
                Name("数据核对", "reconciliation"),
                None,
                (
                    "id",
                    "unit",
                    "basis",
                    "published",
                    "step",
                    "at_least",
                    "computed",
                    "verdict",
                    "overall",
                    "explanation",
                ),
                Permission.VIEW_FIGURES,
            ),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Source:
    """A list opened for one reader: where it is of, what chooses its rows, how many there are, and the rows as JSON."""

    offer: Offer
    place: str
    parameters: Mapping[str, str]
    columns: tuple[OutColumn, ...]
    count: Callable[[], int]
    chunks: Callable[[], Iterator[list[str]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for at a moment: a list, what it is narrowed by, and which columns; none for the usual ones.

    The list is read as known at that moment, unless the parameters name another one.
    """

    listed: str
    parameters: Mapping[str, str]
    at: datetime
    columns: Sequence[str] = ()
    whole_numbers: bool = False


def opened(asked: Asked, by: User, opening: Opening) -> Source:
    """The list as `by` may read it; Invalid, NotFound and NotAllowed as the API answers them."""
    offer = OFFERS.get(asked.listed)
    if offer is None:
        raise Invalid(
            _("There is no list “%(name)s”. Known: %(known)s.") % {"name": asked.listed, "known": ", ".join(OFFERS)},
            code="unknown_list",
            field="list",
        )
    names = _columns(offer, asked.columns)
    request: Any = SimpleNamespace(user=by, opening_period=opening, headers={}, query_params=_query(asked.parameters))
    request.GET = request.query_params
    check_parameters(request, offer.parameters)
    columns = tuple(column_of(offer.code, name, whole_numbers=asked.whole_numbers) for name in names)
    read = _figures if offer.view is None else _rows
    place, parameters, count, chunks = read(offer, asked, request, names)
    return Source(offer, place, parameters, columns, count, chunks)


def _columns(offer: Offer, asked: Sequence[str]) -> tuple[str, ...]:
    known = offer.columns
    for name in asked:
        if name not in known:
            told = {"name": name, "known": ", ".join(known)}
            raise Invalid(
                _("There is no field “%(name)s”. Known here: %(known)s.") % told, code="unknown_field", field="fields"
            )
    return tuple(dict.fromkeys(asked)) or offer.first


def _query(parameters: Mapping[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in parameters.items():
        query[name] = value
    return query


def _rows(offer: Offer, asked: Asked, request: Any, names: Sequence[str]) -> tuple[Any, ...]:
    view: Any = offer.view() if offer.view else None
    view.action, view.request, view.kwargs = "list", request, {}
    view.whole_numbers = asked.whole_numbers
    view.prepare(request)
    parameters = dict(asked.parameters)
    if hasattr(view, "scope"):
        if view.scope.known_at is None:
            view.scope = replace(view.scope, known_at=asked.at)
        parameters |= _told(view.scope)
        place = view.scope.division
    else:
        place = parameters["division"] = view.division
    request.query_params["fields"] = ",".join(names)
    order = order_asked(parameters.get("sort"), view.orders)

    def chunks() -> Iterator[list[str]]:
        rows = view.with_keys(view.narrowed_rows(), order.keys)
        for chunk in row_texts.in_chunks(rows, view.columns(), order, ROWS_A_CHUNK):
            yield list(view.told(chunk))

    return place, parameters, lambda: view.narrowed_rows().order_by().count(), chunks


def _figures(offer: Offer, asked: Asked, request: Any, names: Sequence[str]) -> tuple[Any, ...]:
    """Figures are few: they are read when they are asked for."""
    made = _indicators if offer.code == "indicators" else _reconciliation
    scope, every = made(asked, request)
    rows = [orjson.dumps({name: row[name] for name in names}).decode() for row in every]
    return scope.division, {**asked.parameters, **_told(scope)}, lambda: len(rows), lambda: iter([rows])


def _indicators(asked: Asked, request: Any) -> tuple[Scope, list[dict[str, Any]]]:
    scope = asked_scope(request, Permission.VIEW_FIGURES)
    scope = scope if scope.known_at else replace(scope, known_at=asked.at)
    wanted = indicators_asked(asked.parameters.get("indicators"))
    whole = {each.indicator.code: documents.figure(each)["values"] for each in figures(scope, wanted).values()}
    told = [{"division": scope.division, "name": "", "figures": whole}]
    if by := asked.parameters.get("by"):
        told += places(scope, wanted, level_asked(by, scope))
    named = {each.code: each for each in wanted}
    return scope, [
        {
            "division": place["division"],
            "division_name": place["name"],
            "indicator": code,
            "indicator_name": str(named[code].name),
            "unit": named[code].unit,
            **value,
        }
        for place in told
        for code, values in place["figures"].items()
        for value in values
    ]


def _reconciliation(asked: Asked, request: Any) -> tuple[Scope, list[dict[str, Any]]]:
    source = by_id(asked.parameters.get("source", ""))
    parameters = {name: value for name, value in asked.parameters.items() if name in SCOPE_NAMES}
    scope = scope_of_source(parameters, source=source, user=request.user, now=asked.at)
    scope = scope if scope.known_at else replace(scope, known_at=asked.at)
    told = documents.reconciliation(reconcile(source, scope))["figures"]
    return scope, [line for each in told for line in _readings(each)]


def _readings(figure: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row for each reading of a printed figure."""
    if not isinstance(figure["computed"], dict):
        yield figure
        return
    for basis, value in figure["computed"].items():
        yield {**figure, "basis": basis, "computed": value, "verdict": figure["verdict"][basis]}


def _told(scope: Scope) -> dict[str, str]:
    return {name: value for name, value in documents.scope(scope).items() if value}
