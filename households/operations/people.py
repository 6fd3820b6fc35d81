"""People: users and their postings."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import ROLES, Permission, Role
from common.moments import day_of
from common.refusals import Invalid, NotAllowed
from households import access
from households.models import Division, Posting
from households.rules.levels import LEVELS
from households.rules.postings import LOWEST, may_be_held


@transaction.atomic
def post(
    *, user: User, role: Role, division: Division, starts_on: date, ends_on: date | None = None, by: User, at: datetime
) -> Posting:
    """Give `user` a role in `division` and all below it for a period; nobody gives one to himself.

    Invalid where the role is not held at that level: what a township decides is not decided in a village.
    """
    access.check(by, Permission.MANAGE_PEOPLE, division.code, day_of(at))
    if user.pk == by.pk:
        raise NotAllowed(_("Nobody gives a posting to himself. Ask another administrator."))
    if user.is_system:
        raise Invalid(_("This account acts for the product itself and holds no posting."), field="user")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(_("The posting ends before it starts."), field="ends_on")
    if not may_be_held(role, division.code):
        raise Invalid(
            _("The role of %(role)s is held in a %(level)s or above. Choose such a division.")
            % {"role": ROLES[role], "level": LEVELS[LOWEST[role]]},
            code="role_too_low",
            field="division",
        )
    posting = Posting.objects.create(
        user=user, role=role.value, division=division, starts_on=starts_on, ends_on=ends_on
    )
    changes = {"user": str(user.pk), "role": role.value, "starts_on": starts_on.isoformat()}
    audit.write(
        [
            audit.entry(
                action="posting.given", subject=posting, by=by, at=at, division_code=division.code, changes=changes
            )
        ]
    )
    return posting


@transaction.atomic
def post_from_console(
    *, user: User, role: Role, division: Division, starts_on: date, by: User, at: datetime
) -> Posting:
    """Give `user` a role from that day on, as whoever runs commands on the server may do without a posting; audited.

    A posting that is held already is kept; where it starts later it starts on that day.
    """
    posting, created = Posting.objects.get_or_create(
        user=user, role=role.value, division=division, ends_on=None, defaults={"starts_on": starts_on}
    )
    if not created and posting.starts_on <= starts_on:
        return posting
    posting.starts_on = starts_on
    posting.save(update_fields=("starts_on",))
    changes = {"user": str(user.pk), "role": role.value, "starts_on": starts_on.isoformat(), "from": "console"}
    audit.write(
        [
            audit.entry(
                action="posting.given", subject=posting, by=by, at=at, division_code=division.code, changes=changes
            )
        ]
    )
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, ends_on: date, by: User, at: datetime) -> Posting:
    """The posting holds until that day, included; nobody lengthens his own."""
    access.check(by, Permission.MANAGE_PEOPLE, posting.division_id, day_of(at))
    posting = Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
    if posting.user_id == by.pk and posting.ends_on is not None and ends_on > posting.ends_on:
        raise NotAllowed(_("Nobody lengthens his own posting. Ask another administrator."))
    if ends_on < posting.starts_on:
        raise Invalid(_("The posting would end before it starts."), field="ends_on")
    posting.ends_on = ends_on
    posting.save(update_fields=("ends_on",))
    audit.write(
        [
            audit.entry(
                action="posting.ended",
                subject=posting,
                by=by,
                at=at,
                division_code=posting.division_id,
                changes={"ends_on": ends_on.isoformat()},
            )
        ]
    )
    return posting
