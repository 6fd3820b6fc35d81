"""Eliminations: proposing and approving that a risk is gone, through the exit gate with the measures that landed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from assistance.operations import gates, quality
from common.moments import day_of
from common.names import Name
from households.models import Case, Household
from households.operations import moves
from households.operations.moves import DECIDED, THROUGH_THE_GATE, Step
from households.rules.codes import EliminationWay
from households.rules.gate import Landed
from households.rules.procedure import Opinion
from households.workflow import Status


def propose(*, case: Case, way: EliminationWay, on: date, by: User, at: datetime, expected_version: int | None) -> Case:
    """The risk seems eliminated, by assistance or naturally: the procedure begins, with what the exit gate found.

    Conflict where the gate is shut; the sentence names what would open it.
    """
    return move_all(steps=[Step(case, Status.ELIMINATION_PROPOSED, on, by, at, expected_version, way=way)])[0]


def approve(
    *,
    case: Case,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
    way: EliminationWay | None = None,
    record: Opinion | None = None,
) -> Case:
    """The county found the risk eliminated (DOMAIN §3.4), in the way that was proposed where none is given.

    Conflict where something that let the household pass at the proposal no longer holds.
    """
    step = Step(case, Status.ELIMINATED, on, by, at, expected_version, way=way, record=record)
    return move_all(steps=[step])[0]


def move_all(*, steps: Sequence[Step]) -> list[Case]:
    """Take steps of any kind, all or none, with what is known of help where the exit gate or a decision asks for it."""
    gated = {step.case.pk for step in steps if step.to in THROUGH_THE_GATE}
    last = max((step.on for step in steps if step.to in THROUGH_THE_GATE), default=None)
    measures = gates.landed(cases=gated, on=last) if last else {}
    faults = _faults([step for step in steps if step.to in DECIDED])
    return moves.move_all(steps=[_informed(step, measures, faults) for step in steps])


def _informed(step: Step, measures: Mapping[UUID, Sequence[Landed]], faults: Mapping[UUID, Sequence[Name]]) -> Step:
    if step.to in THROUGH_THE_GATE:
        step = replace(step, measures=tuple(measures.get(step.case.pk, ())))
    return replace(step, faults=tuple(faults.get(step.case.household_id, ()))) if step.to in DECIDED else step


def _faults(deciding: Sequence[Step]) -> dict[UUID, list[Name]]:
    """What blocks the decisions by the rules about help, as they find it on the latest day."""
    if not deciding:
        return {}
    homes = Household.objects.in_bulk({step.case.household_id for step in deciding})
    return quality.blocking_of_help(households=list(homes.values()), on=max(day_of(step.at) for step in deciding))
