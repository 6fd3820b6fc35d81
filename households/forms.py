"""What people enter about risks, conditions of elimination and standards."""

from __future__ import annotations

from django import forms

from households.rules.codes import RISKS
from households.rules.gate import RISK_STATES


class RiskForm(forms.Form):
    """What was found of a risk."""

    risk = forms.ChoiceField(choices=[(risk.value, name) for risk, name in RISKS.items()])
    state = forms.ChoiceField(choices=[(state.value, name) for state, name in RISK_STATES.items()])
    on = forms.DateField()
    note = forms.CharField(max_length=500, required=False)


class WaiverForm(forms.Form):
    """Which condition is waived, and why."""

    rule = forms.CharField(max_length=40)
    reason = forms.CharField(max_length=500)


class WithdrawalForm(forms.Form):
    """Why something that was set is taken back, and which version of it was seen."""

    reason = forms.CharField(max_length=500)
    version = forms.IntegerField(min_value=1)
