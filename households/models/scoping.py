"""Selection by place: under a division, or visible to a user by his postings."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from accounts.models import User
from accounts.permissions import Permission
from common.querysets import begins_with, begins_with_any
from households.models.posting import Posting


class PlacedQuerySet(models.QuerySet):
    """Rows that carry the code of a village in `place`."""

    place = "village_id"

    def under(self, code: str) -> Self:
        """Rows of the division `code` and of all below it."""
        return self.filter(begins_with(self.place, code))

    def visible_to(self, user: User, on: date, permission: Permission = Permission.VIEW_RECORDS) -> Self:
        """Rows in the divisions where a posting of `user` grants `permission` on that day; none without one."""
        return self.filter(begins_with_any(self.place, Posting.objects.codes(user, permission, on)))
