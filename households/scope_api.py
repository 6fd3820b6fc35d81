"""Calls of the API act in the scope of whoever has signed in, by whatever way."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from common import scopes
from common.api_scopes import check_scope
from common.moments import day_of
from common.rate_api import count_call, kind_of
from households.access import check_second_factor, scope_of
from households.token_api import Held


class InOwnScope(IsAuthenticated):
    """Only who is signed in may ask, with a second factor where it is required; the database shows what one reaches.

    A token is good for what it was issued for: without the scope of the call it is refused.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        count_call(request, kind_of(view, request.method), str(request.user.pk))
        today = day_of(timezone.now())
        held = request.auth if isinstance(request.auth, Held) else None
        scope = scope_of(request.user, today)
        scopes.enter(held.narrowed(scope) if held else scope)
        if held is None or not held.is_of_system:
            check_second_factor(request.user, today)
        check_scope(view, request, held.scopes if held else None)
        return True
