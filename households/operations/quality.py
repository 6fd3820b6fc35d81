"""Data quality: what the rules find, kept as findings that close once they are mended, and what blocks a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import AuditEvent
from households.models import CaseEvent, Finding, Household
from households.operations.home_facts import home_facts
from households.operations.standards import Book
from households.rules.levels import CODE_LENGTHS, Level
from households.rules.quality.catalogue import RULES
from households.rules.quality.rule import BLOCK, Found, Setting, findings
from households.rules.standards import Kind, defaults

HOUSEHOLDS_AT_A_TIME = 1000
# One check at a time writes findings.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('findings of data quality'))"
Evaluate = Callable[[Sequence[Household]], Mapping[UUID, Sequence[Found]]]


@dataclass(slots=True)
class Checked:
    """How many households were checked, how many findings opened and closed, and how many stand, by rule."""

    households: int = 0
    opened: int = 0
    closed: int = 0


class Settings:
    """How each division holds the rules on a day: severity and limits by the rule's code, read once."""

    def __init__(self, *, on: date, book: Book | None = None) -> None:
        self._on = on
        self._book = book or Book(Kind.QUALITY)
        self._found: dict[str, dict[str, Setting]] = {}

    def of(self, village: str) -> dict[str, Setting]:
        """What holds in a village."""
        if village not in self._found:
            held = self._book.in_force(Kind.QUALITY, village, self._on)
            self._found[village] = {code: _setting(code, each.value) for code, each in held.items()}
        return self._found[village]


def blocking_all(*, households: Sequence[Household], on: date) -> dict[UUID, list[Found]]:
    """For each household, the findings about its own records that must be mended before anyone decides."""
    settings = Settings(on=on)
    return {
        facts.key: [each for each in findings(facts, RULES, settings.of(facts.village)) if each.severity == BLOCK]
        for facts in home_facts(households=households, on=on)
    }


def keep_findings(*, households: QuerySet[Household], evaluate: Evaluate, at: datetime) -> Checked:
    """Open what `evaluate` finds of these households and close what it finds no more, some hundred at a time.

    Repeating it changes nothing. Households that were removed or have ended have no findings.
    """
    checked = Checked()
    for keys in batches(households):
        _keep(keys, evaluate, at, checked)
    return checked


@transaction.atomic
def _keep(keys: Sequence[UUID], evaluate: Evaluate, at: datetime, checked: Checked) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    held = list(Household.objects.there().filter(pk__in=keys).order_by("pk"))
    found = evaluate(held)
    villages = {household.pk: household.village_id for household in held}
    wanted = {(key, each.rule, each.member): each for key, several in found.items() for each in several}
    standing = {
        (row.household_id, row.rule, row.member_id): row
        for row in Finding.objects.standing().filter(household__in=keys)
    }
    gone = [row.pk for key, row in standing.items() if key not in wanted]
    checked.households += len(held)
    checked.closed += Finding.objects.filter(pk__in=gone).update(closed_at=at) if gone else 0
    checked.opened += len(_open(wanted, standing, villages, at))
    _put_right(wanted, standing, villages)


Key = tuple[UUID, str, UUID | None]


def _open(
    wanted: Mapping[Key, Found], standing: Mapping[Key, Finding], villages: Mapping[UUID, str], at: datetime
) -> list[Finding]:
    new = [
        Finding(
            rule=each.rule,
            severity=each.severity,
            household_id=key[0],
            member_id=each.member,
            village_id=villages[key[0]],
            opened_at=at,
        )
        for key, each in wanted.items()
        if key not in standing
    ]
    return Finding.objects.bulk_create(new, batch_size=HOUSEHOLDS_AT_A_TIME)


def _put_right(wanted: Mapping[Key, Found], standing: Mapping[Key, Finding], villages: Mapping[UUID, str]) -> None:
    """A finding that stands follows its household's village and its rule's severity."""
    changed = []
    for key, row in standing.items():
        each = wanted.get(key)
        if each is not None and (row.severity, row.village_id) != (each.severity, villages[key[0]]):
            row.severity, row.village_id = each.severity, villages[key[0]]
            changed.append(row)
    Finding.objects.bulk_update(changed, ("severity", "village"), batch_size=HOUSEHOLDS_AT_A_TIME)


def batches(households: QuerySet[Household]) -> Iterator[list[UUID]]:
    """The keys of these households, some hundred at a time, each read when the one before is done."""
    keys = households.order_by("pk").values_list("pk", flat=True)
    chunk = list(keys[:HOUSEHOLDS_AT_A_TIME])
    while chunk:
        yield chunk
        chunk = list(keys.filter(pk__gt=chunk[-1])[:HOUSEHOLDS_AT_A_TIME])


def villages_changed(*, since: datetime) -> set[str]:
    """The villages in which any record was changed since that moment: every change leaves an event or an audit row."""
    length = CODE_LENGTHS[Level.VILLAGE]
    audited = AuditEvent.objects.filter(at__gte=since, division_code__length=length)
    events = CaseEvent.objects.filter(recorded_at__gte=since)
    return {
        *audited.values_list("division_code", flat=True).distinct(),
        *events.values_list("village_id", flat=True).distinct(),
    }


def _setting(code: str, value: Mapping[str, Any]) -> Setting:
    """The severity that holds, with the limits that ship where the division sets none of its own."""
    limits = {**defaults(Kind.QUALITY)[code].value.get("limits", {}), **value.get("limits", {})}
    return Setting(value["severity"], {name: Decimal(number) for name, number in limits.items()})
