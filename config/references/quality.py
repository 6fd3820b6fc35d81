"""The reference of data quality: each rule with its severity, its limits and where it is from."""

from assistance.rules.quality.catalogue import LEFT_OUT, RULES
from config.references.markdown import code, table
from households.rules.quality.rule import GROUPS, Group
from households.rules.standards import SEVERITIES, Kind, defaults


def document() -> str:
    """The rules by what they look at, and those that are left out."""
    groups = "\n".join(group(each) for each in Group)
    return f"""# Data quality

{len(RULES)} rules, declared in `households/rules/quality` and `assistance/rules/quality`. A hit means “check this”.
They are drawn from another province's lists of suspicious data, whose numbers stand beside them; none is an official
rule of Gansu. Severity and limits are standards of the kind `quality`: those below ship, a division sets its own.

Every household is checked each night, and within minutes where a record of its village has changed; a finding stands
until what it names is mended. `manage.py check_quality` checks at once. What is not recorded is held against nobody.

{table(("severity", "中文", "what follows"), SEVERITY)}
{groups}
## Left out

{table(("number", "中文", "what it asks", "why"), LEFT)}"""


FOLLOWS = {
    "block": "no decision on the case until it is mended",
    "warn": "listed, to be looked at",
    "inform": "listed for completeness",
    "off": "not asked",
}
SEVERITY = [(code(each), name.zh, FOLLOWS[each]) for each, name in SEVERITIES.items()]
LEFT = [(", ".join(map(code, numbers)), name.zh, name.en, reason.en) for numbers, name, reason in LEFT_OUT]


def group(each: Group) -> str:
    """The rules that look at one thing."""
    rows = [line(name) for name, rule in RULES.items() if rule.group is each]
    heading = f"## {GROUPS[each].zh} · {GROUPS[each].en.capitalize()}\n\n"
    return heading + table(("rule", "中文", "what it says", "severity", "limits", "numbers"), rows)


def line(name: str) -> tuple[str, ...]:
    """The line of a rule."""
    rule, value = RULES[name], defaults(Kind.QUALITY)[name].value
    limits = ", ".join(f"{limit} {number}" for limit, number in value.get("limits", {}).items())
    numbers = ", ".join(map(code, rule.sources))
    return code(name), rule.sentence.zh, rule.sentence.en, code(value["severity"]), limits, numbers
