"""How other systems sign in: POST /oauth2/token gives a token for a client id and its secret (RFC 6749, 4.4)."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import TokenView

from accounts import lockouts
from accounts.models import ClientSystem, User
from accounts.operations import clients
from accounts.permissions import SCOPES
from common import problems
from common.rate_api import TooMany, count_call
from common.refusals import NotAllowed

LONGEST_NAME = User._meta.get_field("username").max_length or 0
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class ScopesOfClients(BaseScopes):
    """A system may ask for the scopes that it was registered with, and gets them all where it names none."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope.value: name.en for scope, name in SCOPES.items()}

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **told: Any) -> list[str]:
        found = ClientSystem.objects.filter(application=application).values_list("scopes", flat=True).first()
        return list(found or ())

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **told: Any) -> list[str]:
        return self.get_available_scopes(application, request)


class ClientValidator(OAuth2Validator):
    """Systems whose account is open; their tokens are tokens of that account."""

    def _load_application(self, client_id: str, request: Any) -> Any:
        client = super()._load_application(client_id, request)
        if client is None or not client.user.is_active or client.user.is_system:
            request.client = None
            return None
        return client

    def _create_access_token(self, expires: Any, request: Any, token: Any, source_refresh_token: Any = None) -> Any:
        request.user = request.client.user
        return super()._create_access_token(expires, request, token, source_refresh_token)


class ClientToken(TokenView):
    """A token for a client id and its secret, in the form or by HTTP Basic; who fails too often has to wait."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **told: Any) -> HttpResponse:
        """The token, or the error in the words of RFC 6749."""
        name = client_id_of(request)
        if name is None:
            return refused("invalid_request", "The client id cannot be read.", status=400)
        try:
            count_call(request, "sign_in", f"{name}@{lockouts.client_address(request)}")
            if name:
                lockouts.refuse_locked(request, name)
        except TooMany as refusal:
            return problems.refusal(refusal)
        except NotAllowed as refusal:
            return refused("invalid_client", str(refusal), status=401)
        credentials = {"username": name}
        answer = self.authorization_flow_token_response(request)
        if answer.status_code == 401 and name:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        elif answer.status_code == 200 and name:
            AxesProxyHandler.get_implementation().reset_user_attempts(request, credentials)
            clients.note_sign_in(client_id=name, at=timezone.now())
        return answer


def client_id_of(request: HttpRequest) -> str | None:
    """The client id as it is told, "" where none is; None where it cannot be one."""
    name = request.POST.get("client_id", "")
    scheme, _space, told = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme == "Basic":
        try:
            name = unquote_plus(base64.b64decode(told.strip(), validate=True).decode().partition(":")[0])
        except (binascii.Error, ValueError):
            return None
    unknowable = "\0" in name or any("\ud800" <= character <= "\udfff" for character in name)
    return None if unknowable or len(name) > LONGEST_NAME else name


def refused(error: str, description: str, *, status: int) -> JsonResponse:
    """An error as RFC 6749 tells it."""
    answer = JsonResponse({"error": error, "error_description": description}, status=status, headers=NEVER_KEPT)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="oauth2"'
    return answer
