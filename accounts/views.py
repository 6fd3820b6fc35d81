"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import views

from accounts.forms import SignInForm


class SignIn(views.LoginView):
    """User name and password; who is signed in already goes on to the first page."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(views.LogoutView):
    """Ends the session and goes back to signing in."""
