"""Taking cases: clues that begin a procedure here, and cases that another system has identified."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from common.faults import standing_at
from common.fingerprints import id_taken
from common.refusals import Conflict, Invalid
from exchange.operations.bench import Bench, Decision, Made, New, Same, Taker, decided, said_otherwise
from exchange.rules.outcomes import Item
from households.models import Case, Household
from households.operations import cases, moves, takeovers
from households.operations.cases import Report
from households.operations.takeovers import TakeOver
from households.rules.admission import RiskFound, risks_found
from households.rules.codes import EliminationWay
from households.rules.procedure import TAKEN_OVER, ClueSource
from households.workflow import IN_REGISTER, OPEN, Status

Given = Report | TakeOver


def decide(items: Sequence[Item], bench: Bench) -> list[Decision]:
    """What each item would do: a case is found by key, or as the one that the household has."""
    homes = set(bench.homes_of(items))
    present = {
        home: case
        for home, held in moves.cases_of(homes).items()
        for case in held
        if Status(case.status) in OPEN | IN_REGISTER
    }
    held = bench.named_by(items, Case)
    prefetch_related_objects([*present.values(), *held.values()], "risks", "events")

    def one(item: Item) -> Decision:
        home = bench.home(item)
        key = bench.key_of(item)
        found = held.get(key) if key else present.get(home.pk)
        if found is None or (Status(found.status) not in OPEN and not item.values.get("taken_over_from") and not key):
            return New(_given(item, home, bench))
        if found.household_id != home.pk:
            raise id_taken()
        if found.household_type != item.values["household_type"]:
            raise Conflict(
                _("The household has a case of another type. Its type and risks are changed on the page of the case."),
                code="case_open",
                field="household_type",
            )
        if said := _says_otherwise(item, home, found, bench):
            raise id_taken() if item.values.get("id") else said_otherwise(said)
        return Same(_made(found))

    return [decided(one)(each) for each in items]


def create(given: Sequence[Given]) -> list[Made]:
    """Report clues, and take over what another system decided."""
    reports = {place: each for place, each in enumerate(given) if isinstance(each, Report)}
    taken = {place: each for place, each in enumerate(given) if isinstance(each, TakeOver)}
    made: dict[int, Case] = {}
    if reports:
        with standing_at(list(reports)):
            made |= zip(reports, cases.report_all(reports=list(reports.values())), strict=True)
    if taken:
        with standing_at(list(taken)):
            made |= zip(taken, takeovers.take_over_all(given=list(taken.values())), strict=True)
    return [_made(made[place]) for place in range(len(given))]


DAYS = dict.fromkeys(("reported_on", "identified_on", "occurred_on"), "on")
# A case is moved by the steps of its procedure alone: no item changes one.
CASES = Taker(decide, create, columns=DAYS | {"origin": "taken_over_from", "way": "elimination_way"})


def _made(case: Case) -> Made:
    return Made(case.pk, case.version, case.household_id)


def _says_otherwise(item: Item, home: Household, found: Case, bench: Bench) -> str:
    """The column in which the item is neither what was sent of the case, nor what the case says today."""
    given, values = _given(item, home, bench), item.values
    if given.fingerprint and found.fingerprint == given.fingerprint:
        return ""
    began = min(found.events.all(), key=lambda event: event.sequence).details
    stands = {
        "on": values["on"] if values["on"] in {found.reported_on, found.identified_on} else None,
        "source": ClueSource(began.get("source", ClueSource.INSPECTION)),
        "told": began.get("told", ""),
        "taken_over_from": began.get(TAKEN_OVER, ""),
        "is_eliminated": found.eliminated_on is not None,
        "elimination_way": EliminationWay(found.elimination_way) if found.elimination_way else None,
    }
    names = ("has_no_labour", "is_green_channel", "eliminated_on")
    stands |= {name: getattr(found, name) for name in names}
    risks = {(row.risk, row.disaster, row.remark) for row in found.risks.all()}
    said = {(each.risk.value, each.disaster.value if each.disaster else "", each.remark) for each in given.risks}
    otherwise = [name for name in stands if name in values and values[name] != stands[name]]
    return "risks" if risks != said else next(iter(otherwise), "")


def _given(item: Item, home: Household, bench: Bench) -> Given:
    values = item.values
    disaster = values.get("disaster")
    risks = risks_found(
        [risk.value for risk in values["risks"]], disaster.value if disaster else "", values.get("remark", "")
    )
    if values.get("taken_over_from"):
        return _taken_over(item, home, risks, bench)
    if values.get("is_eliminated") or values.get("eliminated_on"):
        raise Invalid(
            _("A clue cannot be eliminated already. Name the system that identified the household."),
            field="taken_over_from",
        )
    return Report(
        home,
        values["household_type"],
        risks,
        values["on"],
        bench.by,
        bench.at,
        has_no_labour=values.get("has_no_labour", False),
        source=values.get("source", ClueSource.INSPECTION),
        told=values.get("told", ""),
        is_green_channel=values.get("is_green_channel", False),
        id=values.get("id"),
    )


def _taken_over(item: Item, home: Household, risks: tuple[RiskFound, ...], bench: Bench) -> TakeOver:
    values = item.values
    is_eliminated = values.get("is_eliminated", "eliminated_on" in values)
    if is_eliminated and not values.get("eliminated_on"):
        raise Invalid(_("Give the day on which the risk was eliminated."), field="eliminated_on")
    return TakeOver(
        home,
        values["household_type"],
        risks,
        values["on"],
        values["taken_over_from"],
        bench.by,
        bench.at,
        has_no_labour=values.get("has_no_labour", False),
        eliminated_on=values.get("eliminated_on") if is_eliminated else None,
        way=values.get("elimination_way") if is_eliminated else None,
        id=values.get("id"),
    )
