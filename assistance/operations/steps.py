"""The steps of a case as a door takes them: each by the operation whose it is."""

from __future__ import annotations

from households.models import Case
from households.operations import cases, moves
from households.operations.moves import Step
from households.workflow import Status


def take(*, step: Step) -> Case:
    """Take one step; a proposal and a decision of elimination ask the exit gate beside."""
    if step.to is Status.ELIMINATION_PROPOSED and step.way is not None:
        return cases.propose_elimination(
            case=step.case, way=step.way, on=step.on, by=step.by, at=step.at, expected_version=step.expected_version
        )
    return moves.move(step)
