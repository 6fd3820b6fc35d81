"""Calls of the API act in the scope of whoever has signed in, by whatever way."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from common import scopes
from common.moments import day_of
from households.access import scope_of


class InOwnScope(IsAuthenticated):
    """Only who is signed in may ask, and the database shows what his or her postings reach."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        scopes.enter(scope_of(request.user, day_of(timezone.now())))
        return True
