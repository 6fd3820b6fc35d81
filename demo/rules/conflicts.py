"""Published figures that no records can meet together: the smallest set that a reader has to look at."""

from __future__ import annotations

from collections.abc import Iterable

from common.names import Name
from demo.rules.demands import Demand, all_readings
from demo.rules.plausibility import MOST_HOUSEHOLDS
from demo.rules.program import NotFound
from demo.rules.register import Register
from demo.rules.traits import LARGEST_HOUSEHOLD
from households.rules.codes import MOST_RISKS

_MOST_NODES = 2000


class Unsatisfiable(ValueError):
    """No demonstration can be made from a source: `figures` conflict, `sentence` says it in both languages."""

    def __init__(self, figures: tuple[str, ...], sentence: Name) -> None:
        super().__init__(sentence.en)
        self.figures = figures
        self.sentence = sentence

    @classmethod
    def together(cls, demands: tuple[Demand, ...]) -> Unsatisfiable:
        """The demands of a smallest conflicting set: each could be met without the others."""
        listed = ", ".join(_says(demand) for demand in demands)
        several = len(demands) > 1
        zh = "同时满足这些" if several else "满足这项"
        en = "these published figures at once" if several else "this published figure"
        return cls(
            tuple(demand.figure for demand in demands),
            Name(
                f"没有任何一组记录能{zh}已公布数据：{listed}（{_limits().zh}）。请更正其中一项，或从数据源中删去。",
                f"No records can meet {en}: {listed} "
                f"({_limits().en}). "
                "Correct one of them in the source, or leave it out.",
            ),
        )

    @classmethod
    def without_figures(cls, source_id: str) -> Unsatisfiable:
        """The source prints nothing about monitored households."""
        return cls(
            (),
            Name(
                f"数据源 {source_id} 没有任何可由记录得出的监测对象数据："
                "请至少给出一项，例如 monitoring.total.households。",
                f"The source {source_id} prints no figure about monitored households that records can give: "
                "give at least one, such as monitoring.total.households.",
            ),
        )

    @classmethod
    def not_found(cls, demands: tuple[Demand, ...]) -> Unsatisfiable:
        """The search neither found records nor showed that there are none."""
        listed = ", ".join(_says(demand) for demand in demands)
        return cls(
            tuple(demand.figure for demand in demands),
            Name(
                f"未能找到同时满足以下数据的记录，也未能证明不存在：{listed}。请从数据源中删去一部分再试。",
                f"The search found no records that meet these figures, nor showed that there are none: {listed}. "
                "Leave some of them out of the source and try again.",
            ),
        )


def conflict_among(demands: tuple[Demand, ...]) -> tuple[Demand, ...]:
    """A smallest conflicting set: leave out each demand in turn, for good wherever the rest still conflicts."""
    kept = list(demands)
    for demand in _least_telling_first(demands):
        rest = [other for other in kept if other is not demand]
        if not _may_hold(tuple(rest)):
            kept = rest
    return tuple(kept)


def _least_telling_first(demands: tuple[Demand, ...]) -> Iterable[Demand]:
    """Later figures first, so that the totals, which sources print first, stay in the explanation."""
    return reversed(demands)


def _limits() -> Name:
    return Name(
        f"每户 1 至 {LARGEST_HOUSEHOLD} 人、1 至 {MOST_RISKS} 项风险，全部不超过 {MOST_HOUSEHOLDS:,} 户",
        f"a household has 1 to {LARGEST_HOUSEHOLD} persons and 1 to {MOST_RISKS} risks, "
        f"and there are at most {MOST_HOUSEHOLDS:,} households",
    )


def _may_hold(demands: tuple[Demand, ...]) -> bool:
    for readings in all_readings(demands):
        if Register(demands, readings).program.solve(gap=1e9, most_nodes=_MOST_NODES) is not NotFound.NONE_EXISTS:
            return True
    return False


def _says(demand: Demand) -> str:
    readings = demand.readings
    basis = "" if demand.indicator.unit != "percent" or len(readings) > 1 else f" ({readings[0][0].value})"
    return f"{demand.figure} = {demand.printed}{basis}"
