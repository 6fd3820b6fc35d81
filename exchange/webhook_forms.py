"""The form of a subscription to changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from exchange.rules.changes import KINDS
from exchange.rules.webhooks import LONGEST_ADDRESS
from households.models import Division

CONTROL = {"class": "form-control", "autocomplete": "off"}


class SubscriptionForm(forms.Form):
    """Changes of which division and kinds are sent, and where."""

    division = forms.CharField(
        label=gettext_lazy("Code of the division"),
        max_length=12,
        widget=forms.TextInput(attrs={**CONTROL, "inputmode": "numeric"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address to which changes are sent"),
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput(attrs=CONTROL),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of records (none chosen: all)"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *entered: Any, **options: Any) -> None:
        super().__init__(*entered, **options)
        self.fields["kinds"].choices = [(kind, str(name)) for kind, name in KINDS.items()]
        self.fields["kinds"].widget.attrs = {"class": "form-check-input"}

    def clean_division(self) -> Division:
        """The division of that code."""
        found = Division.objects.filter(pk=self.cleaned_data["division"]).first()
        if found is None:
            raise forms.ValidationError(gettext_lazy("There is no division of this code."))
        return found
