"""The form by which a conflict is decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.rules.conflicts import ConflictState
from households.step_forms import dress


class ResolveForm(forms.Form):
    """Which value is right, why, and which version of the conflict was seen."""

    choice = forms.ChoiceField(
        label=_("Which value is right"),
        choices=[
            (ConflictState.TAKEN.value, _("The value that was sent")),
            (ConflictState.KEPT.value, _("The value that is held")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *entered: Any, **options: Any) -> None:
        super().__init__(*entered, **options)
        dress(self)
