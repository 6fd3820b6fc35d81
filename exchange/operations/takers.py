"""The table of takers: for each kind of record, how its items are taken."""

from __future__ import annotations

from exchange.operations.bench import Taker
from exchange.operations.case_taker import CASES
from exchange.operations.division_taker import DIVISIONS
from exchange.operations.finding_takers import GUARANTEES, INCOMES, VISITS
from exchange.operations.household_taker import HOUSEHOLDS
from exchange.operations.measure_taker import MEASURES
from exchange.operations.member_taker import MEMBERS
from exchange.rules.kinds import KindCode

TAKERS: dict[KindCode, Taker] = {
    KindCode.DIVISION: DIVISIONS,
    KindCode.HOUSEHOLD: HOUSEHOLDS,
    KindCode.MEMBER: MEMBERS,
    KindCode.CASE: CASES,
    KindCode.INCOME: INCOMES,
    KindCode.GUARANTEES: GUARANTEES,
    KindCode.MEASURE: MEASURES,
    KindCode.VISIT: VISITS,
}
