"""Relations among printed figures, checked by interval arithmetic: can what is printed be true at once?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.rules.enclosures import divides_by_zero, enclose
from reports.rules.expressions import figures_in
from reports.rules.intervals import EVERYTHING, Interval, can_hold
from reports.rules.repairs import Repair, find_repairs
from reports.rules.sources import PublishedFigure, PublishedRelation, Source


class RelationVerdict(StrEnum):
    """What can be said of a relation."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class RelationResult:
    """A relation held against the figures: the values that each side can have, and what would mend a contradiction.

    `missing` names the figures without which the relation is not computable; `divides_by_zero` tells that a divisor is
    exactly 0, so that the relation cannot hold whatever the sides are.
    """

    id: str
    says: str
    verdict: RelationVerdict
    left: Interval
    right: Interval
    repairs: tuple[Repair, ...] = ()
    missing: tuple[str, ...] = ()
    divides_by_zero: bool = False


def check_relation(
    relation: PublishedRelation, intervals: Mapping[str, Interval], printed: Mapping[str, PublishedFigure]
) -> RelationResult:
    """Check one relation; figures that truly satisfy it and were rounded to their steps are never inconsistent.

    `intervals` holds the true values that each figure can have, `printed` the figures that a repair may change.
    """
    comparison = relation.comparison
    missing = tuple(dict.fromkeys(named for named in figures_in(comparison) if named not in intervals))
    known = {**dict.fromkeys(missing, EVERYTHING), **intervals}
    left, right = enclose(comparison.left, known), enclose(comparison.right, known)
    if missing:
        return RelationResult(relation.id, relation.says, RelationVerdict.NOT_COMPUTABLE, left, right, missing=missing)
    is_undefined = divides_by_zero(comparison, known)
    if not is_undefined and can_hold(left, comparison.operator, right):
        return RelationResult(relation.id, relation.says, RelationVerdict.CONSISTENT, left, right)
    return RelationResult(
        relation.id,
        relation.says,
        RelationVerdict.INCONSISTENT,
        left,
        right,
        find_repairs(comparison, intervals, printed),
        divides_by_zero=is_undefined,
    )


def check_source(source: Source) -> tuple[RelationResult, ...]:
    """Check every relation of a source against its own printed figures, in the order of the file."""
    printed = source.printed
    intervals = {figure_id: figure.interval for figure_id, figure in printed.items()}
    return tuple(check_relation(relation, intervals, printed) for relation in source.relations)
