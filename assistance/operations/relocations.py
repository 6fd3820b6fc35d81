"""Relocations with what assistance knows: plans and measures follow a household to another village."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from assistance.models import Measure, Plan
from assistance.operations import spans
from households.models import Household, HouseholdMove
from households.operations import relocations

FOLLOWING: Mapping[type[Model], str] = {Measure: "case__household", Plan: "case__household"}


@transaction.atomic
def relocate(
    *,
    household: Household,
    village: str,
    address: str,
    on: date,
    by: User,
    at: datetime,
    expected_version: int | None,
) -> HouseholdMove:
    """From that day on the household lives in the village with that code, and all that is recorded of it follows."""
    move = relocations.relocate(
        household=household, village=village, address=address, on=on, by=by, at=at, expected_version=expected_version
    )
    relocations.take_along(Household.objects.get(pk=household.pk), FOLLOWING)
    for measure in Measure.objects.filter(case__household=household, spans__recorded__upper_inf=True):
        moment = spans.close(measure, at)
        spans.span_of(measure, measure.landed_on, moment).save(force_insert=True)
    return move
