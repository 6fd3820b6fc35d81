"""What the exit gate finds of a case: verdicts with evidence and words, frozen with a proposal, compared later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.names import Name
from common.numbers import written
from households.rules.categories import CATEGORIES
from households.rules.codes import RISKS
from households.rules.shapes import BETWEEN
from households.rules.standards import InForce


class Verdict(StrEnum):
    """Whether a condition of elimination holds."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    WAIVED = "waived"


VERDICTS: dict[Verdict, Name] = {
    Verdict.MET: Name("已满足", "met"),
    Verdict.NOT_MET: Name("未满足", "not met"),
    Verdict.UNKNOWN: Name("尚不明确", "unknown"),
    Verdict.WAIVED: Name("已豁免", "waived"),
}
OPEN_VERDICTS = frozenset({Verdict.MET, Verdict.WAIVED})

GUARANTEES: dict[str, Name] = {
    "housing": Name("住房安全", "safe housing"),
    "schooling": Name("义务教育", "compulsory schooling"),
    "insurance": Name("基本医疗", "medical insurance"),
    "water": Name("饮水安全", "safe drinking water"),
}
# What the codes in the lists of a sentence are called.
NAMED: dict[str, Mapping[Any, Name]] = {"risks": RISKS, "guarantees": GUARANTEES, "categories": CATEGORIES}

# The amounts of a sentence, in yuan.
AMOUNTS = frozenset({"income", "line", "spent", "limit"})

# By outcome: what would satisfy the condition, or what satisfies it.
SENTENCES: dict[str, object] = {
    "income_above": _("%(income)s yuan a person on %(day)s, above the line of %(line)s, and so for %(months)s months."),
    "line_unknown": _("No monitoring line is known for this year here: ask an administrator to enter it."),
    "income_unknown": _("Survey the household's income: nothing is on record since it was identified."),
    "income_below": _(
        "Income a person must rise from %(income)s to the line of %(line)s yuan: survey it again when it has."
    ),
    "income_unsteady": _(
        "Income was below the line of %(line)s yuan on %(day)s; it counts as steady from %(until)s on "
        "if it stays above."
    ),
    "income_short": _("The surveys cover less than %(months)s months: survey a longer period, or again later."),
    "monitored_enough": _("Identified on %(day)s, at least %(months)s months ago."),
    "monitored_short": _("Wait until %(until)s, when %(months)s months have passed since the identification."),
    "not_identified": _("The household is not identified yet."),
    "risks_answered": _("Each risk has a landed measure that answers it."),
    "risks_unanswered": _("Land a measure that answers: %(risks)s. What answers it: %(categories)s."),
    "guarantees_secure": _("Housing, schooling, insurance and water were found secure."),
    "guarantees_open": _("Solve what was found wanting, and check again: %(guarantees)s."),
    "guarantees_unknown": _("Check within the last %(months)s months: %(guarantees)s."),
    "spending_controlled": _("%(spent)s yuan a year of self-paid spending, below the limit of %(limit)s."),
    "spending_large": _(
        "Self-paid spending must fall from %(spent)s to below %(limit)s yuan a year, by help or by itself: "
        "survey it again."
    ),
    "labour_there": _("Somebody in the household is able to work."),
    "labour_missing": _(
        "A household without labour keeps its security and is not marked for the time being; "
        "if somebody can work now, put that right in the case."
    ),
    "risks_gone": _("Each risk of the case was found gone, and no new one was found."),
    "risks_still_there": _("Go on until these are found gone: %(risks)s."),
    "risks_new": _("New risks were found: %(risks)s. Take them into the case and answer them."),
    "risks_unknown": _("Find out at home, within the last %(months)s months, whether these are gone: %(risks)s."),
    "survey_there": _("The income was surveyed for the elimination on %(day)s."),
    "survey_missing": _("Record an income survey made for the elimination."),
    "looked_at": _("All four were looked at on %(day)s."),
    "not_looked_at": _("Look at and record in one check: %(guarantees)s."),
    "contact_there": _("A phone number is on record."),
    "contact_missing": _("Enter the household's phone number."),
    "measures_shown": _("What was landed shows in the income."),
    "measures_not_shown": _("The income shows nothing from: %(categories)s. Correct the survey or the measure."),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The record on which a verdict rests: what kind of record, its key, and its day."""

    kind: str
    key: str
    on: date


@dataclass(frozen=True, slots=True)
class Waived:
    """Who let a condition pass, why, and on which day; `user` is the key of who did."""

    by: str
    reason: str
    on: date
    user: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition of elimination: its verdict, the records it rests on, the threshold, and the words for it.

    `outcome` and `told` make the sentence; `waiver` is set where the verdict would be another without it. `number` is
    its place among the seven, None for a check of completeness.
    """

    rule: str
    verdict: Verdict
    outcome: str
    told: Mapping[str, Any]
    evidence: tuple[Evidence, ...]
    standard: InForce
    waiver: Waived | None = None
    also: tuple[InForce, ...] = ()
    number: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether this condition lets the household pass."""
        return self.verdict in OPEN_VERDICTS

    @property
    def sentence(self) -> str:
        """What would satisfy the condition, or what satisfies it."""
        return sentence(self.outcome, self.told)


def sentence(outcome: str, told: Mapping[str, Any]) -> str:
    """The words of an outcome in the reader's language."""
    return str(SENTENCES[outcome]) % {name: _worded(name, value) for name, value in told.items()}


def frozen(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings as plain JSON, to be kept with a proposal."""
    return [
        {
            "rule": each.rule,
            "verdict": each.verdict.value,
            "outcome": each.outcome,
            "told": dict(each.told),
            "evidence": [{"kind": row.kind, "key": row.key, "on": row.on.isoformat()} for row in each.evidence],
            "standards": [_frozen_standard(standard) for standard in (each.standard, *each.also)],
            "waiver": _frozen_waiver(each.waiver),
        }
        for each in findings
    ]


def no_longer_held(then: Sequence[Mapping[str, Any]], now: Iterable[Finding]) -> list[Finding]:
    """The conditions that let the household pass when they were frozen, and do so no more."""
    passed = {each["rule"] for each in then if each["verdict"] in OPEN_VERDICTS}
    return [finding for finding in now if finding.rule in passed and not finding.is_open]


def _worded(name: str, value: Any) -> Any:
    if name in AMOUNTS:
        return written(value)
    return _named(name, value) if isinstance(value, list) else value


def _named(name: str, codes: Iterable[str]) -> str:
    return str(BETWEEN).join(str(NAMED[name][code]) for code in codes)


def _frozen_standard(standard: InForce) -> dict[str, Any]:
    return {
        "code": standard.code,
        "value": dict(standard.value),
        "source": {"zh": standard.source.zh, "en": standard.source.en},
        "is_official": standard.is_official,
        "valid_from": standard.valid_from.isoformat() if standard.valid_from else None,
        "division": standard.division,
    }


def _frozen_waiver(waiver: Waived | None) -> dict[str, str] | None:
    return {"by": waiver.by, "reason": waiver.reason, "on": waiver.on.isoformat()} if waiver else None
