"""What must be true of a report that a household is at risk (DOMAIN §1.1, §2.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from households.rules.codes import HOUSEHOLD_TYPES, MOST_RISKS, Disaster, HouseholdType, Risk


@dataclass(frozen=True, slots=True)
class RiskFound:
    """A risk as reported: a natural disaster names its kind, another risk says what it is."""

    risk: Risk
    disaster: Disaster | None = None
    remark: str = ""


def risks_found(codes: Iterable[str], disaster: str, remark: str) -> tuple[RiskFound, ...]:
    """The risks with these codes; `disaster` and `remark` go with the one that asks for them."""
    return tuple(
        RiskFound(
            Risk(code),
            Disaster(disaster) if disaster and code == Risk.NATURAL_DISASTER else None,
            remark.strip() if code == Risk.OTHER else "",
        )
        for code in codes
    )


# Whether each type asks that the household was registered poor before: yes, no, or either (None).
IS_FORMER_POOR: dict[HouseholdType, bool | None] = {
    HouseholdType.UNSTABLE: True,
    HouseholdType.MARGINAL: False,
    HouseholdType.SUDDEN: None,
}


def fault_of_type(household_type: HouseholdType, is_former_poor: bool) -> str:
    """A sentence where the type contradicts whether the household was registered poor, else an empty string."""
    asked = IS_FORMER_POOR[household_type]
    if asked is None or asked == is_former_poor:
        return ""
    name = HOUSEHOLD_TYPES[household_type]
    if asked:
        return _(
            "“%(type)s” is for households lifted out of poverty; this one is not marked so. Choose another type."
        ) % {"type": name}
    return _("“%(type)s” is for households never registered poor; this one was. Choose another type.") % {"type": name}


def fault_of_risks(risks: Sequence[RiskFound]) -> str:
    """A sentence where the risks are none, too many, named twice or not explained, else an empty string."""
    if not 1 <= len(risks) <= MOST_RISKS:
        return _("Name at least one and at most %(most)d risks.") % {"most": MOST_RISKS}
    if len({found.risk for found in risks}) < len(risks):
        return _("A risk is named twice. Name each once.")
    for found in risks:
        if found.risk is Risk.NATURAL_DISASTER and found.disaster is None:
            return _("Say which kind of natural disaster it was.")
        if found.risk is Risk.OTHER and not found.remark.strip():
            return _("Say in the remark what the other risk is.")
    return ""
