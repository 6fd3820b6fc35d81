"""Selection by hierarchical code: a code's descendants are the codes that begin with it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

AFTER_DIGITS = ":"  # the character after "9" in the collation "C" of code columns


def begins_with(column: str, code: str) -> Q:
    """Rows whose `column` begins with `code`, as a range that an index serves."""
    return Q(**{f"{column}__gte": code, f"{column}__lt": code + AFTER_DIGITS})


def begins_with_any(column: str, codes: Iterable[str]) -> Q:
    """Rows whose `column` begins with one of `codes`; no row where there is none."""
    condition = Q(pk__in=[])
    for code in codes:
        condition |= begins_with(column, code)
    return condition
