"""How API clients sign in by token: one question to the database tells who it is and where he or she is posted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connections
from django.db.models import CharField, DateField, DateTimeField, Expression, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from oauth2_provider.models import AccessToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from accounts.operations import tokens
from accounts.permissions import OF_RECORDS, READING, SCOPES, ApiScope, Permission
from common import scopes
from common.api_scopes import scope_needed
from common.moments import day_of
from common.scopes import Scope
from common.statements import Given, Statement
from households.access import check_second_factor, scope_held
from households.models.reach import codes_of, keep_reach, keys_of, postings_of

LONGEST_TOKEN = 200
WANTED = frozenset({"id", "username", "full_name", "is_active", "is_superuser", "is_system"})
READ = tuple(field.attname for field in User._meta.concrete_fields if field.attname in WANTED)  # in the model's order
EVERY_SCOPE, READING_SCOPES = frozenset(map(str, ApiScope)), frozenset(map(str, READING))
USE_IS_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Held:
    """The token that a call was signed in by, and the scopes that it was issued for.

    `is_of_system`: got by a client system's secret, which has no second factor.
    """

    digest: str
    scopes: frozenset[str]
    is_of_system: bool = False

    def narrowed(self, scope: Scope) -> Scope:
        """What the database may show to this token: no records where it was issued for none."""
        return scope if not self.scopes.isdisjoint(OF_RECORDS) else Scope((), scope.figures, ())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of token: its table, how its secret is hashed, and where hash, end and terms stand."""

    model: Any
    hashed: Callable[[str], str]
    digest: str
    ends_at: str
    terms: tuple[str, str]

    @cache  # noqa: B019 (there are two, for ever)
    def question(self) -> Statement:
        """The account of a token that is alive, if it is active, with postings and the households entrusted to it."""
        today, user = Given("today", DateField()), OuterRef("user_id")
        alive = {
            self.digest: Given("digest", CharField(max_length=128)),
            f"{self.ends_at}__gt": Given("now", DateTimeField()),
        }
        held = self.model.objects.filter(**alive, user__is_active=True, user__is_system=False)
        records, figures = (codes_of(user, each, today) for each in (Permission.VIEW_RECORDS, Permission.VIEW_FIGURES))
        keys = keys_of(F("user_id"), today, records)
        told = [_tell(scopes.RECORDS, records), _tell(scopes.FIGURES, figures), _tell(scopes.KEYS, keys)]
        return Statement.of(
            held.values_list(
                *(f"user__{name}" for name in READ), *self.terms, Cast(postings_of(user), TextField()), *told
            )
        )


def _tell(setting: str, array: Expression) -> Func:
    """The part of the question that tells the database what the account reaches."""
    return Func(Value(setting), Cast(array, TextField()), Value(False), function="set_config", output_field=TextField())


def _checksum(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# By the word before the secret: a person's token, and the token of a client system.
KINDS = {
    "token": Kind(AuthToken, hash_token, "digest", "expiry", ("terms__is_read_only", "terms__last_used_at")),
    "bearer": Kind(AccessToken, _checksum, "token_checksum", "expires", ("scope", "expires")),
}


class ByToken(TokenAuthentication):
    """The account of the token in `Authorization: Token …` or `Bearer …`; its postings are read with it."""

    def authenticate(self, request: HttpRequest) -> tuple[User, Held] | None:
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        kind = KINDS.get(scheme.lower())
        return self.signed_in(kind, token.strip()) if kind else None

    def signed_in(self, kind: Kind, secret: str) -> tuple[User, Held]:
        """The account and what its token is good for; AuthenticationFailed where none is alive."""
        if not secret.isalnum() or not secret.isascii() or len(secret) > LONGEST_TOKEN:
            raise AuthenticationFailed(_("The token is not valid, or no longer."))
        digest = kind.hashed(secret)
        now = timezone.now()
        today = day_of(now)
        server: Any = connections["default"]
        with server.telling():
            found = kind.question().run("default", is_kept=True, digest=digest, now=now, today=today)
        if not found:
            raise AuthenticationFailed(_("The token is not valid, or no longer."))
        *values, terms, noted, postings, _records, _figures, keys = found[0]
        user = User.from_db("default", READ, values)
        keep_reach(user, today, orjson.loads(postings or "[]"), [UUID(key) for key in keys[1:-1].split(",") if key])
        server.told = scope_held(user, today)
        held = Held(digest, scopes_of(kind, terms), is_of_system=kind.model is AccessToken)
        scopes.enter(held.narrowed(server.told))
        if not held.is_of_system:
            check_second_factor(user, today)
            note_use(digest, noted, now)
        return user, held


def scopes_of(kind: Kind, terms: Any) -> frozenset[str]:
    """The scopes of a token, from what stands beside it."""
    if kind.model is AuthToken:
        return READING_SCOPES if terms else EVERY_SCOPE
    return frozenset(terms.split())


def note_use(digest: str, noted: datetime | None, now: datetime) -> None:
    """The token is in use: written down where that was not done in the last hour."""
    if noted is None or now - noted >= USE_IS_NOTED_EVERY:
        tokens.note_use(digest=digest, at=now)


class ByTokenDescribed(OpenApiAuthenticationExtension):
    """Tokens in the OpenAPI document, with the scope that each call asks for."""

    target_class = ByToken
    name = ["token", "client"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Token` and the secret that POST /api/v1/tokens gave: `Authorization: Token 0123…`",
            },
            {
                "type": "oauth2",
                "description": "A client system's token: `Authorization: Bearer …`",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/oauth2/token",
                        "scopes": {scope.value: name.en for scope, name in SCOPES.items()},
                    }
                },
            },
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        needed = scope_needed(auto_schema.view, auto_schema.method.upper())
        return [{"token": []}, {"client": [needed] if needed else []}]
