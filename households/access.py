"""Who may do what where: postings, and households entrusted to somebody, asked one question."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import SecondFactor, User
from accounts.permissions import GRANTS, ROLES, Permission, Role
from common.refusals import Invalid, NotAllowed, NotFound
from common.scopes import Scope
from households.models import Assignment, Division, Household, Posting
from households.models.posting import outermost
from households.models.reach import ENTRUSTED, entrusted, read_reach


def scope_of(user: User, on: date) -> Scope:
    """What the database shows `user` on that day: by his postings and assignments, read once and kept with him."""
    if getattr(user, "held_postings", None) is None:
        read_reach(user, on)
    return scope_held(user, on)


def scope_held(user: User, on: date) -> Scope:
    """The same for a user whose postings and assignments have been read."""
    held: Any = user
    records, figures = (
        tuple(outermost(each.division for each in held.held_postings if each.grants(permission, on)))
        for permission in (Permission.VIEW_RECORDS, Permission.VIEW_FIGURES)
    )
    return Scope(records, figures, entrusted(user, on))


def lacks_second_factor(user: User, on: date) -> bool:
    """Whether a posting of `user` that holds on that day asks for a second factor which he or she has not set up.

    Whoever is admitted to the technical site with all rights counts as an administrator.
    """
    asked_of = settings.SECOND_FACTOR_REQUIRED_FOR
    if not asked_of:
        return False
    roles = Posting.objects.roles(user, on) | ({Role.ADMINISTRATOR} if user.is_superuser else set())
    return not asked_of.isdisjoint(roles) and not SecondFactor.objects.guards(user)


def check_second_factor(user: User, on: date) -> None:
    """Refuse with NotAllowed where `user` has to set up a second factor before anything else."""
    if lacks_second_factor(user, on):
        raise NotAllowed(
            _("Your role asks for a second factor. Set it up on the pages, under Profile, before you go on."),
            code="second_factor_required",
        )


class Desk:
    """Answers about any number of acts with each actor's postings read once; made anew for every operation.

    `home` is the household that an act is about: who is responsible for it may do there what a caseworker may.
    """

    def __init__(self) -> None:
        self._held: dict[object, list[Posting]] = {}
        self._entrusted: dict[object, list[Assignment]] = {}

    def can(self, user: User, permission: Permission, place: str, on: date, home: UUID | None = None) -> bool:
        """Whether `user` may do this on that day, by a posting to `place` or above it or as responsible for `home`."""
        return any(
            permission in GRANTS[Role(posting.role)]
            and place.startswith(posting.division_id)
            and posting.starts_on <= on
            and (posting.ends_on is None or on <= posting.ends_on)
            for posting in self._postings(user)
        ) or (home is not None and permission in ENTRUSTED and self._is_entrusted(user, home, on))

    def check(self, user: User, permission: Permission, place: str, on: date, home: UUID | None = None) -> None:
        """Refuse with NotAllowed where `can` says no."""
        if not self.can(user, permission, place, on, home):
            raise NotAllowed(
                _("%(user)s holds no posting that permits this in division %(place)s on %(day)s. Ask an administrator.")
                % {"user": user, "place": place, "day": on.isoformat()}
            )

    def _postings(self, user: User) -> list[Posting]:
        if user.pk not in self._held:
            self._held[user.pk] = list(Posting.objects.filter(user=user)) if user.is_active else []
        return self._held[user.pk]

    def _is_entrusted(self, user: User, home: UUID, on: date) -> bool:
        if user.pk not in self._entrusted:
            self._entrusted[user.pk] = list(Assignment.objects.filter(user=user)) if user.is_active else []
        return any(each.household_id == home and each.holds(on) for each in self._entrusted[user.pk])


def can(user: User, permission: Permission, place: str, on: date, home: UUID | None = None) -> bool:
    """Whether `user` may do this in the division `place` on that day, or with the household `home` there."""
    return Desk().can(user, permission, place, on, home)


def check(user: User, permission: Permission, place: str, on: date, home: UUID | None = None) -> None:
    """Refuse with NotAllowed where `user` may not do this in the division `place`, nor with the household `home`."""
    Desk().check(user, permission, place, on, home)


def division_for(user: User, asked: str, permission: Permission, on: date, *, must_choose: bool = False) -> str:
    """The division that `user` asked for, or where nothing is asked the first of his postings.

    NotFound where no posting reaches it on that day: what is out of scope is as if absent. NotAllowed where one does
    that permits other things than this: who knows the place is told who can help. With `must_choose`, who holds
    several postings and asks for none of them is refused instead of being shown a part.
    """
    codes = Posting.objects.codes(user, permission, on)
    if not asked and len(codes) > 1 and must_choose:
        raise Invalid(
            _("You are posted to several divisions. Name one of them: %(codes)s.") % {"codes": ", ".join(codes)},
            code="division_missing",
            field="division",
        )
    if not asked and codes:
        return codes[0]
    if asked and any(asked.startswith(code) for code in codes) and Division.objects.filter(pk=asked).exists():
        return asked
    _refuse_other_postings(user, asked, permission, on)
    raise NotFound(_("There is no such division, or none of your postings reaches it."), field="division")


def household_for(user: User, key: UUID, on: date, field: str | None = None) -> Household:
    """The household of that key with its village; NotFound where no posting reaches it on that day."""
    rows = Household.objects.kept().visible_to(user, on).select_related("village")
    household: Household | None = rows.filter(pk=key).first()
    if household is None:
        raise NotFound(_("There is no such household, or none of your postings reaches it."), field=field)
    return household


def _refuse_other_postings(user: User, asked: str, permission: Permission, on: date) -> None:
    """NotAllowed where postings of `user` reach the division for its figures but not for `permission`."""
    reached = Posting.objects.codes(user, Permission.VIEW_FIGURES, on)
    place = next((asked or code for code in reached if asked.startswith(code) or not asked), "")
    division = Division.objects.filter(pk=place).first() if place else None
    if division is not None:
        held_by = (role for role, granted in GRANTS.items() if permission in granted and role is not Role.CLIENT)
        roles = _(", ").join(str(ROLES[role]) for role in held_by)
        raise NotAllowed(
            _(
                "Your posting in %(place)s shows its figures, but does not permit this. Ask somebody there who may "
                "(%(roles)s), or ask an administrator for such a posting."
            )
            % {"place": division, "roles": roles}
        )
