"""What an administrator enters of accounts and postings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import ROLES, Role
from common.forms import DressedForm, day_field
from households.models import Division

LONGEST_SEARCH = 100


class PostingForm(DressedForm):
    """A role in a division, from a day on, and until when."""

    division = forms.CharField(
        label=gettext_lazy("Code of the division"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    starts_on = day_field(gettext_lazy("From"))
    ends_on = day_field(gettext_lazy("Until, this day included; empty: until further notice"), required=False)

    def fill(self) -> None:
        self.offer("role", ROLES)

    def clean_division(self) -> Division:
        """The division of that code."""
        division = Division.objects.filter(pk=self.cleaned_data["division"].strip()).first()
        if division is None:
            raise forms.ValidationError(_("There is no division of this code. Find it by its name above."))
        return division

    def clean_role(self) -> Role:
        """The role."""
        return Role(self.cleaned_data["role"])


class AccountForm(PostingForm):
    """A new account: its name to sign in with, the person's name, and the first posting."""

    username = User._meta.get_field("username").formfield(label=gettext_lazy("User name"))
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=100)
    field_order = ("username", "full_name", "division", "role", "starts_on", "ends_on")

    def fill(self) -> None:
        super().fill()
        self.fields["username"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none"}


class EndForm(DressedForm):
    """The last day of a posting."""

    ends_on = day_field(gettext_lazy("Last day"))
