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

    `permission` is what reading the list needs.
    """

    name: str
    place: str
    parameters: Mapping[str, str]
    rows: int
    purpose: str
    permission: Permission = Permission.VIEW_RECORDS


@transaction.atomic
def record(*, export: Export, by: User, at: datetime) -> None:
    """Write an export into the audit trail; refused without a purpose, or where the list may not be read."""
    purpose = export.purpose.strip()
    access.check(by, export.permission, export.place, day_of(at))
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        raise Invalid(
            _("Say in at most %(most)d characters what the file is for.") % {"most": LONGEST_PURPOSE}, field="purpose"
        )
    for name, value in {**export.parameters, "purpose": purpose}.items():
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
                },
            )
        ]
    )
