"""Calls of the API act in the scope of whoever has signed in, by whatever way."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from common import scopes
from common.moments import day_of
from households.access import check_second_factor, scope_of


class InOwnScope(IsAuthenticated):
    """Only who is signed in may ask, with a second factor where it is required; the database shows what one reaches."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        today = day_of(timezone.now())
        scopes.enter(scope_of(request.user, today))
        check_second_factor(request.user, today)
        return True
