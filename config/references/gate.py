"""The reference of the exit gate: its conditions, their thresholds, and the words for each outcome."""

import json

from config.references.markdown import code, table
from households.rules.codes import EliminationWay
from households.rules.findings import SENTENCES, VERDICTS
from households.rules.gate import CONDITIONS, SHOWN_BY
from households.rules.standards import Kind, defaults

# What each condition looks at.
LOOKS_AT: dict[str, str] = {
    "income_above_line": "income surveys since the identification, the monitoring line in force on the day",
    "monitored_long_enough": "the day of identification",
    "risks_answered": "the risks of the case, its landed measures, the standards of kind `matrix`",
    "guarantees_secure": "for each guarantee the latest check that looked at it",
    "spending_controlled": "self-paid spending of the latest survey, scaled to a year",
    "has_labour": "whether the case is of a household without labour",
    "risks_gone": "the latest finding of each risk since the identification",
    "income_surveyed": "a survey of the occasion `elimination`",
    "guarantees_looked_at": "the latest check since the identification",
    "contact_known": "the household's phone number",
    "measures_in_income": "the latest survey, measures that landed before it",
}


def document() -> str:
    """What stands between a household and the elimination of its risk."""
    verdicts = table(("verdict", "中文", "English"), ((code(v), name.zh, name.en) for v, name in VERDICTS.items()))
    shown = table(("category", "item of the income"), ((code(c), code(item)) for c, item in SHOWN_BY.items()))
    words = table(("outcome", "sentence"), ((code(name), str(text)) for name, text in SENTENCES.items()))
    return f"""# The exit gate

**Derived, editable, not official.** No text of Lanzhou's own rule was found. The conditions are derived from what
other places published and from another province's rules of data quality; each is a standard of kind `gate_rule` that an
administrator sets for a division from a day on ([reference/standards.md](reference/standards.md)). Declared in
`households/rules/gate.py`.

Each condition is judged with the records it rests on, the threshold that was used and one sentence that says what would
satisfy it. The household passes where every condition is *met* or *waived*. A supervisor or an approver waives a
condition with a name and a reason, never who proposed the elimination. The result is kept with the proposal; what held
then and no longer holds at the county's decision stops it.

{verdicts}
## Conditions

Numbers are those of the seven; the others are checks of completeness.

{table(("", "code", "中文", "English", "looks at", "default"), [row(rule) for rule in CONDITIONS])}
A condition that does not concern the way of elimination is left out: {code("monitored_long_enough")} is asked only of
{code(EliminationWay.ASSISTED)}.

## Measures that must show in the income

{shown}
## Outcomes

{words}"""


def row(rule: str) -> tuple[str, ...]:
    """One condition."""
    shipped = defaults(Kind.GATE_RULE)[rule]
    number = str(CONDITIONS[rule].number or "")
    value = code(json.dumps(shipped.value, ensure_ascii=False))
    return number, code(rule), shipped.name.zh, shipped.name.en, LOOKS_AT[rule], value
