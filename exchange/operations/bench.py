"""The bench on which a part of a run is taken: who acts when, and what its items refer to, read once for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import User
from common.moments import day_of
from common.refusals import Conflict, NotFound, Refused, VersionMissing
from exchange.models import ExternalKey
from exchange.rules.kinds import KindCode
from exchange.rules.outcomes import External, Item
from households.models import Household, Member
from households.operations.conflicts import Clash
from households.rules.conflicts import FIELDS

Changes = Mapping[str, tuple[Any, Any]]


class Made(NamedTuple):
    """A record as it stands after an operation; `household` is the one it belongs to."""

    id: UUID | str
    version: int
    household: UUID | None


@dataclass(frozen=True, slots=True)
class New:
    """The item is to be created: `value` is what the operation takes."""

    value: Any


@dataclass(frozen=True, slots=True)
class Change:
    """The item changes a record that exists, in these fields; `clash` is what both values would be kept as."""

    value: Any
    changes: Changes
    clash: Clash | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """The record exists and says the same already."""

    made: Made


Decision = New | Change | Same | Refused


@dataclass(frozen=True, slots=True)
class Taker:
    """How items of one kind are taken: what each would do, and the operations that do it for many at once.

    Without `change`, records of the kind are only ever added: `decide` gives no Change of one. `columns` tells of what
    the operations call otherwise which column of the item it is.
    """

    decide: Callable[[Sequence[Item], Bench], list[Decision]]
    create: Callable[[Sequence[Any]], list[Made]]
    change: Callable[[Sequence[Any]], list[Made]] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Bench:
    """`by` acts at `at`. `trusts_present`: a change without a version is based on the record as it stands now.

    `keeps_conflicts`: where a change is based on an older version, both values are kept for somebody to decide.
    """

    by: User
    at: datetime
    trusts_present: bool = False
    keeps_conflicts: bool = False
    homes: dict[int, Household | Refused] = field(default_factory=dict)
    named: dict[tuple[KindCode, External], UUID] = field(default_factory=dict)
    based_on: dict[int, int] = field(default_factory=dict)
    newcomers: set[Any] = field(default_factory=set)  # whom the items before tell of

    @property
    def today(self) -> date:
        """The day on which the run is taken."""
        return day_of(self.at)

    def version_for(self, item: Item, present: int) -> int:
        """The version on which the item is based; VersionMissing where it has to say so and does not."""
        if item.version is not None or self.trusts_present:
            version = self.based_on[item.number] = present if item.version is None else item.version
            return version
        raise VersionMissing(_("Say which version of the record the change is based on."))

    def read_names(self, items: Sequence[Item]) -> None:
        """Find the records that other systems' keys stand for."""
        told = {(each.kind, each.external) for each in items if each.external}
        told |= {(KindCode.HOUSEHOLD, each.household) for each in items if each.household}
        if not told:
            return
        asked = Q()
        for namespace in {external.namespace for _kind, external in told}:
            values = {external.value for _kind, external in told if external.namespace == namespace}
            asked |= Q(namespace=namespace, value__in=values)
        rows = ExternalKey.objects.filter(asked).values_list("kind", "namespace", "value", "record")
        self.named = {(KindCode(kind), External(space, value)): key for kind, space, value, key in rows}

    def read_homes(self, items: Sequence[Item]) -> None:
        """Find the household of each item that names one."""
        keys = {each.number: self._key_of_home(each) for each in items}
        numbers = {each.number: each.values.get("household", "") for each in items if keys[each.number] is None}
        wanted = Q(pk__in=[key for key in keys.values() if key])
        wanted |= Q(national_number__in=[number for number in numbers.values() if number])
        found = list(Household.objects.kept().visible_to(self.by, self.today).filter(wanted))
        by_key = {row.pk: row for row in found}
        by_number = {row.national_number: row for row in found if row.national_number}
        for each in items:
            key = keys[each.number]
            home = by_key.get(key) if key else by_number.get(numbers[each.number])
            self.homes[each.number] = home or NotFound(
                _("There is no such household, or none of your postings reaches it."), field="household"
            )

    def home(self, item: Item) -> Household:
        """The household of the item; NotFound where there is none in reach."""
        found = self.homes[item.number]
        if isinstance(found, Refused):
            raise found
        return found

    def key_of(self, item: Item) -> UUID | None:
        """The record that the item names by its key or by another system's; Conflict where the two disagree."""
        own, other = item.values.get("id"), self._key_elsewhere(item)
        if own is not None and other is not None and own != other:
            raise ambiguous()
        return own or other

    def named_by(self, items: Sequence[Item], model: type[Model]) -> dict[UUID, Any]:
        """The records that items name by their keys, or by another system's, as far as they are there."""
        named = {key for each in items for key in (each.values.get("id"), self._key_elsewhere(each)) if key is not None}
        return model._base_manager.in_bulk(named) if named else {}

    def homes_of(self, items: Sequence[Item]) -> dict[UUID, Household]:
        """The households of items, by their keys, as far as they are there."""
        found = (self.homes[each.number] for each in items)
        return {home.pk: home for home in found if isinstance(home, Household)}

    def _key_elsewhere(self, item: Item) -> UUID | None:
        return self.named.get((item.kind, item.external)) if item.external else None

    def _key_of_home(self, item: Item) -> UUID | None:
        if item.household is not None:
            return self.named.get((KindCode.HOUSEHOLD, item.household))
        told = item.values.get("household", "")
        try:
            return UUID(told)
        except ValueError:
            return None


def decided(decide: Callable[[Item], Decision]) -> Callable[[Item], Decision]:
    """What an item would do, a refusal being an answer like the others."""

    def answer(item: Item) -> Decision:
        try:
            return decide(item)
        except Refused as refusal:
            return refusal

    return answer


def clash_of(item: Item, home: Household, member: Member | None, changes: Changes, bench: Bench) -> Clash | None:
    """What both values of the fields would be kept as; None where they cannot be, or no version says what was seen."""
    if item.version is None or not changes or not set(changes) <= set(FIELDS):
        return None
    return Clash(home, member, changes, item.version, bench.by, bench.at, item.device, item.made_at)


def ambiguous() -> Conflict:
    """The ways in which an item names its record lead to different ones."""
    return Conflict(
        _("The identifiers given lead to different records. Give the one that is right, or leave the others out."),
        code="ambiguous",
        field="id",
    )


def said_otherwise(name: str) -> Conflict:
    """The record says something else than the item in this column, which no item changes: never is it passed over."""
    return Conflict(
        _(
            "The record is there already and says something else here, which cannot be changed in this way. "
            "Change it on its page, or leave this value out."
        ),
        code="says_otherwise",
        field=name,
    )


def differing(record: Model, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """For each of `names` that is given and differs from the record: what it is and what it would be."""
    return {
        name: (getattr(record, name), values[name])
        for name in names
        if name in values and getattr(record, name) != values[name]
    }
