"""What people enter who decide on a clue that the records propose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DressedForm, options
from households.models import Clue
from households.operations.warnings import LONGEST_REASON
from households.rules.admission import RiskFound
from households.rules.codes import DISASTERS, HOUSEHOLD_TYPES, RISKS, Disaster, HouseholdType, Risk
from households.rules.warnings import Cause, usual_risk, usual_type

LONGER = forms.Textarea(attrs={"rows": 3})


class AcceptForm(DressedForm):
    """As what the clue is reported: type of household, risk, and what there is to say beside the evidence."""

    household_type = forms.ChoiceField(label=_("Type of household"), choices=options(HOUSEHOLD_TYPES))
    risk = forms.ChoiceField(label=_("Risk"), choices=options(RISKS))
    disaster = forms.ChoiceField(
        label=_("Kind of disaster, if it was one"), choices=options(DISASTERS, empty="–"), required=False
    )
    remark = forms.CharField(label=_("What the risk is, if it is another one"), max_length=200, required=False)
    told = forms.CharField(label=_("What you know beside it"), max_length=LONGEST_REASON, required=False, widget=LONGER)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def entered(self) -> dict[str, Any]:
        """What was entered, as the operation takes it."""
        told = self.cleaned_data
        disaster = Disaster(told["disaster"]) if told["disaster"] else None
        return {
            "household_type": HouseholdType(told["household_type"]),
            "risk": RiskFound(Risk(told["risk"]), disaster, told["remark"]),
            "told": told["told"],
            "expected_version": told["version"],
        }


class DismissForm(DressedForm):
    """Why the clue is not right, and which version of it was seen."""

    reason = forms.CharField(label=_("Why the clue is not right"), max_length=LONGEST_REASON, widget=LONGER)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def first_values(clue: Clue) -> dict[str, Any]:
    """What the form of a clue begins with: what its cause usually names."""
    cause = Cause(clue.cause)
    return {
        "household_type": usual_type(cause, is_former_poor=clue.household.is_former_poor).value,
        "risk": usual_risk(cause).value,
        "remark": clue.cause_name if usual_risk(cause) is Risk.OTHER else "",
        "version": clue.version,
    }
