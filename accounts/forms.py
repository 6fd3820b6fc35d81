"""What people enter about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import lockouts
from common.forms import DressedForm

LONGEST_DAYS, USUAL_DAYS = 365, 90


class TokenForm(DressedForm):
    """How long a token shall be good, and for what."""

    days = forms.IntegerField(
        label=gettext_lazy("Good for so many days"), min_value=1, max_value=LONGEST_DAYS, initial=USUAL_DAYS
    )
    is_read_only = forms.BooleanField(label=gettext_lazy("For reading alone"), required=False, initial=True)
    code = forms.CharField(
        label=gettext_lazy("Code of your second factor"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def __init__(self, *entered: Any, asks_for_code: bool, **options: Any) -> None:
        super().__init__(*entered, **options)
        if not asks_for_code:
            del self.fields["code"]


class SignInForm(AuthenticationForm):
    """User name and password; who failed too often is told until when to wait, a system account cannot sign in."""

    def get_invalid_login_error(self) -> ValidationError:
        told = lockouts.sentence(self.request, self.cleaned_data.get("username", ""))
        return ValidationError(told, code="locked") if told else super().get_invalid_login_error()

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)
        if getattr(user, "is_system", False):
            raise ValidationError(_("This is a system account; it cannot sign in."), code="system")
