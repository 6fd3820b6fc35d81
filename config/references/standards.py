"""The reference of standards: what ships, what each holds, and where it is from."""

import json

from config.references.markdown import code, table
from households.rules.standards import KINDS, Default, Kind, defaults, keys_of


def document() -> str:
    """Every standard that ships, by kind, with its value and its source."""
    return f"""# Standards

Rules, clocks, lists and limits that are data. What stands here ships in `data/standards/` and holds unless a division,
or one above it, has set its own (`households.operations.standards`): the nearest division counts, and there the latest
day. What no authority of Gansu laid down is marked *not official*; set what your own county's notice says.

{"".join(section(kind) for kind in Kind if defaults(kind))}"""


def section(kind: Kind) -> str:
    """One kind: its keys, and what ships."""
    name = KINDS[kind]
    return f"""## {name.zh} · {name.en}

Kind {code(kind)}.

{table(("code", "中文", "English", "value", "source", ""), [row(kind, each) for each in defaults(kind).values()])}
"""


def row(kind: Kind, each: Default) -> tuple[str, ...]:
    """One standard."""
    order = {name: each.value[name] for name in keys_of(kind, each.code) if name in each.value}
    told = code(json.dumps(order, ensure_ascii=False))
    source = f"{each.source.zh}<br>{each.source.en}"
    return code(each.code), each.name.zh, each.name.en, told, source, "" if each.is_official else "not official"
