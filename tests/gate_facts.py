"""A household that is ready for its elimination, and what the exit gate finds about it and its variations."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from households.rules.findings import Verdict, Waived
from households.rules.gate import (
    Check,
    GateFacts,
    Landed,
    Line,
    RiskSeen,
    RiskState,
    Survey,
    evaluate,
)
from households.rules.incomes import IncomeItems
from households.rules.standards import Kind, shipped

MET, NOT_MET, UNKNOWN, WAIVED = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.WAIVED
TODAY, IDENTIFIED = date(2023, 3, 1), date(2022, 3, 1)
SECURE = {"housing": True, "schooling": True, "insurance": True, "water": True}
ITEMS = IncomeItems(*(Decimal(n) for n in ("30000", "5000", "0", "2000", "1000", "0", "3000")))
# Three people: (30000 + 5000 + 2000 - 1000) / 3 = 12000.
SURVEYED = Survey("s1", "elimination", date(2023, 2, 1), date(2022, 2, 1), date(2023, 1, 31), Decimal(12000), ITEMS)
CHECKED = Check("c1", date(2023, 2, 1), SECURE)
HELPED = Landed("m1", "health", date(2022, 4, 1))
GONE = RiskSeen("r1", "illness", RiskState.GONE, date(2023, 2, 1))
READY = GateFacts(
    case="k",
    on=TODAY,
    risks=("illness",),
    identified_on=IDENTIFIED,
    is_former_poor=True,
    has_no_labour=False,
    has_phone=True,
    line=Line("l1", Decimal(7200), date(2023, 1, 1)),
    surveys=(SURVEYED,),
    checks=(CHECKED,),
    measures=(HELPED,),
    seen=(GONE,),
)


def judged(facts: GateFacts, **options: object) -> dict[str, Verdict]:
    return {each.rule: each.verdict for each in found(facts, **options)}


def found(facts: GateFacts, waivers: dict[str, Waived] | None = None, **values: object):
    standards = shipped(Kind.GATE_RULE)
    for rule, value in values.items():
        standards[rule] = replace(standards[rule], value={**standards[rule].value, **value})
    return evaluate(facts, standards, shipped(Kind.MATRIX), waivers or {})


def survey(**changed: object) -> Survey:
    return replace(SURVEYED, **changed)


def paid(amount: str) -> tuple[Survey, ...]:
    return (survey(items=replace(ITEMS, self_paid=Decimal(amount))),)


def check(**found: bool | None) -> Check:
    return replace(CHECKED, found={**SECURE, **found})
