"""Selection by place: under a division, or visible to a user by postings and by households entrusted to him."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from common.querysets import begins_with, begins_with_any
from households.models.posting import Posting
from households.models.reach import ENTRUSTED, entrusted

# The foreign keys that lead from a record to its household.
TOWARDS_HOME = ("household", "case", "deadline", "visit")


class PlacedQuerySet(models.QuerySet):
    """Rows that carry the code of a village in `place`."""

    place = "village_id"

    def under(self, code: str) -> Self:
        """Rows of the division `code` and of all below it."""
        return self.filter(begins_with(self.place, code))

    def visible_to(self, user: User, on: date, permission: Permission = Permission.VIEW_RECORDS) -> Self:
        """Rows in the divisions where a posting of `user` grants `permission` on that day, and those of households
        that are entrusted to him; none without either."""
        wanted = begins_with_any(self.place, Posting.objects.codes(user, permission, on))
        keys = entrusted(user, on) if permission in ENTRUSTED else ()
        return self.filter(wanted | Q(**{f"{path_home(self.model)}__in": keys}) if keys else wanted)


@cache
def path_home(model: type[models.Model]) -> str:
    """The path from a record to the key of its household."""
    if model._meta.model_name == "household":
        return "pk"
    names = {field.name for field in model._meta.concrete_fields}
    step = next(name for name in TOWARDS_HOME if name in names)
    if step == "household":
        return "household_id"
    return f"{step}__{path_home(model._meta.get_field(step).related_model)}"
