"""How API clients sign in without a token: by name and password, or by the session of the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts import lockouts
from accounts.models import SecondFactor, User
from common.refusals import Refused

# Where calls with name and password show the code of a second factor.
CODE_HEADER = "One-Time-Code"
LONGEST_NAME = User._meta.get_field("username").max_length


class Locked(AuthenticationFailed):
    """Too many failures; the sentence says until when."""

    default_code = "locked"


def ask_for_code(request: HttpRequest, user: User) -> None:
    """Take the code in the header of the call where `user` has a second factor; refused without one."""
    if not SecondFactor.objects.guards(user):
        return
    code = request.headers.get(CODE_HEADER, "")
    if not code:
        raise AuthenticationFailed(
            _("This account has a second factor. Put a code of it into the header %(header)s, or sign in by token.")
            % {"header": CODE_HEADER},
            code="code_missing",
        )
    try:
        lockouts.take_code(request, user, code, timezone.now())
    except Refused as refusal:
        raise AuthenticationFailed(str(refusal), code=refusal.stable_code) from refusal


class ByPassword(BasicAuthentication):
    """Name and password with every call, and a code where there is a second factor.

    A name that no account can have is refused before it is looked for.
    """

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> tuple[User, None]:
        unknowable = "\0" in userid or any("\ud800" <= character <= "\udfff" for character in userid)
        if unknowable or len(userid) > LONGEST_NAME:
            raise AuthenticationFailed(_("Name or password is wrong."))
        called: HttpRequest = request._request
        try:
            user, nothing = super().authenticate_credentials(userid, password, called)
        except AuthenticationFailed as failure:
            if told := lockouts.sentence(called, userid):
                raise Locked(told) from failure
            raise
        ask_for_code(called, user)
        return user, nothing


class BySession(SessionAuthentication):
    """The session of the pages; changes need its proof that they come from there."""


class ByPasswordDescribed(OpenApiAuthenticationExtension):
    """Name and password in the OpenAPI document."""

    target_class = ByPassword
    name = "password"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic"}


class BySessionDescribed(OpenApiAuthenticationExtension):
    """The session of the pages in the OpenAPI document."""

    target_class = BySession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
