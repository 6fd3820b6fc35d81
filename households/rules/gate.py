"""The exit gate: the declared conditions under which the risk of a household counts as eliminated (DOMAIN §3.4, §3.5).

Derived from conditions published in several places, editable as standards, confirmed by no authority of Lanzhou.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from common.names import Name
from households.rules.categories import Category
from households.rules.clocks import months_after
from households.rules.codes import EliminationWay
from households.rules.findings import GUARANTEES, Evidence, Finding, Verdict, Waived
from households.rules.incomes import IncomeItems
from households.rules.standards import InForce

CENT = Decimal("0.01")
DAYS_A_YEAR = 365
# Which item of the income shows that a measure of the category brings something.
SHOWN_BY: dict[Category, str] = {
    Category.INDUSTRY: "business",
    Category.EMPLOYMENT: "wage",
    Category.PUBLIC_POST: "wage",
    Category.SOCIAL_SECURITY: "transfer",
}


class RiskState(StrEnum):
    """What was found of a risk."""

    PRESENT = "present"
    GONE = "gone"
    NEW = "new"


RISK_STATES: dict[RiskState, Name] = {
    RiskState.PRESENT: Name("仍然存在", "still there"),
    RiskState.GONE: Name("已消除", "gone"),
    RiskState.NEW: Name("新出现", "new"),
}


@dataclass(frozen=True, slots=True)
class Survey:
    """An income survey; `per_capita` in yuan."""

    key: str
    occasion: str
    surveyed_on: date
    period_from: date
    period_to: date
    per_capita: Decimal
    items: IncomeItems


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the guarantees: by name, whether each is secure; None where it was not looked at."""

    key: str
    checked_on: date
    found: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Landed:
    """A measure that landed."""

    key: str
    category: str
    landed_on: date


@dataclass(frozen=True, slots=True)
class RiskSeen:
    """What was found of a risk on a day."""

    key: str
    risk: str
    state: RiskState
    found_on: date


@dataclass(frozen=True, slots=True)
class Line:
    """The monitoring line in force, yuan per person and year."""

    key: str
    amount: Decimal
    valid_from: date


@dataclass(frozen=True, slots=True)
class GateFacts:
    """All that the gate looks at of a case on the day `on`; surveys, checks and risks seen with the latest first.

    `way` is the way of elimination that is proposed, None while nobody has proposed one.
    """

    case: str
    on: date
    risks: tuple[str, ...]
    identified_on: date | None
    is_former_poor: bool
    has_no_labour: bool
    has_phone: bool
    line: Line | None = None
    surveys: tuple[Survey, ...] = ()
    checks: tuple[Check, ...] = ()
    measures: tuple[Landed, ...] = ()
    seen: tuple[RiskSeen, ...] = ()
    way: EliminationWay | None = None

    @property
    def surveys_since(self) -> tuple[Survey, ...]:
        """The surveys of the time under monitoring: those that led to the identification tell nothing of its end."""
        return tuple(each for each in self.surveys if each.occasion != "identification" and self._is_since(each))

    def _is_since(self, survey: Survey) -> bool:
        return self.identified_on is not None and survey.surveyed_on >= self.identified_on


class Outcome(NamedTuple):
    """What a condition found: the verdict, which words tell it with which values, and the records it rests on."""

    verdict: Verdict
    words: str
    told: dict[str, Any] = {}
    evidence: tuple[Evidence, ...] = ()


Matrix = Mapping[str, InForce]
Value = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A declared condition: its number among the seven (None for completeness), and how it is judged."""

    number: int | None
    judge: Callable[[GateFacts, Value, Matrix], Outcome]
    ways: frozenset[EliminationWay] = field(default=frozenset(EliminationWay))


def evaluate(
    facts: GateFacts, standards: Mapping[str, InForce], matrix: Matrix, waivers: Mapping[str, Waived]
) -> tuple[Finding, ...]:
    """What each condition that is in use finds, in their order; one that does not concern the way is left out."""
    return tuple(
        _judged(rule, condition, facts, standards[rule], matrix, waivers.get(rule))
        for rule, condition in CONDITIONS.items()
        if standards[rule].value["is_on"] and (facts.way is None or facts.way in condition.ways)
    )


def unmet(findings: Iterable[Finding]) -> list[Finding]:
    """The conditions that stand between the household and elimination."""
    return [finding for finding in findings if not finding.is_open]


def _judged(
    rule: str, condition: Condition, facts: GateFacts, standard: InForce, matrix: Matrix, waiver: Waived | None
) -> Finding:
    verdict, words, told, evidence = condition.judge(facts, standard.value, matrix)
    also = tuple(matrix[risk] for risk in facts.risks if risk in matrix) if rule == "risks_answered" else ()
    finding = Finding(rule, verdict, words, told, evidence, standard, also=also, number=condition.number)
    if waiver is None or finding.is_open:
        return finding
    return replace(finding, verdict=Verdict.WAIVED, waiver=waiver)


def _income(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    if facts.line is None:
        return Outcome(Verdict.UNKNOWN, "line_unknown")
    surveys, line, months = facts.surveys_since, facts.line.amount, value["months"]
    if not surveys:
        return Outcome(Verdict.UNKNOWN, "income_unknown")
    latest = surveys[0]
    told = {"income": str(latest.per_capita), "line": str(line), "day": latest.surveyed_on.isoformat()}
    rests_on = (*map(_of_survey, surveys), Evidence("monitoringline", facts.line.key, facts.line.valid_from))
    if latest.per_capita < line:
        return Outcome(Verdict.NOT_MET, "income_below", told, rests_on)
    low = next((each for each in surveys if each.per_capita < line), None)
    if low is not None and months_after(low.surveyed_on, months) > facts.on:
        until = months_after(low.surveyed_on, months).isoformat()
        return Outcome(
            Verdict.NOT_MET,
            "income_unsteady",
            {"line": str(line), "day": low.surveyed_on.isoformat(), "until": until},
            rests_on,
        )
    steady = [each for each in surveys if low is None or each.surveyed_on > low.surveyed_on]
    if not _covers(min(each.period_from for each in steady), max(each.period_to for each in steady), months):
        return Outcome(Verdict.NOT_MET, "income_short", {"months": str(months)}, rests_on)
    return Outcome(Verdict.MET, "income_above", {**told, "months": str(months)}, rests_on)


def _covers(first: date, last: date, months: int) -> bool:
    """Whether the days from `first` to `last`, both included, are that many months or more."""
    return months_after(first, months).toordinal() <= last.toordinal() + 1


def _monitored(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    if facts.identified_on is None:
        return Outcome(Verdict.NOT_MET, "not_identified")
    until = months_after(facts.identified_on, value["months"])
    told = {"day": facts.identified_on.isoformat(), "months": str(value["months"]), "until": until.isoformat()}
    rests_on = (Evidence("case", facts.case, facts.identified_on),)
    if facts.on < until:
        return Outcome(Verdict.NOT_MET, "monitored_short", told, rests_on)
    return Outcome(Verdict.MET, "monitored_enough", told, rests_on)


def _answered(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    landed = [each for each in facts.measures if each.landed_on <= facts.on]
    answers = {risk: _answers(matrix, risk) for risk in facts.risks}
    lacking = [risk for risk, any_of in answers.items() if not any(each.category in any_of for each in landed)]
    wanted = {category for risk in facts.risks for category in answers[risk]}
    rests_on = tuple(Evidence("measure", each.key, each.landed_on) for each in landed if each.category in wanted)
    if lacking:
        categories = list(dict.fromkeys(category for risk in lacking for category in answers[risk]))
        return Outcome(Verdict.NOT_MET, "risks_unanswered", {"risks": lacking, "categories": categories}, rests_on)
    return Outcome(Verdict.MET, "risks_answered", {}, rests_on)


def _answers(matrix: Matrix, risk: str) -> list[str]:
    """The categories that answer a risk; any does where the matrix says nothing of it."""
    return list(matrix[risk].value.get("any_of", ())) if risk in matrix else [each.value for each in Category]


def _guarantees(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    since = months_after(facts.on, -value["months"])
    recent = [each for each in facts.checks if each.checked_on >= since]
    latest = {name: next((each for each in recent if each.found[name] is not None), None) for name in GUARANTEES}
    rests_on = tuple(dict.fromkeys(_of_check(each) for each in latest.values() if each is not None))
    lacking = [name for name, each in latest.items() if each is not None and each.found[name] is False]
    if lacking:
        return Outcome(Verdict.NOT_MET, "guarantees_open", {"guarantees": lacking}, rests_on)
    unseen = [name for name, each in latest.items() if each is None]
    if unseen:
        told = {"guarantees": unseen, "months": str(value["months"])}
        return Outcome(Verdict.UNKNOWN, "guarantees_unknown", told, rests_on)
    return Outcome(Verdict.MET, "guarantees_secure", {}, rests_on)


def _spending(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    surveys = facts.surveys_since
    if not surveys:
        return Outcome(Verdict.UNKNOWN, "income_unknown")
    latest, limit = surveys[0], Decimal(value["former_poor" if facts.is_former_poor else "other"])
    days = (latest.period_to - latest.period_from).days + 1
    spent = latest.items.self_paid
    if days < DAYS_A_YEAR:
        spent = (spent * DAYS_A_YEAR / days).quantize(CENT, rounding=ROUND_HALF_UP)
    told = {"spent": str(spent), "limit": str(limit)}
    if spent >= limit:
        return Outcome(Verdict.NOT_MET, "spending_large", told, (_of_survey(latest),))
    return Outcome(Verdict.MET, "spending_controlled", told, (_of_survey(latest),))


def _labour(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    rests_on = (Evidence("case", facts.case, facts.identified_on or facts.on),)
    if facts.has_no_labour:
        return Outcome(Verdict.NOT_MET, "labour_missing", {}, rests_on)
    return Outcome(Verdict.MET, "labour_there", {}, rests_on)


def _risks_gone(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    months, begun = value["months"], facts.identified_on
    latest: dict[str, RiskSeen] = {}
    for each in facts.seen:
        if begun is not None and each.found_on >= begun:
            latest.setdefault(each.risk, each)
    rests_on = tuple(Evidence("riskfinding", each.key, each.found_on) for each in latest.values())
    still = [each for each in latest.values() if each.state is not RiskState.GONE]
    new = [each.risk for each in still if each.risk not in facts.risks]
    if new:
        return Outcome(Verdict.NOT_MET, "risks_new", {"risks": new}, rests_on)
    if still:
        return Outcome(Verdict.NOT_MET, "risks_still_there", {"risks": [each.risk for each in still]}, rests_on)
    since = months_after(facts.on, -months)
    unseen = [risk for risk in facts.risks if risk not in latest or latest[risk].found_on < since]
    if unseen:
        return Outcome(Verdict.UNKNOWN, "risks_unknown", {"risks": unseen, "months": str(months)}, rests_on)
    return Outcome(Verdict.MET, "risks_gone", {}, rests_on)


def _surveyed(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    made = next((each for each in facts.surveys_since if each.occasion == "elimination"), None)
    if made is None:
        return Outcome(Verdict.NOT_MET, "survey_missing")
    return Outcome(Verdict.MET, "survey_there", {"day": made.surveyed_on.isoformat()}, (_of_survey(made),))


def _looked_at(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    begun = facts.identified_on
    latest = next((each for each in facts.checks if begun is not None and each.checked_on >= begun), None)
    if latest is None:
        return Outcome(Verdict.NOT_MET, "not_looked_at", {"guarantees": list(GUARANTEES)})
    unseen = [name for name in GUARANTEES if latest.found[name] is None]
    if unseen:
        return Outcome(Verdict.NOT_MET, "not_looked_at", {"guarantees": unseen}, (_of_check(latest),))
    return Outcome(Verdict.MET, "looked_at", {"day": latest.checked_on.isoformat()}, (_of_check(latest),))


def _contact(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    if facts.has_phone:
        return Outcome(Verdict.MET, "contact_there")
    return Outcome(Verdict.NOT_MET, "contact_missing")


def _shown(facts: GateFacts, value: Value, matrix: Matrix) -> Outcome:
    surveys = facts.surveys_since
    if not surveys:
        return Outcome(Verdict.UNKNOWN, "income_unknown")
    latest = surveys[0]
    # What landed after the survey cannot show in it yet.
    landed = [each for each in facts.measures if each.landed_on <= latest.surveyed_on]
    items = {each.category: SHOWN_BY[Category(each.category)] for each in landed if each.category in SHOWN_BY}
    rests_on = (_of_survey(latest), *(Evidence("measure", e.key, e.landed_on) for e in landed if e.category in items))
    silent = sorted(category for category, item in items.items() if getattr(latest.items, item) <= 0)
    if silent:
        return Outcome(Verdict.NOT_MET, "measures_not_shown", {"categories": silent}, rests_on)
    return Outcome(Verdict.MET, "measures_shown", {}, rests_on)


def _of_survey(survey: Survey) -> Evidence:
    return Evidence("incomesurvey", survey.key, survey.surveyed_on)


def _of_check(check: Check) -> Evidence:
    return Evidence("guaranteecheck", check.key, check.checked_on)


ASSISTED = frozenset({EliminationWay.ASSISTED})
CONDITIONS: dict[str, Condition] = {
    "income_above_line": Condition(1, _income),
    "monitored_long_enough": Condition(2, _monitored, ways=ASSISTED),
    "risks_answered": Condition(3, _answered),
    "guarantees_secure": Condition(4, _guarantees),
    "spending_controlled": Condition(5, _spending),
    "has_labour": Condition(6, _labour),
    "risks_gone": Condition(7, _risks_gone),
    "income_surveyed": Condition(None, _surveyed),
    "guarantees_looked_at": Condition(None, _looked_at),
    "contact_known": Condition(None, _contact),
    "measures_in_income": Condition(None, _shown),
}
