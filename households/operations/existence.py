"""Whether a household is still there: what was removed or has ended takes nothing new."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.refusals import Conflict
from households.models import Household
from households.rules.changes import HOW_ENDED, HowEnded


def check_exists(household: Household) -> None:
    """Conflict where the household was removed as registered in error, or has ended."""
    if household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if household.ended_on is not None:
        raise Conflict(
            _("The household ended on %(day)s (%(how)s); it takes nothing new.")
            % {"day": household.ended_on, "how": HOW_ENDED[HowEnded(household.ended_how)]},
            code="household_ended",
        )


def check_same_world(households: Sequence[Household]) -> None:
    """Conflict where invented households of a demonstration would meet real ones."""
    if len({household.is_synthetic for household in households}) > 1:
        raise Conflict(_("One of the households is invented for a demonstration. It cannot meet a real one."))
