"""Postings: a user's role in a division for a period, the only source of permissions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import GRANTS, ROLES, Permission, Role
from common.ids import new_id
from common.names import choices
from common.querysets import begins_with_any


@dataclass(frozen=True, slots=True)
class HeldPosting:
    """A posting as the sign-in by token read it, together with its user: for the one request that is signed in."""

    role: str
    division: str
    starts_on: date
    ends_on: date | None

    def holds(self, on: date) -> bool:
        """Whether it holds on that day, the last day included."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def grants(self, permission: Permission, on: date) -> bool:
        """Whether it holds on that day, the last day included, and its role grants `permission`."""
        return self.holds(on) and permission in GRANTS[Role(self.role)]


def outermost(codes: Iterable[str]) -> list[str]:
    """The codes in order, those under another one left out."""
    left: list[str] = []
    for code in sorted(set(codes)):
        if not left or not code.startswith(left[-1]):
            left.append(code)
    return left


class PostingQuerySet(models.QuerySet["Posting"]):
    """Selections of postings."""

    def in_force(self, on: date) -> Self:
        """Postings that hold on that day, the last day included."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def granting(self, permission: Permission) -> Self:
        """Postings whose role grants `permission`."""
        return self.filter(role__in=[role for role, granted in GRANTS.items() if permission in granted])

    def under(self, codes: Iterable[str]) -> Self:
        """Postings in one of the divisions of these codes, or below."""
        return self.filter(begins_with_any("division_id", codes))

    def open_on(self, on: date) -> Self:
        """Postings that hold on that day or begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def codes(self, user: User, permission: Permission, on: date) -> list[str]:
        """Codes of the divisions where `user` holds `permission` on that day, those under another one left out."""
        held: Iterable[str] = (
            self.filter(user_id=user.pk, user__is_active=True)
            .in_force(on)
            .granting(permission)
            .values_list("division_id", flat=True)
            if (read := getattr(user, "held_postings", None)) is None
            else [each.division for each in read if each.grants(permission, on)]
        )
        return outermost(held)

    def roles(self, user: User, on: date) -> set[Role]:
        """All roles that `user` has on that day, wherever; read unless kept with the user."""
        held = getattr(user, "held_postings", None)
        if held is None:
            rows = self.filter(user_id=user.pk, user__is_active=True).in_force(on)
            return {Role(role) for role in rows.values_list("role", flat=True)}
        return {Role(each.role) for each in held if each.holds(on)}

    def permissions(self, user: User, on: date) -> frozenset[Permission]:
        """All that the postings of `user` permit on that day, wherever."""
        held = self.filter(user_id=user.pk, user__is_active=True).in_force(on)
        roles = held.values_list("role", flat=True).distinct()
        return frozenset[Permission]().union(*(GRANTS[Role(role)] for role in roles))


class Posting(models.Model):
    """`user` is `role` in `division` and all below it, from `starts_on` to `ends_on`, both included."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=20, choices=choices(ROLES))
    division = models.ForeignKey("households.Division", on_delete=models.PROTECT, related_name="postings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="posting_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in ROLES]), name="posting_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.division_id}"
