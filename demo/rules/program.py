"""A whole-number program: counts to be found, what must hold among them, and what is preferred."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

import highspy

# A linear expression: how often each column counts.
Terms = Mapping[int, int]

_TOLERANCE = 1e-7
_RELATIVE_GAP = 0.05
_UNLIMITED = highspy.kHighsInf


class NotFound(Enum):
    """Why a search ended without an answer."""

    NONE_EXISTS = auto()
    GAVE_UP = auto()


class _QuietSolver(highspy.Highs):
    """The solver without its banner on standard output, which enabling callbacks would print."""

    def enableCallbacks(self) -> None:  # noqa: N802 (the solver's name)
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


class Program:
    """Columns are whole numbers ≥ 0 unless told otherwise; rows must hold exactly; preferences only cost."""

    def __init__(self) -> None:
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._costs: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[Mapping[int, float], float, float]] = []
        self._exact_rows: list[tuple[Terms, int | None, int | None]] = []
        self._cannot_hold = False

    def column(self, *, lower: int = 0, upper: int | None = None) -> int:
        """Add an unknown whole number in [lower, upper] and return its index."""
        if upper is not None and lower > upper:
            self._cannot_hold = True
        return self._add_column(float(lower), _UNLIMITED if upper is None else float(upper), 0.0, whole=True)

    def row(self, terms: Terms, *, lower: int | None = None, upper: int | None = None) -> None:
        """Require lower <= terms <= upper; an end of None is unbounded."""
        if lower is not None and upper is not None and lower > upper:
            self._cannot_hold = True
        used = {column: factor for column, factor in terms.items() if factor}
        if not used:
            self._cannot_hold |= (lower or 0) > 0 or (upper is not None and upper < 0)
            return
        self._cannot_hold |= self._is_out_of_reach(used, lower, upper)
        self._exact_rows.append((used, lower, upper))
        self._rows.append((used, -_UNLIMITED if lower is None else lower, _UNLIMITED if upper is None else upper))

    def prefer(self, terms: Mapping[int, float], target: float, *, weight: float, leeway: float = 0.0) -> None:
        """Make each unit by which `terms` lies further than `leeway` from `target` cost `weight`."""
        if not terms:
            return
        above = self._add_column(0.0, _UNLIMITED, weight, whole=False)
        below = self._add_column(0.0, _UNLIMITED, weight, whole=False)
        self._rows.append(({**terms, above: -1.0, below: 1.0}, target - leeway, target + leeway))

    def add_cost(self, column: int, cost: float) -> None:
        """Make each unit of a column cost that much more."""
        self._costs[column] += cost

    def solve(self, *, gap: float = 0.0, most_nodes: int | None = None) -> list[int] | NotFound:
        """Find values that satisfy every row at the least cost, within `gap` of it; the answer is checked exactly."""
        if self._cannot_hold:
            return NotFound.NONE_EXISTS
        solver = self._solver(gap, most_nodes)
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return NotFound.NONE_EXISTS
        values = [round(value) for value in solver.getSolution().col_value]
        return values if values and self._holds(values) else NotFound.GAVE_UP

    def _is_out_of_reach(self, terms: Terms, lower: int | None, upper: int | None) -> bool:
        """Tell whether the ends of the columns exclude it, which the solver cannot say of very large numbers."""
        ends = [
            sorted((factor * self._lower[column], factor * self._upper[column])) for column, factor in terms.items()
        ]
        least, most = sum(low for low, _ in ends), sum(high for _, high in ends)
        return (lower is not None and lower > most) or (upper is not None and upper < least)

    def _add_column(self, lower: float, upper: float, cost: float, *, whole: bool) -> int:
        self._lower.append(lower)
        self._upper.append(upper)
        self._costs.append(cost)
        self._whole.append(whole)
        return len(self._costs) - 1

    def _solver(self, gap: float, most_nodes: int | None) -> highspy.Highs:
        solver = _QuietSolver()
        options: dict[str, bool | float | str] = {
            "threads": 1,
            "random_seed": 0,
            "mip_feasibility_tolerance": _TOLERANCE,
            "primal_feasibility_tolerance": _TOLERANCE,
            "mip_abs_gap": max(gap, 1e-6),
            "mip_rel_gap": _RELATIVE_GAP if gap else 0.0,
        }
        if most_nodes is not None:
            options["mip_max_nodes"] = most_nodes
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(self._model())
        return solver

    def _model(self) -> highspy.HighsLp:
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._costs), len(self._rows)
        model.col_cost_, model.col_lower_, model.col_upper_ = self._costs, self._lower, self._upper
        model.row_lower_ = [lower for _, lower, _ in self._rows]
        model.row_upper_ = [upper for _, _, upper in self._rows]
        starts: list[int] = [0]
        columns: list[int] = []
        factors: list[float] = []
        for terms, _, _ in self._rows:
            columns.extend(terms)
            factors.extend(float(factor) for factor in terms.values())
            starts.append(len(columns))
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, columns, factors
        model.integrality_ = [kinds[whole] for whole in self._whole]
        return model

    def _holds(self, values: list[int]) -> bool:
        bounds = zip(values, self._lower, self._upper, self._whole, strict=True)
        if not all(lower <= value <= upper for value, lower, upper, whole in bounds if whole):
            return False
        for terms, lower, upper in self._exact_rows:
            total = sum(values[column] * factor for column, factor in terms.items())
            if (lower is not None and total < lower) or (upper is not None and total > upper):
                return False
        return True
