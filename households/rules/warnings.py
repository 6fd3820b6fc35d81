"""Warnings: what in the records of a household proposes a clue, why, and on which evidence; a person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from common.names import Name
from common.numbers import written
from households.rules.codes import HouseholdType, Risk
from households.rules.conditions import Condition
from households.rules.quality.facts import CheckFacts, SurveyFacts, lacks_insurance
from households.workflow import UNDER_IDENTIFICATION, UNDER_MONITORING, Status

Facts = dict[str, Any]
# The item of a checklist that asks whether a disaster or an accident has struck (DOMAIN §5).
DISASTER_ITEM = "disaster_accident"


class Cause(StrEnum):
    """Why a clue is proposed: the standards of kind "warning", by their codes."""

    INCOME_BELOW_LINE = "income_below_line"
    SELF_PAID = "self_paid"
    LOST_JOB = "lost_job"
    DROPOUT = "dropout"
    UNINSURED = "uninsured"
    UNSAFE_HOUSING = "unsafe_housing"
    UNSAFE_WATER = "unsafe_water"
    DISASTER = "disaster"


CAUSES: dict[Cause, Name] = {
    Cause.INCOME_BELOW_LINE: Name("收入低于监测范围", "income below the line"),
    Cause.SELF_PAID: Name("大额自付支出", "large self-paid spending"),
    Cause.LOST_JOB: Name("失去工作", "lost job"),
    Cause.DROPOUT: Name("失学辍学", "child out of school"),
    Cause.UNINSURED: Name("未参加医保", "without medical insurance"),
    Cause.UNSAFE_HOUSING: Name("住房不安全", "unsafe housing"),
    Cause.UNSAFE_WATER: Name("饮水不安全", "unsafe drinking water"),
    Cause.DISASTER: Name("受灾或意外", "disaster or accident"),
}


class ClueState(StrEnum):
    """What became of a proposed clue; one whose evidence is gone lapses by itself."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"


CLUE_STATES: dict[ClueState, Name] = {
    ClueState.OPEN: Name("待研判", "to be decided"),
    ClueState.ACCEPTED: Name("已采纳", "accepted"),
    ClueState.DISMISSED: Name("已排除", "dismissed"),
    ClueState.LAPSED: Name("已消失", "lapsed"),
}


@dataclass(frozen=True, slots=True)
class PersonSigns:
    """A member: what holds of him or her since a day, and what held before; None while nothing is recorded."""

    key: UUID
    since: date | None = None
    now: Condition | None = None
    before: Condition | None = None


@dataclass(frozen=True, slots=True)
class HomeSigns:
    """What the rules know of a household on a day: the latest survey and check, its members, its case and its risks.

    `line`: the monitoring line of that day in yuan; `struck_on`: the day of the latest visit, if it found a disaster.
    """

    is_former_poor: bool = False
    line: Decimal | None = None
    survey: SurveyFacts | None = None
    check: CheckFacts | None = None
    people: tuple[PersonSigns, ...] = ()
    struck_on: date | None = None
    status: Status | None = None
    risks: frozenset[Risk] = frozenset()


@dataclass(frozen=True, slots=True)
class Sign:
    """A cause that holds, with its facts as plain JSON values."""

    cause: Cause
    facts: Facts

    @property
    def fingerprint(self) -> str:
        """The same for the same evidence, whatever the thresholds are."""
        evidence = {name: value for name, value in self.facts.items() if name not in THRESHOLDS}
        return sha256(orjson.dumps([self.cause.value, evidence], option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Rule:
    """How a cause is found in what is recorded, and the risk that it speaks of; None speaks of any."""

    risk: Risk | None
    usual_type: HouseholdType | None
    facts: Callable[[HomeSigns, Mapping[str, Any]], Facts | None]


THRESHOLDS = frozenset({"line", "limit"})
# The amounts of a sentence, in yuan.
AMOUNTS = frozenset({"net", "line", "amount", "limit"})


def signs(home: HomeSigns, settings: Mapping[str, Mapping[str, Any]]) -> Iterator[Sign]:
    """What holds of a household by the rules in use: nothing while it is being identified, and nothing of a risk for
    which it is monitored."""
    if home.status in UNDER_IDENTIFICATION:
        return
    for cause, rule in RULES.items():
        is_known = home.status in UNDER_MONITORING and (rule.risk is None or rule.risk in home.risks)
        setting = settings[cause.value]
        if setting["is_on"] and not is_known and (facts := rule.facts(home, setting)) is not None:
            yield Sign(cause, facts)


def usual_risk(cause: Cause) -> Risk:
    """The risk that a clue of this cause usually names."""
    return RULES[cause].risk or Risk.OTHER


def usual_type(cause: Cause, *, is_former_poor: bool) -> HouseholdType:
    """The type that a clue of this cause usually names."""
    return RULES[cause].usual_type or (HouseholdType.UNSTABLE if is_former_poor else HouseholdType.MARGINAL)


def sentence(cause: Cause, facts: Mapping[str, Any]) -> str:
    """Why the clue is proposed, in one sentence."""
    words = {name: written(value) if name in AMOUNTS else value for name, value in facts.items()}
    return _SENTENCES[cause]() % {"number": len(facts.get("members", ())), **words}


def _income(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    survey = home.survey
    if survey is None or home.line is None or survey.net_per_capita >= home.line:
        return None
    return {"on": survey.surveyed_on.isoformat(), "net": f"{survey.net_per_capita:.2f}", "line": f"{home.line:.2f}"}


def _self_paid(home: HomeSigns, setting: Mapping[str, Any]) -> Facts | None:
    limit = Decimal(setting["former_poor" if home.is_former_poor else "other"])
    survey = home.survey
    if survey is None or survey.self_paid < limit:
        return None
    return {"on": survey.surveyed_on.isoformat(), "amount": f"{survey.self_paid:.2f}", "limit": f"{limit:.2f}"}


def _lost_job(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    return _of_people(
        home,
        lambda person: (
            person.now is not None
            and person.before is not None
            and person.before.is_working
            and person.now.work_place is not None
            and not person.now.is_working
        ),
    )


def _dropout(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    found = _of_people(home, lambda person: person.now is not None and person.now.dropout_reason is not None)
    return found or _of_check(home, "is_schooling_kept")


def _uninsured(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    found = _of_people(home, lambda person: person.now is not None and lacks_insurance(person.now))
    return found or _of_check(home, "is_everyone_insured")


def _housing(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    return _of_check(home, "is_housing_safe")


def _water(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    return _of_check(home, "is_water_safe")


def _disaster(home: HomeSigns, _setting: Mapping[str, Any]) -> Facts | None:
    return {"on": home.struck_on.isoformat()} if home.struck_on is not None else None


def _of_people(home: HomeSigns, is_hit: Callable[[PersonSigns], bool]) -> Facts | None:
    hit = [person for person in home.people if is_hit(person)]
    if not hit:
        return None
    latest = max(person.since for person in hit if person.since is not None)
    return {"on": latest.isoformat(), "members": sorted(str(person.key) for person in hit)}


def _of_check(home: HomeSigns, name: str) -> Facts | None:
    if home.check is None or getattr(home.check, name) is not False:
        return None
    return {"on": home.check.checked_on.isoformat()}


RULES: dict[Cause, Rule] = {
    Cause.INCOME_BELOW_LINE: Rule(None, None, _income),
    Cause.SELF_PAID: Rule(Risk.ILLNESS, HouseholdType.SUDDEN, _self_paid),
    Cause.LOST_JOB: Rule(Risk.UNSTABLE_WORK, None, _lost_job),
    Cause.DROPOUT: Rule(Risk.SCHOOLING, None, _dropout),
    Cause.UNINSURED: Rule(Risk.ILLNESS, None, _uninsured),
    Cause.UNSAFE_HOUSING: Rule(Risk.UNSAFE_HOUSING, None, _housing),
    Cause.UNSAFE_WATER: Rule(Risk.UNSAFE_WATER, None, _water),
    Cause.DISASTER: Rule(Risk.NATURAL_DISASTER, HouseholdType.SUDDEN, _disaster),
}
_SENTENCES: dict[Cause, Callable[[], str]] = {
    Cause.INCOME_BELOW_LINE: lambda: _(
        "The survey of %(on)s found a net income of %(net)s yuan per person; the monitoring line is %(line)s yuan."
    ),
    Cause.SELF_PAID: lambda: _(
        "The survey of %(on)s found %(amount)s yuan of self-paid spending; the limit is %(limit)s yuan a year."
    ),
    Cause.LOST_JOB: lambda: _("Since %(on)s no longer working for wages: %(number)d of the members."),
    Cause.DROPOUT: lambda: _("A child was recorded out of school on %(on)s."),
    Cause.UNINSURED: lambda: _("Somebody was recorded without medical insurance on %(on)s."),
    Cause.UNSAFE_HOUSING: lambda: _("The check of %(on)s found the housing unsafe."),
    Cause.UNSAFE_WATER: lambda: _("The check of %(on)s found the drinking water unsafe."),
    Cause.DISASTER: lambda: _("The visit of %(on)s found a disaster or an accident."),
}
