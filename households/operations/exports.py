"""Exports: every list that leaves the system is written down, with its purpose and how many rows it took along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.fitting import check_text
from common.moments import day_of
from common.refusals import Invalid
from households import access
from households.models import Division

LONGEST_PURPOSE = 200


@dataclass(frozen=True, slots=True)
class Export:
    """So many `rows` of the list `name` in the division `place`, chosen by `parameters`, wanted for `purpose`.

    `permission` is what reading the list needs. With `whole_numbers` document numbers are whole in it, for `reason`.
    """

    name: str
    place: str
    parameters: Mapping[str, str]
    rows: int
    purpose: str
    permission: Permission = Permission.VIEW_RECORDS
    whole_numbers: bool = False
    reason: str = ""


@transaction.atomic
def record(*, export: Export, by: User, at: datetime) -> None:
    """Write an export into the audit trail; refused without a purpose, or where the list may not be read.

    Whole document numbers need the permission to see them and a reason beside the purpose.
    """
    purpose, reason = export.purpose.strip(), export.reason.strip()
    check_may_read(export=export, by=by, at=at)
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        raise Invalid(
            _("Say in at most %(most)d characters what the file is for.") % {"most": LONGEST_PURPOSE}, field="purpose"
        )
    if export.whole_numbers and not 1 <= len(reason) <= LONGEST_PURPOSE:
        raise Invalid(
            _("Say in at most %(most)d characters why you need the document numbers.") % {"most": LONGEST_PURPOSE},
            field="reason",
        )
    numbers = {"document_numbers": "whole", "reason": reason} if export.whole_numbers else {}
    for name, value in {**export.parameters, "purpose": purpose, "reason": reason}.items():
        check_text(value, field=name)
    audit.write(
        [
            audit.entry(
                action="export",
                subject=Division(pk=export.place),
                by=by,
                at=at,
                division_code=export.place,
                changes={
                    "list": export.name,
                    "purpose": purpose,
                    "rows": export.rows,
                    "parameters": dict(export.parameters),
                    **numbers,
                },
            )
        ]
    )


def check_may_read(*, export: Export, by: User, at: datetime) -> None:
    """Refuse with NotAllowed where no posting of `by` permits reading the list, or the document numbers in it."""
    today = day_of(at)
    access.check(by, export.permission, export.place, today)
    if export.whole_numbers:
        access.check(by, Permission.UNMASK_NUMBER, export.place, today)
