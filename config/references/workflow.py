"""The reference of the case workflow: states, transitions and their diagram."""

from config.references.markdown import code, table
from households.rules.history import EVENT_KINDS, EVENT_OF_TRANSITION, HANDS, PROCEDURES, REVIEWING, EventKind
from households.workflow import ENDS_WITH_HOUSEHOLD, IN_REGISTER, OPEN, STATUSES, TRANSITIONS, UNDER_MONITORING, Status


def document() -> str:
    """States, who may move a case from one to the next, and what is written of it."""
    return f"""# Case workflow

Declared in `households/workflow.py` and `households/rules/history.py`. A case begins as `{Status.REPORTED}`;
`{Status.SUPERSEDED}` is set by the product itself, when a later episode of the same household is identified.
`{Status.ENDED}` is set by the product, too, when the household ends: from any state that is open or in the register;
an undone merge takes it back.

{diagram()}
## States

{table(("state", "中文", "English", "open", "monitored now", "in the register"), [state(each) for each in Status])}
*In the register* is what “monitored, eliminated included” counts.

## Transitions

{table(("from", "to", "permission", "event"), [transition(pair) for pair in TRANSITIONS])}
## Procedures

Each step lies in a hand, and no two hands of one procedure are the same person's. In those marked ● the person
responsible for the household does not act.

{table(("procedure", "step", "hand", "reviewing"), [line for first in PROCEDURES for line in procedure(first)])}
## Events

{table(("event", "中文", "English"), ((code(kind), name.zh, name.en) for kind, name in EVENT_KINDS.items()))}"""


def diagram() -> str:
    """The transitions as a Mermaid state diagram."""
    names = "".join(f"    {each} : {name.zh} {name.en}\n" for each, name in STATUSES.items())
    moves = "".join(f"    {was} --> {to} : {permission}\n" for (was, to), permission in TRANSITIONS.items())
    left = {was for was, _ in TRANSITIONS}
    moves += "".join(
        f"    {was} --> {Status.ENDED} : household ended\n" for was in Status if was in ENDS_WITH_HOUSEHOLD
    )
    ends = "".join(f"    {each} --> [*]\n" for each in Status if each not in left)
    return f"```mermaid\nstateDiagram-v2\n{names}    [*] --> {Status.REPORTED} : report_case\n{moves}{ends}```\n"


def procedure(first: EventKind) -> list[tuple[str, ...]]:
    """The steps of a procedure, each with its hand."""
    return [
        (code(first), code(kind), f"{HANDS[hand].zh} {HANDS[hand].en}", "●" if hand in REVIEWING else "")
        for kind, hand in PROCEDURES[first].items()
    ]


def state(each: Status) -> tuple[str, ...]:
    """The line of a state."""
    marks = ("●" if each in group else "" for group in (OPEN, UNDER_MONITORING, IN_REGISTER))
    return code(each), STATUSES[each].zh, STATUSES[each].en, *marks


def transition(pair: tuple[Status, Status]) -> tuple[str, ...]:
    """The line of a transition."""
    was, to = pair
    return code(was), code(to), code(TRANSITIONS[pair]), code(EVENT_OF_TRANSITION[pair])
