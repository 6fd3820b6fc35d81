"""The reference of the records that come in: each kind with its fields, their headings in a sheet, and their values."""

from config.references.markdown import code, table
from exchange.rules.kinds import KINDS, Column, Kind

SHORT = 12  # a longer code list is named, not listed


def document() -> str:
    """One table for each kind."""
    return f"""# Records that come in

What a batch or a spreadsheet may hold, declared in `exchange/rules/kinds.py`. A sheet may call a column by either
heading, by the field's name, or as it stands under “also”; columns in bold have to be there.

{"".join(section(kind) for kind in KINDS.values())}"""


def section(kind: Kind) -> str:
    """The fields of a kind."""
    rows = [row(column) for column in kind.columns]
    heading = f"## {code(kind.code.value)} {kind.name.zh} · {kind.name.en}\n\n"
    return heading + table(("field", "中文表头", "heading", "also", "values", "note"), rows) + "\n"


def row(column: Column) -> tuple[str, ...]:
    """The line of a field."""
    name = f"**{code(column.name)}**" if column.is_required else code(column.name)
    also = "、".join(column.also)
    return name, column.heading.zh, column.heading.en, also, values(column), column.note.en


def values(column: Column) -> str:
    """What the field may hold: its code list, or what it is read as."""
    if 0 < len(column.choices) <= SHORT:
        return ", ".join(f"{code(each)} {name.zh}" for each, name in column.choices.items())
    if column.choices:
        return f"{len(column.choices)} values, see the [glossary](../glossary.md)"
    return column.read.__name__.replace("_", " ")
