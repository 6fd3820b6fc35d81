"""The form of a subscription to changes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import DressedForm
from exchange.rules.changes import KINDS
from exchange.rules.webhooks import LONGEST_ADDRESS
from households.models import Division


class SubscriptionForm(DressedForm):
    """Changes of which division and kinds are sent, and where."""

    division = forms.CharField(
        label=gettext_lazy("Code of the division"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address to which changes are sent"), max_length=LONGEST_ADDRESS, widget=forms.URLInput
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of records (none chosen: all)"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def fill(self) -> None:
        self.offer("kinds", KINDS)

    def clean_division(self) -> Division:
        """The division of that code."""
        found = Division.objects.filter(pk=self.cleaned_data["division"]).first()
        if found is None:
            raise forms.ValidationError(gettext_lazy("There is no division of this code."))
        return found
