"""The natural changes of a household in the order of their days: people, moves, splits, merges and its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from households.models import Household, HouseholdLink, HouseholdMove, Membership
from households.rules.changes import HOW_ENDED, JOININGS, LEAVINGS, HowEnded, Joining, Leaving, Link
from households.rules.codes import RELATIONSHIPS, Relationship
from reports.query import Scope

# What goes without saying, since the registration or the change of the household says it.
UNSAID = {Joining.REGISTERED, Joining.MERGED, Joining.UNMERGED, Joining.SPLIT}
UNSAID_OF_LEAVING = {Leaving.MERGED, Leaving.UNMERGED, Leaving.SPLIT, Leaving.RELATED}


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """A change on a day: its name, whom or what it is about, and where the other household is to be read."""

    on: date
    name: str
    what: str = ""
    address: str = ""
    undo: str = ""


def changes_of(household: Household, people: Iterable[Membership], scope: Scope) -> tuple[ChangeTold, ...]:
    """The changes by the scope's day as known at its moment, the latest first; `people` belong or belonged to it."""
    told = [*_of_people(people), *_moves(household, scope), *_links(household, scope)]
    if household.ended_on is not None and household.ended_how != HowEnded.MERGED:
        told.append(ChangeTold(household.ended_on, str(HOW_ENDED[HowEnded(household.ended_how)])))
    return tuple(sorted((each for each in told if each.on <= scope.as_of), key=lambda each: each.on, reverse=True))


def _of_people(people: Iterable[Membership]) -> Iterator[ChangeTold]:
    for row in people:
        name = row.member.name
        if row.joined_how == Joining.RELATED:
            is_head = row.relationship == Relationship.HEAD
            said = _("New head") if is_head else str(JOININGS[Joining.RELATED])
            yield ChangeTold(row.joined_on, said, f"{name}: {RELATIONSHIPS[Relationship(row.relationship)]}")
        elif row.joined_how not in UNSAID:
            how = JOININGS[Joining(row.joined_how)]
            yield ChangeTold(row.joined_on, _("Member joined: %(how)s") % {"how": how}, name)
        if row.left_on is not None and row.left_how not in UNSAID_OF_LEAVING:
            how = LEAVINGS[Leaving(row.left_how)]
            yield ChangeTold(row.left_on, _("Member left: %(how)s") % {"how": how}, name)


def _moves(household: Household, scope: Scope) -> Iterator[ChangeTold]:
    moves = HouseholdMove.objects.filter(household=household).select_related("from_village", "to_village")
    if scope.known_at is not None:
        moves = moves.filter(recorded_at__lte=scope.known_at)
    for move in moves:
        what = f"{move.from_village.name} → {move.to_village.name}"
        yield ChangeTold(move.moved_on, _("Moved to another village"), what)


def _links(household: Household, scope: Scope) -> Iterator[ChangeTold]:
    links = HouseholdLink.objects.filter(Q(from_household=household) | Q(to_household=household))
    if scope.known_at is not None:
        links = links.filter(recorded_at__lte=scope.known_at)
    for link in links:
        is_source = link.from_household_id == household.pk
        other = link.to_household_id if is_source else link.from_household_id
        address = reverse("household", args=[other])
        can_undo = link.kind == Link.MERGE and not is_source and link.undone_on is None and household.ended_on is None
        undo = reverse("merge-undo", args=[link.pk]) if can_undo else ""
        yield ChangeTold(link.linked_on, _name(link, is_source=is_source), "", address, undo)
        if link.undone_on is not None:
            yield ChangeTold(link.undone_on, _("Merge undone"), "", address)


def _name(link: HouseholdLink, *, is_source: bool) -> str:
    if link.kind == Link.MERGE:
        return _("Merged into another household") if is_source else _("Another household merged into this one")
    return _("Part of the household split off") if is_source else _("Split off from another household")
