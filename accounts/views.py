"""Signing in and out, and changing one's password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms import SignInForm
from accounts.operations import users


class SignIn(views.LoginView):
    """User name and password; who is signed in already goes on to the first page."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(views.LogoutView):
    """Ends the session and goes back to signing in."""


class ChangePassword(views.PasswordChangeView):
    """A new password for who knows the old one; this session goes on, all others of the account end."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("profile")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        users.change_password(
            user=form.user,
            hashed_password=make_password(form.cleaned_data["new_password1"]),
            by=form.user,
            at=timezone.now(),
        )
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, _("The password has been changed."))
        return HttpResponseRedirect(str(self.success_url))
