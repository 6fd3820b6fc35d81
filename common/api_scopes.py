"""The scope that a token needs for a call of the API: what each view asks for, and the refusal of who lacks it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from common.refusals import NotAllowed

READING, WRITING = "records:read", "records:write"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ScopeMissing(NotAllowed):
    """The token was not issued for this."""

    code = "insufficient_scope"


def scope_needed(view: Any, method: str) -> str:
    """The scope that a token needs for this call of a view; "" where any will do."""
    action, asked = getattr(view, "action", None), getattr(view, "api_scopes", {})
    usual = "reads" if method in SAFE else "writes"
    return str(asked.get(action, asked.get(usual, READING if usual == "reads" else WRITING)))


def check_scope(view: Any, request: Any, held: Collection[str] | None) -> None:
    """Refuse with ScopeMissing where a token lacks the scope of the call; passwords and sessions have no scopes."""
    check_held(scope_needed(view, request.method) if held is not None else "", held)


def check_held(needed: str, held: Collection[str] | None) -> None:
    """Refuse with ScopeMissing where a token lacks this scope."""
    if held is None or not needed or needed in held:
        return
    raise ScopeMissing(
        _("This token has no scope “%(scope)s”. Ask for one that has it; who registered the client can grant it.")
        % {"scope": needed},
        beside={"scope": needed},
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
    )
