"""How API clients sign in by token: one question to the database tells who it is and where he or she is posted."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, Expression, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from accounts.permissions import Permission
from common import scopes
from common.moments import day_of
from common.statements import Given, Statement
from households.access import check_second_factor, scope_held
from households.models.reach import codes_of, keep_reach, keys_of, postings_of

LONGEST_TOKEN = 200
WANTED = frozenset({"id", "username", "full_name", "is_active", "is_superuser", "is_system"})
READ = tuple(field.attname for field in User._meta.concrete_fields if field.attname in WANTED)  # in the model's order


@cache
def question() -> Statement:
    """The account of a token that is alive, if it is active, with its postings and the households entrusted to it."""
    today, user = Given("today", DateField()), OuterRef("user_id")
    tokens = AuthToken.objects.filter(
        digest=Given("digest", CharField(max_length=128)),
        expiry__gt=Given("now", DateTimeField()),
        user__is_active=True,
        user__is_system=False,
    )
    records, figures = (codes_of(user, each, today) for each in (Permission.VIEW_RECORDS, Permission.VIEW_FIGURES))
    keys = keys_of(F("user_id"), today, records)
    told = [_tell(scopes.RECORDS, records), _tell(scopes.FIGURES, figures), _tell(scopes.KEYS, keys)]
    return Statement.of(tokens.values_list(*(f"user__{name}" for name in READ), postings_of(user), *told))


def _tell(setting: str, array: Expression) -> Func:
    """The part of the question that tells the database what the account reaches."""
    return Func(Value(setting), Cast(array, TextField()), Value(False), function="set_config", output_field=TextField())


class ByToken(TokenAuthentication):
    """The account of the token in `Authorization: Token …`; its postings are read with it."""

    def authenticate(self, request: HttpRequest) -> tuple[User, str] | None:
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return self.authenticate_credentials(token.strip().encode()) if scheme.lower() == "token" else None

    def authenticate_credentials(self, token: bytes) -> tuple[User, str]:
        if not token.isalnum() or not token.isascii() or len(token) > LONGEST_TOKEN:
            raise AuthenticationFailed(_("The token is not valid, or no longer."))
        digest = hash_token(token.decode("ascii"))
        now = timezone.now()
        today = day_of(now)
        with connection.telling():
            found = question().run("default", is_kept=True, digest=digest, now=now, today=today)
        if not found:
            raise AuthenticationFailed(_("The token is not valid, or no longer."))
        *values, postings, _records, _figures, keys = found[0]
        user = User.from_db("default", READ, values)
        keep_reach(user, today, orjson.loads(postings or "[]"), [UUID(key) for key in keys[1:-1].split(",") if key])
        connection.told = scope_held(user, today)
        scopes.enter(connection.told)
        check_second_factor(user, today)
        return user, digest


class ByTokenDescribed(OpenApiAuthenticationExtension):
    """Tokens in the OpenAPI document."""

    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token` and the secret that POST /api/v1/tokens gave: `Authorization: Token 0123…`",
        }
