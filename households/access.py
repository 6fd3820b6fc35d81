"""Who may do what where: postings asked one question."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import GRANTS, Permission, Role
from common.refusals import NotAllowed
from households.models import Posting


class Desk:
    """Answers about any number of acts with each actor's postings read once; made anew for every operation."""

    def __init__(self) -> None:
        self._held: dict[object, list[Posting]] = {}

    def can(self, user: User, permission: Permission, place: str, on: date) -> bool:
        """Whether a posting of `user` grants `permission` on that day in the division `place` or one above it."""
        return any(
            permission in GRANTS[Role(posting.role)]
            and place.startswith(posting.division_id)
            and posting.starts_on <= on
            and (posting.ends_on is None or on <= posting.ends_on)
            for posting in self._postings(user)
        )

    def check(self, user: User, permission: Permission, place: str, on: date) -> None:
        """Refuse with NotAllowed where `can` says no."""
        if not self.can(user, permission, place, on):
            raise NotAllowed(
                _("%(user)s holds no posting that permits this in division %(place)s on %(day)s. Ask an administrator.")
                % {"user": user, "place": place, "day": on.isoformat()}
            )

    def _postings(self, user: User) -> list[Posting]:
        if user.pk not in self._held:
            self._held[user.pk] = list(Posting.objects.filter(user=user)) if user.is_active else []
        return self._held[user.pk]


def can(user: User, permission: Permission, place: str, on: date) -> bool:
    """Whether `user` may do this in the division `place` on that day."""
    return Desk().can(user, permission, place, on)


def check(user: User, permission: Permission, place: str, on: date) -> None:
    """Refuse with NotAllowed where `user` may not do this in the division `place` on that day."""
    Desk().check(user, permission, place, on)
