"""Showing an identity number in full: who asked, and why, stays in the audit trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.crypto import decrypt
from common.fitting import check_text
from common.moments import day_of
from common.refusals import Invalid, NotFound
from households import access
from households.models import Membership

LONGEST_REASON = 200


@transaction.atomic
def unmask(*, membership: Membership, reason: str, by: User, at: datetime) -> str:
    """The whole document number of the person; refused without a reason, audited without the number.

    NotFound where no number is recorded yet.
    """
    village = membership.household.village_id
    access.check(by, Permission.UNMASK_NUMBER, village, day_of(at))
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(
            _("Say in at most %(most)d characters why you need the number.") % {"most": LONGEST_REASON}, field="reason"
        )
    check_text(reason, field="reason")
    token = membership.member.document_token
    if not token:
        raise NotFound(_("No document number of this person is recorded yet."))
    changes = {"reason": reason, "household": str(membership.household_id)}
    shown = audit.entry(
        action="number.shown", subject=membership.member, by=by, at=at, division_code=village, changes=changes
    )
    audit.write([shown])
    return decrypt(token)
