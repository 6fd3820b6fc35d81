"""What people enter about themselves."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import lockouts


class SignInForm(AuthenticationForm):
    """User name and password; who failed too often is told until when to wait, a system account cannot sign in."""

    def get_invalid_login_error(self) -> ValidationError:
        told = lockouts.sentence(self.request, self.cleaned_data.get("username", ""))
        return ValidationError(told, code="locked") if told else super().get_invalid_login_error()

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)
        if getattr(user, "is_system", False):
            raise ValidationError(_("This is a system account; it cannot sign in."), code="system")
