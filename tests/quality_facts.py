"""Builders of the plain facts that rules of data quality are asked about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from households.rules.codes import Relationship, Risk, Sex
from households.rules.conditions import Condition
from households.rules.quality.facts import CaseFacts, HomeFacts, PersonFacts, SurveyFacts
from households.rules.quality.rule import Rule, Setting
from households.rules.standards import Kind, defaults
from households.workflow import Status

ON, IDENTIFIED, SURVEYED = date(2022, 9, 5), date(2021, 11, 1), date(2021, 10, 20)
HEAD, SECOND = UUID(int=1), UUID(int=2)
HOUSEHOLD, CASE = UUID(int=10), UUID(int=11)
LINE = Decimal(6500)


def person(condition: Condition | None = None, **told: Any) -> PersonFacts:
    """A man of forty who heads the household, with a document number."""
    return PersonFacts(
        **{"key": HEAD, "relationship": Relationship.HEAD, "sex": Sex.MALE, "age": 40, **told}, condition=condition
    )


def case(*risks: Risk, **told: Any) -> CaseFacts:
    """A case under monitoring."""
    return CaseFacts(
        **{"key": CASE, "status": Status.MONITORED, "risks": frozenset(risks), "identified_on": IDENTIFIED, **told}
    )


def home(*people: PersonFacts, **told: Any) -> HomeFacts:
    """A household of these people with the line of 6,500 yuan."""
    return HomeFacts(**{"key": HOUSEHOLD, "village": "620121100201", "on": ON, "people": people, "line": LINE, **told})


def survey(net_per_capita: str = "7000", **told: Any) -> SurveyFacts:
    """A survey whose amounts are none of them zero."""
    usual = {"wage": Decimal(9000), "business": Decimal(4000), "transfer": Decimal(3000), "self_paid": Decimal(2000)}
    return SurveyFacts(
        **{"surveyed_on": SURVEYED, "net_per_capita": Decimal(net_per_capita), "line": LINE, **usual, **told}
    )


def shipped(rule: Rule[Any]) -> Setting:
    """The severity and limits with which the rule ships."""
    value: Mapping[str, Any] = defaults(Kind.QUALITY)[rule.code].value
    return Setting(value["severity"], {name: Decimal(number) for name, number in value.get("limits", {}).items()})


def hits(rule: Rule[Any], facts: object) -> list[UUID | None]:
    """Whom the rule finds, with the limits that ship."""
    return list(rule.check(facts, shipped(rule).limits))
