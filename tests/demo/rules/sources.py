"""Sources written in a line: what a test prints."""

from reports.rules.sources import parse_source

VILLAGES = ("620102001001", "620121101200", "620121101201", "620122100399", "620123100400")

UNITS = {"households": "household", "persons": "person"}


def source_of(*figures, as_of="2022-09-05", period_start="2022-01-01", parameters="{}"):
    """A source with figures written as `(id, value)`, or `(id, value, "step: 0.1, basis: person")`."""
    lines = [
        (
            "source: {id: invented, title: invented, publisher: nobody, published_on: 2024-12-31, division: '6201', "
            f"as_of: {as_of}, period_start: {period_start}}}"
        ),
        f"parameters: {parameters}",
        "figures:",
    ]
    for name, value, *rest in figures:
        last = name.rsplit(".", 1)[-1]
        unit = UNITS.get(last, "percent" if last.endswith("rate") else "measure")
        extra = rest[0] if rest else "step: 0"
        if "step" not in extra:
            extra = f"step: 0, {extra}"
        lines.append(f"  - {{id: {name}, value: {value}, unit: {unit}, {extra}}}")
    return parse_source("\n".join(lines), name="invented.yaml")
