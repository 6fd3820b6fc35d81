"""From a published source to a complete plan of synthetic records that meets all its monitoring figures at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from demo.rules.choices import Choice, choice_of
from demo.rules.conditions import with_conditions
from demo.rules.conflicts import Unsatisfiable
from demo.rules.courses import Calendar, draw_course, draw_landing_days
from demo.rules.demands import demands_of
from demo.rules.identity import UNASSIGNED_AREAS, IdentityNumbers
from demo.rules.measures import draw_measures
from demo.rules.members import draw_members
from demo.rules.outlines import Outline, draw_outlines
from demo.rules.records import PlannedHousehold
from demo.rules.solution import solve
from demo.rules.surveys import draw_surveys
from demo.rules.visits import with_visits
from households.rules.codes import Disaster, HouseholdType, Risk
from reports.rules.sources import Source

__all__ = ["Choice", "Plan", "Unsatisfiable", "plan_records"]

_LINE = "monitoring_line_per_person_year"
# Gansu's line of 2022, for sources that print none (DOMAIN §1.2).
_USUAL_LINE = Decimal(6500)
_VILLAGERS_COMMITTEES = range(200, 400)
_REMARKS = ("家庭变故", "赡养负担重", "婚姻变故", "市场价格波动", "搬迁过渡期支出增加")
# No phone has a number of eleven digits that begins with 140: what begins so has thirteen, and is a machine's.
_NOBODYS_PHONES = "140%08d"
# Households in sudden difficulty were formerly poor or ordinary.
_FORMERLY_POOR = {HouseholdType.UNSTABLE: 1.0, HouseholdType.MARGINAL: 0.0, HouseholdType.SUDDEN: 0.35}


@dataclass(frozen=True, slots=True)
class Plan:
    """Fictitious households with everything about them, and what was chosen freely."""

    households: list[PlannedHousehold]
    choice: Choice


def plan_records(source: Source, *, villages: Sequence[str], seed: int, area: str = UNASSIGNED_AREAS[0]) -> Plan:
    """Plan records that meet every computable figure of the source on its day; the same arguments give the same plan.

    `villages`: 12-digit codes; villagers' committees (ending in 200 to 399) are preferred. `area`: the first six digits
    of the identity numbers, one of UNASSIGNED_AREAS.
    Raises Unsatisfiable, naming the figures, where no records can; ValueError for villages that are none.
    """
    demands = demands_of(source)
    if not demands:
        raise Unsatisfiable.without_figures(source.id)
    places = _places(villages)
    solution = solve(demands, period_start=source.period_start, as_of=source.as_of)
    rng = Random(seed)  # noqa: S311 (repeatable on purpose, and no secret)
    calendar = Calendar.of(period_start=source.period_start, as_of=source.as_of)
    line = _line(source)
    numbers = IdentityNumbers(area)
    weights = [0.3 + rng.random() for _ in places]
    outlines = draw_outlines(solution, rng)
    homes = rng.choices(places, weights, k=len(outlines))
    households = [
        _household(outline, home, calendar, line, numbers, rng, phone=_NOBODYS_PHONES % place)
        for place, (outline, home) in enumerate(zip(outlines, homes, strict=True))
    ]
    # A stream of its own: what members are like leaves every other draw as it is.
    aside = Random(f"{seed} conditions")  # noqa: S311 (repeatable on purpose, and no secret)
    told = [with_conditions(each, as_of=source.as_of, rng=aside) for each in households]
    afar = Random(f"{seed} visits")  # noqa: S311 (as above: visits leave every other draw as it is)
    visited = [with_visits(each, as_of=source.as_of, rng=afar) for each in told]
    return Plan(visited, choice_of(solution))


def _household(
    outline: Outline,
    village: str,
    calendar: Calendar,
    line: Decimal,
    numbers: IdentityNumbers,
    rng: Random,
    *,
    phone: str,
) -> PlannedHousehold:
    course = draw_course(outline, calendar, rng)
    members = draw_members(
        outline, reported=course.reported_on.toordinal(), as_of=calendar.as_of, numbers=numbers, rng=rng
    )
    days = draw_landing_days(course, len(outline.categories), calendar, rng)
    return PlannedHousehold(
        village=village,
        household_type=outline.household_type,
        is_former_poor=rng.random() < _FORMERLY_POOR[outline.household_type],
        has_no_labour=outline.has_no_labour,
        risks=tuple(outline.risks),
        risk_remark=rng.choice(_REMARKS) if Risk.OTHER in outline.risks else "",
        disaster=rng.choice(list(Disaster)) if Risk.NATURAL_DISASTER in outline.risks else None,
        members=members,
        reported_on=course.reported_on,
        verified_on=course.verified_on,
        reviewed_on=course.reviewed_on,
        identified_on=course.identified_on,
        elimination_proposed_on=course.elimination_proposed_on,
        eliminated_on=course.eliminated_on,
        way=course.way,
        measures=draw_measures(outline.categories, days, members, rng, outline.risks),
        surveys=draw_surveys(outline, course, line, rng),
        phone=phone,
    )


def _places(villages: Sequence[str]) -> list[str]:
    """The villages to spread over: villagers' committees, or all where there are none."""
    strange = [code for code in villages if len(code) != 12 or not (code.isascii() and code.isdigit())]
    if strange or not villages:
        raise ValueError(
            f"{strange[0]} is not a 12-digit village code: give the codes of the division's villages."
            if strange
            else "The division has no villages to put households in: import its divisions first."
        )
    unique = sorted(set(villages))
    return [code for code in unique if int(code[-3:]) in _VILLAGERS_COMMITTEES] or unique


def _line(source: Source) -> Decimal:
    """The monitoring line in yuan per person and year."""
    line = source.parameters.get(_LINE)
    return Decimal(line.numerator) / Decimal(line.denominator) if line else _USUAL_LINE
