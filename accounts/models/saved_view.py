"""Saved views: lists that somebody keeps under a name, with their filters, order and columns."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models.user import User
from common.ids import new_id


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Selections of saved views."""

    def kept_by(self, user: User, page: str) -> Self:
        """What `user` keeps of one list, by name."""
        return self.filter(user_id=user.pk, page=page).order_by("name", "pk")


class SavedView(models.Model):
    """`user` keeps the list at the address named `page`, as `query` narrows and orders it, under a name of his own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "page", "name"), name="saved_view_name_is_one"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where the list is shown as it was saved."""
        return f"{reverse(self.page)}?{self.query}" if self.query else reverse(self.page)
