"""Writing who belongs to which household: the rows of changes that other operations check and record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from common.bulk import insert_all
from common.constraints import refused_by
from common.refusals import Conflict, Invalid
from households.models import Household, Membership
from households.rules.changes import Joining, Leaving
from households.rules.codes import Relationship

ROWS_A_STATEMENT = 1000


def locked(keys: Iterable[UUID]) -> list[Household]:
    """These households, locked in the order of their keys, so that two changes wait for each other."""
    return list(Household.objects.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk"))


def end_all(*, rows: Sequence[Membership], on: date, how: Leaving, at: datetime) -> None:
    """These people belong to their households until the day before."""
    for row in rows:
        if row.joined_on >= on:
            raise Invalid(
                _("%(name)s joined on %(day)s; give a later day.") % {"name": row.member.name, "day": row.joined_on},
                field="on",
            )
        row.left_on, row.left_how, row.left_recorded_at = on, how.value, at
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(
        left_on=on, left_how=how.value, left_recorded_at=at
    )


def begin_all(
    *, household: Household, people: Mapping[UUID, Relationship], on: date, how: Joining, at: datetime
) -> list[Membership]:
    """These people, by their keys, belong to the household from that day on."""
    rows = [
        Membership(
            household=household,
            member_id=key,
            relationship=told.value,
            joined_on=on,
            joined_how=how.value,
            recorded_at=at,
        )
        for key, told in people.items()
    ]
    elsewhere = Conflict(_("A person belongs to a household on that day or later already. Give another day."))
    second = Conflict(
        _("The household has a head already. Let the present head leave or change first."), code="second_head"
    )
    with refused_by("member_is_in_one_household", elsewhere), refused_by("household_has_one_head", second):
        return insert_all(rows)


def relabel(*, household: Household, relationships: Mapping[UUID, Relationship], on: date, at: datetime) -> None:
    """From that day on these members are something else to the head; who joined that very day was so from the start."""
    held = household.memberships.filter(left_on__isnull=True, member__in=list(relationships)).select_related("member")
    changing = [row for row in held if row.relationship != relationships[row.member_id].value]
    before = [row for row in changing if row.joined_on != on]
    end_all(rows=before, on=on, how=Leaving.RELATED, at=at)
    # The head last: at no moment does a household have two.
    of_the_day = [row for row in changing if row.joined_on == on]
    for row in sorted(of_the_day, key=lambda row: relationships[row.member_id] is Relationship.HEAD):
        row.relationship = relationships[row.member_id].value
        row.save(update_fields=("relationship",))
    people = {row.member_id: relationships[row.member_id] for row in before}
    begin_all(household=household, people=people, on=on, how=Joining.RELATED, at=at)
