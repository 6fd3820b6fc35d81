"""The version that a change was based on, asked for by every operation that changes a record."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _

from common.refusals import Stale, VersionMissing

LARGEST_VERSION = 2**31 - 1  # what its column holds


class Versioned(Protocol):
    """A record that counts its changes."""

    @property
    def version(self) -> int:
        """How often it was changed, beginning with one."""


def check_version(record: Versioned, expected: int | None) -> None:
    """Refuse with VersionMissing where no version is given, with Stale where the record has changed since."""
    if expected is None:
        raise VersionMissing(_("Say which version of the record the change is based on."))
    if record.version != expected:
        raise Stale(
            _("The record was changed by someone else (version %(now)d, yours %(yours)d). Load it again and repeat.")
            % {"now": record.version, "yours": expected},
            record=record,
            expected=expected,
        )
