"""Eliminations: proposing and approving that a risk is gone, through the exit gate with the measures that landed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from accounts.models import User
from assistance.operations import gates
from households.models import Case
from households.operations import moves
from households.operations.moves import THROUGH_THE_GATE, Step
from households.rules.codes import EliminationWay
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
    """Take steps of any kind, all or none, with the landed measures for those that lead through the exit gate."""
    gated = {step.case.pk for step in steps if step.to in THROUGH_THE_GATE}
    last = max((step.on for step in steps if step.to in THROUGH_THE_GATE), default=None)
    measures = gates.landed(cases=gated, on=last) if last else {}
    return moves.move_all(
        steps=[
            replace(step, measures=tuple(measures.get(step.case.pk, ()))) if step.to in THROUGH_THE_GATE else step
            for step in steps
        ]
    )
