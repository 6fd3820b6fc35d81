"""What people enter at the exit gate: what was found of a risk, a waiver, and that something set is taken back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DressedForm, day_field, options
from households.rules.codes import RISKS
from households.rules.gate import RISK_STATES


class RiskForm(DressedForm):
    """What was found of a risk."""

    risk = forms.ChoiceField(label=_("Risk"), choices=options(RISKS))
    state = forms.ChoiceField(label=_("What was found"), choices=options(RISK_STATES))
    on = day_field(_("Found on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class WaiverForm(DressedForm):
    """Which condition is waived, and why."""

    rule = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500)


class WithdrawalForm(DressedForm):
    """Why something that was set is taken back, and which version of it was seen."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
