"""The form by which a conflict is decided."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DressedForm
from households.rules.conflicts import ConflictState


class ResolveForm(DressedForm):
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
