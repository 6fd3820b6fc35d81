"""How long a case may stand at a step before it is late: defaults, one for each step that somebody has to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from common.names import Name
from households.workflow import UNDER_ELIMINATION, UNDER_IDENTIFICATION, Status


@dataclass(frozen=True, slots=True)
class Limit:
    """Calendar days after which a case at a step is late, and where the number comes from."""

    days: int
    source: Name


WHOLE_CHAIN = Name(
    "秦安县：自线索登记至认定不超过15天", "Qin'an County: not more than 15 days from clue to recognition"
)
NOT_OFFICIAL = Name("本系统默认，非官方规定", "our default, not official")

# No limit of a single step is published for every place (DOMAIN §3.2): each gets the one published for the whole
# chain, and elimination, for which none was found, the same.
LIMITS: dict[Status, Limit] = {
    **dict.fromkeys(sorted(UNDER_IDENTIFICATION), Limit(15, WHOLE_CHAIN)),
    **dict.fromkeys(sorted(UNDER_ELIMINATION), Limit(15, NOT_OFFICIAL)),
}


def last_day_in_time(status: Status, on: date, limits: Mapping[Status, Limit] = LIMITS) -> date:
    """The earliest day on which a case may have come to the step to be still in time on the day `on`."""
    return on - timedelta(days=limits[status].days)


def days_waited(since: date, on: date) -> int:
    """How many days a case that stands at its step since `since` has waited on the day `on`."""
    return (on - since).days
