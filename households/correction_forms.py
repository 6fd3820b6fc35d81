"""What people enter to put a case right: the day of a step, and from a day on another type or other risks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DressedForm, day_field
from households.clue_forms import ClassForm
from households.models import Case


class DayForm(DressedForm):
    """On which day a step was truly taken, and how that is known."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    on = day_field(_("The day on which it happened"))
    reason = forms.CharField(label=_("How that is known"), max_length=500)


class ReclassifyForm(ClassForm):
    """Another type or other risks of a case, from a day on."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    on = day_field(_("From this day on"))
    field_order = ("on",)


def class_of(case: Case) -> dict[str, Any]:
    """What the form of type and risks begins with: what holds of the case."""
    risks = list(case.risks.all())
    return {
        "household_type": case.household_type,
        "risks": [row.risk for row in risks],
        "disaster": next((row.disaster for row in risks if row.disaster), ""),
        "remark": next((row.remark for row in risks if row.remark), ""),
        "has_no_labour": case.has_no_labour,
    }
