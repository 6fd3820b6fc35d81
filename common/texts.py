"""Texts as they are told back to whoever wrote them."""

from __future__ import annotations

LONGEST_SHOWN = 40


def shown(text: str) -> str:
    """The text in quotes, on one line, control characters spelled out and no longer than a reader needs."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…")
