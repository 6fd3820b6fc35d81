"""Tokens for API clients: issued to whoever signs in with a password or a session, listed, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.credentials_api import CODE_HEADER, ByPassword, BySession, ask_for_code
from accounts.forms import LONGEST_DAYS, USUAL_DAYS
from accounts.operations import tokens
from common.api import RowViewSet
from common.json_api import Sent

HELD = {"id": "3f9c2a7be01d4c8", "created_at": "2022-09-01T02:00:00+00:00", "expires_at": "2022-11-30T02:00:00+00:00"}
TERMS = {"is_read_only": False, "last_used_at": None}


@extend_schema_serializer(examples=[OpenApiExample("row", value={**HELD, **TERMS}, response_only=True)])
class TokenRow(serializers.ModelSerializer[AuthToken]):
    """A token that you hold; `id` is how it begins."""

    id = serializers.CharField(source="token_key")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry")
    is_read_only = serializers.BooleanField(source="terms.is_read_only", help_text="Reads records and figures only.")
    last_used_at = serializers.DateTimeField(
        source="terms.last_used_at", allow_null=True, help_text="Right to the hour; null where it never was."
    )

    class Meta:
        model = AuthToken
        fields = ("id", "created_at", "expires_at", "is_read_only", "last_used_at")


class TokenWish(Sent):
    """How long the token shall be good, and for what."""

    days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, default=USUAL_DAYS)
    is_read_only = serializers.BooleanField(default=False, help_text="It shall read records and figures only.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "issued", value={**HELD, "is_read_only": False, "token": "3f9c2a7be01d4c8" + "0" * 49}, response_only=True
        )
    ]
)
class IssuedToken(serializers.Serializer[Any]):
    """A new token; `token` is the secret, told this once."""

    id = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    is_read_only = serializers.BooleanField()
    token = serializers.CharField()


class TokenViewSet(RowViewSet):
    """Your own tokens. A token cannot issue another one: that takes a password or a session."""

    api_scopes: ClassVar[Mapping[str, str]] = {"reads": "", "writes": ""}
    queryset = AuthToken.objects.order_by()
    serializer_class = TokenRow
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"created_at": ("created", "digest")}
    lookup_field = "token_key"
    lookup_url_kwarg = "id"
    lookup_value_regex = r"[0-9a-f]{15}"

    def known_parameters(self) -> frozenset[str]:
        return super().known_parameters() if self.action == "list" else frozenset()

    def get_authenticators(self) -> list[BaseAuthentication]:
        if self.request is not None and self.request.method == "POST":
            return [ByPassword(), BySession()]
        return super().get_authenticators()

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        # Before the transaction of the call, so that a wrong code counts whatever becomes of it.
        if request.method == "POST" and isinstance(request.successful_authenticator, BySession):
            ask_for_code(request._request, request.user)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        if request.method == "POST" and not request.user.is_authenticated:
            raise NotAuthenticated(_("A token is issued for a name and password or a session, not for another token."))
        super().permission_denied(request, message, code)

    def get_queryset(self) -> QuerySet[AuthToken]:
        return super().get_queryset().filter(user=self.request.user.pk, expiry__gt=timezone.now())

    @extend_schema(summary="Your tokens")
    def list(self, request: Request) -> HttpResponse:
        return super().list(request)

    @extend_schema(
        summary="A new token",
        request=TokenWish,
        parameters=[
            OpenApiParameter(
                CODE_HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="A code of the second factor, or a recovery code, where the account has one; taken once.",
            )
        ],
        responses={
            201: IssuedToken,
            409: OpenApiResponse(description="You hold as many tokens as anyone may."),
        },
        auth=[{"password": []}, {"session": []}],
    )
    def issue(self, request: Request) -> Response:
        wish = TokenWish.read(request)
        token, secret = tokens.issue(by=request.user, at=timezone.now(), **wish)
        told = {
            "id": token.token_key,
            "created_at": token.created,
            "expires_at": token.expiry,
            "is_read_only": wish["is_read_only"],
            "token": secret,
        }
        answer = Response(IssuedToken(told).data, status=status.HTTP_201_CREATED)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @extend_schema(summary="Revoke a token", responses={204: None})
    def revoke(self, request: Request, id: str) -> Response:
        tokens.revoke(token_key=id, by=request.user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
