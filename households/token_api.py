"""How API clients sign in by token: one question to the database tells who it is and where he or she is posted."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import orjson
from django.contrib.postgres.aggregates import JSONBAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject
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
from households.access import scope_held
from households.models import Posting
from households.models.posting import HeldPosting

LONGEST_TOKEN = 200
WANTED = frozenset({"id", "username", "full_name", "is_active", "is_superuser", "is_system"})
READ = tuple(field.attname for field in User._meta.concrete_fields if field.attname in WANTED)  # in the model's order


@cache
def question() -> Statement:
    """The account of a token that is alive, if it is active, with its postings."""
    held = Posting.objects.filter(user=OuterRef("user_id")).order_by().values("user")
    told = JSONObject(role="role", division="division_id", starts_on="starts_on", ends_on="ends_on")
    tokens = AuthToken.objects.filter(
        digest=Given("digest", CharField(max_length=128)),
        expiry__gt=Given("now", DateTimeField()),
        user__is_active=True,
        user__is_system=False,
    )
    postings = Subquery(held.annotate(postings=JSONBAgg(told)).values("postings"))
    told = [_tell(scopes.RECORDS, Permission.VIEW_RECORDS), _tell(scopes.FIGURES, Permission.VIEW_FIGURES)]
    keys = Func(Value(scopes.KEYS), Value("{}"), Value(False), function="set_config", output_field=TextField())
    return Statement.of(tokens.values_list(*(f"user__{name}" for name in READ), postings, *told, keys))


def _tell(setting: str, permission: Permission) -> Func:
    """The part of the question that tells the database for which divisions the account holds the permission."""
    today = Given("today", DateField())
    held = Posting.objects.filter(user=OuterRef("user_id"), starts_on__lte=today).granting(permission).order_by()
    in_force = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    codes = Cast(ArraySubquery(in_force.values("division_id")), TextField())
    return Func(Value(setting), codes, Value(False), function="set_config", output_field=TextField())


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
        *values, postings, _records, _figures, _keys = found[0]
        user = User.from_db("default", READ, values)
        user.held_postings = [held_posting(**each) for each in orjson.loads(postings or "[]")]
        connection.told = scope_held(user, today)
        scopes.enter(connection.told)
        return user, digest


def held_posting(role: str, division: str, starts_on: str, ends_on: str | None) -> HeldPosting:
    """A posting from its JSON."""
    return HeldPosting(role, division, date.fromisoformat(starts_on), date.fromisoformat(ends_on) if ends_on else None)


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
