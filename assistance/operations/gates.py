"""The exit gate with what assistance knows: the measures that landed for each case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from accounts.permissions import Permission
from assistance.models import Measure
from common.moments import day_of
from households import access
from households.models import Case
from households.operations import gates
from households.rules.codes import EliminationWay
from households.rules.findings import Finding
from households.rules.gate import Landed


def landed(*, cases: Iterable[UUID], on: date) -> dict[UUID, list[Landed]]:
    """The measures of each case that had landed by that day, in the order in which they did; one query."""
    found: dict[UUID, list[Landed]] = defaultdict(list)
    rows = Measure.objects.filter(case__in=list(cases), landed_on__lte=on, withdrawn_at__isnull=True)
    for key, case, category, day in rows.order_by("landed_on", "pk").values_list(
        "pk", "case_id", "category", "landed_on"
    ):
        found[case].append(Landed(str(key), category, day))
    return found


def findings(
    *, cases: Sequence[Case], on: date, by: User, at: datetime, way: EliminationWay | None = None
) -> dict[UUID, tuple[Finding, ...]]:
    """What stands between each of these cases and elimination on that day, for who may read them; ten queries."""
    desk = access.Desk()
    for case in cases:
        desk.check(by, Permission.VIEW_RECORDS, case.village_id, day_of(at), case.household_id)
    measures = landed(cases=[case.pk for case in cases], on=on)
    return gates.findings(cases=cases, on=on, measures=measures, way=way)
