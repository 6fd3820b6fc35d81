"""What people enter at the exit gate: what was found of a risk, a waiver, and that something set is taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.rules.codes import RISKS
from households.rules.gate import RISK_STATES
from households.step_forms import day_field, dress


class RiskForm(forms.Form):
    """What was found of a risk."""

    risk = forms.ChoiceField(label=_("Risk"), choices=[(risk.value, name) for risk, name in RISKS.items()])
    state = forms.ChoiceField(
        label=_("What was found"), choices=[(state.value, name) for state, name in RISK_STATES.items()]
    )
    on = day_field(_("Found on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *entered: Any, **options: Any) -> None:
        super().__init__(*entered, **options)
        dress(self)


class WaiverForm(forms.Form):
    """Which condition is waived, and why."""

    rule = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *entered: Any, **options: Any) -> None:
        super().__init__(*entered, **options)
        dress(self)


class WithdrawalForm(forms.Form):
    """Why something that was set is taken back, and which version of it was seen."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *entered: Any, **options: Any) -> None:
        super().__init__(*entered, **options)
        dress(self)
