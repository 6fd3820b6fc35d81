"""The reference of indicators and of their units, bases and kinds."""

from config.references.markdown import code, table
from reports.indicators import BASES, INDICATORS, UNITS, Indicator, Kind

KINDS: dict[Kind, str] = {
    Kind.COUNT: "a number of rows; adds up over divisions",
    Kind.RATE: "numerator by denominator; both add up over divisions, the rate does not",
    Kind.AVERAGE: "measures by households; both add up over divisions, the average does not",
    Kind.MINIMUM: "the least value of any household; the least of the divisions' minima",
    Kind.OUTSIDE: "its records are not kept yet, so it is `not_computable`; “needs” names them",
}


def document() -> str:
    """Every indicator, with what the words in its line mean."""
    kept = [each for each in INDICATORS.values() if each.is_computable]
    missing = [each for each in INDICATORS.values() if not each.is_computable]
    return f"""# Indicators

The ids are those of published sources (`data/published-*.yaml`), of the API and of the addresses of lists. Declared
once, in `reports/indicators.py` and `reports/rules/outside.py`. `manage.py indicators` prints the same.

## Kinds

{table(("kind", "how the figure is made"), ((code(kind), KINDS[kind]) for kind in Kind))}
## Bases

{table(("basis", "中文", "English"), ((code(basis), name.zh, name.en) for basis, name in BASES.items()))}
## Units

{table(("unit", "中文", "English"), ((code(unit), name.zh, name.en) for unit, name in UNITS.items()))}
## Computed from records ({len(kept)})

{table(("id", "中文", "English", "unit", "basis", "kind"), map(row, kept))}
## Not computable yet ({len(missing)})

{table(("id", "中文", "English", "unit", "needs"), map(needing, missing))}"""


def row(each: Indicator) -> tuple[str, ...]:
    """The line of an indicator that records can answer."""
    bases = ", ".join(code(basis) for basis in each.bases)
    return code(each.code), each.name.zh, each.name.en, code(each.unit), bases, code(each.kind)


def needing(each: Indicator) -> tuple[str, ...]:
    """The line of an indicator whose records are missing."""
    needs = f"{each.needs.zh}; {each.needs.en}" if each.needs else ""
    return code(each.code), each.name.zh, each.name.en, code(each.unit), needs
