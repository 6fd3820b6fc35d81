"""Taking measures: planned or landed help for the present case of a household, and the landing of what was planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from assistance.models import Measure
from assistance.operations import landings, measures
from assistance.operations.landings import Landing
from assistance.operations.measures import Help
from common.fingerprints import id_taken
from common.refusals import Conflict, NotFound
from exchange.operations.bench import (
    Bench,
    Change,
    Decision,
    Made,
    New,
    Same,
    Taker,
    decided,
    differing,
    said_otherwise,
)
from exchange.operations.household_taker import hash_of
from exchange.rules.outcomes import Item
from households.models import Case, Household, Member, Membership
from households.operations import moves
from households.workflow import IN_REGISTER, OPEN, Status


def decide(items: Sequence[Item], bench: Bench) -> list[Decision]:
    """What each item would do: a measure is found by key, or by case, category, item and day of planning."""
    cases = _present_cases(set(bench.homes_of(items)))
    keyed = bench.named_by(items, Measure)
    planned = Measure.objects.filter(case__in=[case.pk for case in cases.values()], withdrawn_at__isnull=True)
    there = {(row.case_id, row.category, row.item, row.planned_on): row for row in planned}
    helped = _members(items, bench)

    def one(item: Item) -> Decision:
        home, values = bench.home(item), item.values
        case = cases.get(home.pk)
        if case is None:
            raise Conflict(_("The household has no case. Report it first."), code="no_case", field="household")
        key = bench.key_of(item)
        known_as = (case.pk, values["category"].value, values["item"], values["on"])
        found = keyed.get(key) if key else there.get(known_as)
        if found is None:
            return New(_help(item, case, helped, bench))
        if (found.case_id, found.category, found.item, found.planned_on) != known_as:
            raise id_taken()
        if said := _says_otherwise(item, found, case, helped, bench):
            raise id_taken() if item.values.get("id") else said_otherwise(said)
        return _landing(item, found, home, bench)

    return [decided(one)(each) for each in items]


def create(given: Sequence[Help]) -> list[Made]:
    """Record measures."""
    made = measures.record_all(helps=given)
    return [Made(row.pk, row.version, each.case.household_id) for row, each in zip(made, given, strict=True)]


def change(given: Sequence[Landing]) -> list[Made]:
    """Let planned measures land."""
    return [Made(row.pk, row.version, row.case.household_id) for row in landings.land_all(landings=given)]


MEASURES = Taker(decide, create, change)


def _present_cases(homes: set[UUID]) -> dict[UUID, Case]:
    """The open case of each household, or else the one whose risk was eliminated."""
    found: dict[UUID, Case] = {}
    for home, held in moves.cases_of(homes).items():
        for case in sorted(held, key=lambda row: (Status(row.status) in OPEN, row.episode)):
            if Status(case.status) in OPEN | IN_REGISTER:
                found[home] = case
    return found


def _members(items: Sequence[Item], bench: Bench) -> dict[int, Member]:
    hashes = {each.number: hash_of(each.values.get("member_number", ""), bench) for each in items}
    wanted = {each for each in hashes.values() if each}
    rows = Membership.objects.visible_to(bench.by, bench.today).filter(member__document_hash__in=wanted)
    found = {bytes(row.member.document_hash): row.member for row in rows.select_related("member")} if wanted else {}
    return {number: found[hashed] for number, hashed in hashes.items() if hashed in found}


def _help(item: Item, case: Case, helped: dict[int, Member], bench: Bench) -> Help:
    values = item.values
    if values.get("member_number") and item.number not in helped:
        raise NotFound(
            _("There is no such person, or none of your postings reaches him or her."), field="member_number"
        )
    return Help(
        case,
        values["category"],
        values["item"],
        values["on"],
        bench.by,
        bench.at,
        landed_on=values.get("landed_on"),
        member=helped.get(item.number),
        amount=values.get("amount"),
        risk=values.get("risk"),
        responsible_unit=values.get("responsible_unit", ""),
        due_on=values.get("due_on"),
        evidence=values.get("evidence", ""),
        id=values.get("id"),
    )


def _says_otherwise(item: Item, found: Measure, case: Case, helped: dict[int, Member], bench: Bench) -> str:
    """The column in which the item is neither what was sent of the measure, nor what the measure says today.

    That it landed, and what shows it, may be new.
    """
    given, values = _help(item, case, helped, bench), item.values
    if given.fingerprint and found.fingerprint == given.fingerprint:
        return ""
    names = ["amount", "responsible_unit", "due_on"]
    if found.landed_on is not None or "landed_on" not in values:
        names.append("evidence")
    risk = given.risk.value if given.risk else ""
    if given.member is not None and given.member.pk != found.member_id:
        return "member_number"
    if "risk" in values and risk != found.risk:
        return "risk"
    return next(iter(differing(found, values, names)), "")


def _landing(item: Item, found: Measure, home: Household, bench: Bench) -> Decision:
    on = item.values.get("landed_on")
    if on is None or on == found.landed_on:
        return Same(Made(found.pk, found.version, home.pk))
    version = bench.version_for(item, found.version)
    evidence = item.values.get("evidence", "")
    changes: dict[str, tuple[Any, Any]] = {"landed_on": (found.landed_on, on)}
    if evidence and evidence != found.evidence:
        changes["evidence"] = (found.evidence, evidence)
    return Change(Landing(found, on, evidence, bench.by, bench.at, version), changes)
