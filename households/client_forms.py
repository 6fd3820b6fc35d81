"""What an administrator enters of client systems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import SCOPES, ApiScope
from accounts.rules.clients import LONGEST_ADDRESS
from common.forms import DressedForm
from households.people_forms import PostingForm


class ScopesField(forms.MultipleChoiceField):
    """For what a system may ask a token."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[ApiScope]:
        """The scopes that are ticked."""
        return [ApiScope(each) for each in super().clean(value)]


class RegistrationForm(PostingForm):
    """A new system: its client id, its name, its scopes, and its posting as an API client."""

    client_id = User._meta.get_field("username").formfield(label=gettext_lazy("Client id"))
    name = forms.CharField(label=gettext_lazy("Name of the system"), max_length=100)
    scopes = ScopesField(label=gettext_lazy("Scopes"))
    field_order = ("client_id", "name", "scopes", "division", "starts_on", "ends_on")

    def fill(self) -> None:
        super().fill()
        del self.fields["role"]
        self.offer("scopes", SCOPES)
        self.fields["client_id"].help_text = ""
        self.fields["client_id"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none"}


class TermsForm(DressedForm):
    """Scopes of a system, the addresses that it is called back at, and the key of its signatures."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    scopes = ScopesField(label=gettext_lazy("Scopes"))
    callbacks = forms.CharField(
        label=gettext_lazy("Addresses to call back at, one a line"),
        required=False,
        max_length=10 * LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    public_key = forms.CharField(
        label=gettext_lazy("Public key of its signatures (Ed25519, base64)"), required=False, max_length=60
    )

    def fill(self) -> None:
        self.offer("scopes", SCOPES)

    def clean_callbacks(self) -> list[str]:
        """The addresses, one a line."""
        return [line.strip() for line in self.cleaned_data["callbacks"].splitlines() if line.strip()]
