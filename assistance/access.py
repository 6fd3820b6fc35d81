"""The cases and measures that a user may see, found by their keys, and the people whom he may make responsible."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from assistance.models import Measure
from common.refusals import NotFound
from households import access
from households.models import Assignment, Case, Posting
from households.rules.levels import path_of


def case_of(user: User, key: UUID, on: date) -> Case:
    """The case with its household; NotFound where there is none that the user may see on that day."""
    rows = Case.objects.visible_to(user, on).filter(household__removed_at__isnull=True)
    found: Case | None = rows.filter(pk=key).select_related("household", "village").first()
    if found is None:
        raise NotFound(_("There is no such case, or none of your postings reaches it."))
    return found


def measure_of(user: User, key: UUID, on: date) -> Measure:
    """The measure with its case; NotFound where there is none that the user may see on that day."""
    rows = Measure.objects.visible_to(user, on).filter(case__household__removed_at__isnull=True)
    beside = ("case__household", "village", "plan", "member", "responsible")
    found: Measure | None = rows.filter(pk=key).select_related(*beside).first()
    if found is None:
        raise NotFound(_("There is no such measure, or none of your postings reaches it."))
    return found


def people_of(user: User, case: Case, on: date) -> list[User]:
    """Whom `user` may name as responsible for a measure: himself, who is responsible for the household, and where he
    may see people those who are posted to its village or above it, the nearest first."""
    assigned = Assignment.objects.filter(household=case.household_id).as_of(on).select_related("user")
    people = [user, *(row.user for row in assigned)]
    if access.can(user, Permission.VIEW_PEOPLE, case.village_id, on):
        held = Posting.objects.in_force(on).granting(Permission.RECORD_MEASURE)
        rows = held.filter(division__in=path_of(case.village_id), user__is_active=True, user__is_system=False)
        people += [row.user for row in rows.select_related("user").order_by("-division", "user__username")]
    return list(dict.fromkeys(people))
