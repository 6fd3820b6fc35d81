"""The runner: items of any door become calls of operations, and each item gets one outcome."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.bulk import insert_all
from common.constraints import refused_by
from common.database import look_up_by_index
from common.faults import Faults, sorted_out
from common.refusals import Conflict, Invalid, Refused, Stale
from exchange.models import ExternalKey
from exchange.operations.bench import Bench, Change, Decision, Made, New, Same
from exchange.operations.takers import TAKERS
from exchange.rules.kinds import KINDS, KindCode
from exchange.rules.outcomes import Became, Item, Outcome
from households.operations import conflicts

ITEMS_A_PART = 1000
REFERRING = frozenset(code for code, kind in KINDS.items() if "household" in kind.by_name)
LOG = logging.getLogger(__name__)


class _Undone(Exception):
    """Carries the outcomes of a part out of its transaction, which is undone."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


def carry_out(
    *,
    items: Sequence[Item | Outcome],
    by: User,
    at: datetime,
    keep: bool = True,
    whole: bool = False,
    trusts_present: bool = False,
    keeps_conflicts: bool = False,
) -> list[Outcome]:
    """Take the items, in one transaction; gives one outcome for each, in the same order.

    One that could not even be read comes as its outcome, and stays it.

    With `keep` false nothing stays, and the outcomes say what would have become of the items. With `whole` all are
    taken or none: where one is refused, the others are held back. `trusts_present`, `keeps_conflicts`: see Bench.
    """
    try:
        with transaction.atomic():
            look_up_by_index()
            outcomes = _take(items, Bench(by, at, trusts_present, keeps_conflicts))
            if not keep or (whole and any(each.became is Became.REFUSED for each in outcomes)):
                raise _Undone(outcomes)
    except _Undone as undone:
        outcomes = undone.outcomes
        if whole and any(each.became is Became.REFUSED for each in outcomes):
            return [each if each.became is Became.REFUSED else _held_back(each) for each in outcomes]
    return outcomes


def _take(items: Sequence[Item | Outcome], bench: Bench) -> list[Outcome]:
    told = {each.number: each for each in items if isinstance(each, Outcome)}
    for code in KindCode:
        group = [each for each in items if isinstance(each, Item) and each.kind is code]
        if not group:
            continue
        bench.read_names(group)
        if code in REFERRING:
            bench.read_homes(group)
        told |= _take_kind(code, group, bench)
    return [told[each.number] for each in items]


def _take_kind(code: KindCode, items: Sequence[Item], bench: Bench) -> dict[int, Outcome]:
    taker = TAKERS[code]
    told: dict[int, Outcome] = {}
    new: list[tuple[Item, Decision]] = []
    changing: list[tuple[Item, Decision]] = []
    for item, decision in zip(items, taker.decide(items, bench), strict=True):
        match decision:
            case New():
                new.append((item, decision))
            case Change():
                changing.append((item, decision))
            case Same():
                told[item.number] = _outcome(item, Became.UNCHANGED, decision.made)
            case _:
                told[item.number] = refused(item, decision)
    told |= _taken(new, taker.create, bench)
    if taker.change is not None:
        told |= _taken(changing, taker.change, bench)
    return told | _made_meanwhile(code, [item for item, _new in new], told, bench)


def _made_meanwhile(
    code: KindCode, items: Sequence[Item], told: Mapping[int, Outcome], bench: Bench
) -> dict[int, Outcome]:
    """The outcomes of items that say the same as what somebody else made while they were being taken."""
    late = [item for item in items if told[item.number].status == Conflict.status]
    if not late:
        return {}
    bench.read_names(late)
    own = {each.id for each in told.values() if each.became is Became.CREATED}
    return {
        item.number: _outcome(item, Became.UNCHANGED, decision.made)
        for item, decision in zip(late, TAKERS[code].decide(late, bench), strict=True)
        if isinstance(decision, Same) and str(decision.made.id) not in own
    }


def _taken(
    waiting: Sequence[tuple[Item, Any]], act: Callable[[Sequence[Any]], list[Made]], bench: Bench
) -> dict[int, Outcome]:
    """Take all at once, those set aside that are refused."""

    def taken(some: Sequence[tuple[Item, Any]]) -> list[Made]:
        made = act([decision.value for _item, decision in some])
        _keep_names(some, made, bench)
        return made

    made, wrong = sorted_out(waiting, taken)
    told = {
        item.number: _kept_twice(item, decision, refusal, bench) or refused(item, refusal)
        for (item, decision), refusal in wrong
    }
    for (item, decision), each in made:
        became = Became.CREATED if isinstance(decision, New) else Became.CHANGED
        changes = getattr(decision, "changes", {})
        told[item.number] = _outcome(item, became, each, changes, bench.based_on.get(item.number))
    return told


def _kept_twice(item: Item, decision: Any, refusal: Exception, bench: Bench) -> Outcome | None:
    """The outcome of a change whose record changed meanwhile, where both values are kept; None where they are not."""
    clash = getattr(decision, "clash", None)
    if clash is None or not bench.keeps_conflicts or not isinstance(refusal, Stale):
        return None
    [conflict] = conflicts.keep_all(clashes=[clash])
    sentence = _("The record was changed by somebody else meanwhile. Both values are kept, and a supervisor decides.")
    kept = refused(item, Conflict(sentence, code="conflict_kept"))
    return replace(kept, changes=decision.changes, conflict=str(conflict.pk))


def _keep_names(waiting: Sequence[tuple[Item, Any]], made: Sequence[Made], bench: Bench) -> None:
    """Keep how the other system calls what was created or changed."""
    named = [
        (item.kind, item.external) if item.external and (item.kind, item.external) not in bench.named else None
        for item, _decision in waiting
    ]
    faults = Faults()
    faults.add_repeated(named, _external_taken())
    faults.stop()
    rows = [
        ExternalKey(
            namespace=item.external.namespace,
            value=item.external.value,
            kind=item.kind.value,
            record=each.id,
            household_id=each.household,
            recorded_at=bench.at,
            recorded_by=bench.by,
        )
        for (item, _decision), each, name in zip(waiting, made, named, strict=True)
        if item.external is not None and name is not None and each.household
    ]
    with refused_by("external_key_names_one_record", _external_taken()):
        insert_all(rows)


def _external_taken() -> Conflict:
    return Conflict(
        _("Another record is known under this external identifier already."), code="external_taken", field="external"
    )


def refused(item: Item, refusal: Exception) -> Outcome:
    """The outcome of an item that an operation, or the database beneath it, does not take."""
    if not isinstance(refusal, Refused):
        LOG.error("An item of the kind %s met a constraint that no operation foresees: %s", item.kind, refusal)
        refusal = Invalid(_("The database does not take this record. Check its values."), code="not_storable")
    return Outcome(
        item.number,
        item.kind,
        Became.REFUSED,
        code=refusal.stable_code,
        field=TAKERS[item.kind].columns.get(refusal.field or "", refusal.field or ""),
        message=str(refusal),
        status=refusal.status,
    )


def _outcome(item: Item, became: Became, made: Made, changes: Any = None, based_on: int | None = None) -> Outcome:
    return Outcome(
        item.number,
        item.kind,
        became,
        str(made.id),
        made.version,
        changes or {},
        status=201 if became is Became.CREATED else 200,
        household=made.household,
        based_on=based_on,
    )


def _held_back(outcome: Outcome) -> Outcome:
    return Outcome(
        outcome.number,
        outcome.kind,
        Became.HELD_BACK,
        code="held_back",
        message=_("Nothing was taken, because others of the items were refused."),
        status=424,
    )
