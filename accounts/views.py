"""Signing in and out, and changing one's password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.factor_views import stop_halfway
from accounts.forms import SignInForm
from accounts.models import SecondFactor
from accounts.operations import users


class SignIn(views.LoginView):
    """User name and password, then a code where there is a second factor; who is signed in goes on at once."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if SecondFactor.objects.guards(user):
            return stop_halfway(self.request, user, self.get_success_url(), timezone.now())
        return super().form_valid(form)


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
