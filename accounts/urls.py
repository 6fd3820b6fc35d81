"""Addresses of signing in and out, and of one's password and second factor."""

from django.urls import path

from accounts import factor_views, saved_views, token_views
from accounts.views import ChangePassword, SignIn, SignOut
from common.parameters import takes

urlpatterns = [
    path("sign-in/", takes("next")(SignIn.as_view()), name="sign-in"),
    path("sign-in/code/", factor_views.asked_for, name="sign-in-code"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("saved/", saved_views.save, name="saved-views"),
    path("saved/<uuid:key>/", saved_views.saved, name="saved-view"),
    path("profile/tokens/", token_views.index, name="own-tokens"),
    path("profile/tokens/<slug:key>/revoke/", token_views.revoke, name="own-token-revoke"),
    path("profile/password/", ChangePassword.as_view(), name="password"),
    path("profile/second-factor/", takes("required")(factor_views.second_factor), name="second-factor"),
]
