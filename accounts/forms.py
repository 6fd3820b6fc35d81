"""What people enter about themselves."""

from __future__ import annotations

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import lockouts


class SaysWhenToComeBack(AuthenticationForm):
    """Tells whoever failed too often until when to wait."""

    def get_invalid_login_error(self) -> ValidationError:
        told = lockouts.sentence(self.request, self.cleaned_data.get("username", ""))
        return ValidationError(told, code="locked") if told else super().get_invalid_login_error()


class SignInForm(SaysWhenToComeBack):
    """User name and password; a system account cannot sign in."""

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)
        if getattr(user, "is_system", False):
            raise ValidationError(_("This is a system account; it cannot sign in."), code="system")


class TechnicalSignInForm(SaysWhenToComeBack, AdminAuthenticationForm):
    """The same at the door of the technical site."""
