"""The notice that records are a demonstration, for every page."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from demo.middleware import shown_to
from demo.models import Demonstration


def demonstration(request: HttpRequest) -> dict[str, Any]:
    """What templates say of the demonstrations that this database holds; read only where a template asks."""
    return {"demonstration_notices": lambda: notices(request)}


def notices(request: HttpRequest) -> list[dict[str, Any]]:
    """For each demonstration on the page its place, its source's title, and what was chosen, in the reader's words."""
    try:
        # The page of a fault must appear also where the database is what failed.
        return [_notice(each) for each in shown_to(request)]
    except DatabaseError:
        return []


def _notice(each: Demonstration) -> dict[str, Any]:
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return {
        "division": each.division_id,
        "source": gettext(each.source_title) if each.source_title else each.source_id,
        "as_of": each.as_of,
        "choice": each.choice.get(language, ""),
    }
