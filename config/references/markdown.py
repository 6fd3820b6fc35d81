"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with one line a row."""
    lines = [line(header), line(["---"] * len(header)), *(line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def line(cells: Sequence[object]) -> str:
    """One line of a table; what a cell may not hold is escaped."""
    return "| " + " | ".join(str(cell).replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"


def code(text: object) -> str:
    """Text as code; nothing where there is none."""
    return f"`{text}`" if text not in ("", None) else ""
