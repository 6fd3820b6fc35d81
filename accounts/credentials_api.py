"""How API clients sign in without a token: by name and password, or by the session of the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts import lockouts
from accounts.models import User

LONGEST_NAME = User._meta.get_field("username").max_length


class Locked(AuthenticationFailed):
    """Too many failures; the sentence says until when."""

    default_code = "locked"


class ByPassword(BasicAuthentication):
    """Name and password with every call; a name that no account can have is refused before it is looked for."""

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> tuple[User, None]:
        unknowable = "\0" in userid or any("\ud800" <= character <= "\udfff" for character in userid)
        if unknowable or len(userid) > LONGEST_NAME:
            raise AuthenticationFailed(_("Name or password is wrong."))
        called: HttpRequest = request._request
        try:
            return super().authenticate_credentials(userid, password, called)
        except AuthenticationFailed as failure:
            if told := lockouts.sentence(called, userid):
                raise Locked(told) from failure
            raise


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
