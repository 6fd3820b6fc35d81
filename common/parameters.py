"""Which parameters an address may carry: whatever else is refused by name, since it would be overlooked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.refusals import Invalid

View = TypeVar("View", bound=Callable[..., Any])


def takes(*names: str) -> Callable[[View], View]:
    """Marks a page with the parameters that its address may carry; a page that is not marked takes none."""

    def marked(view: View) -> View:
        view.__dict__["parameters"] = frozenset(names)
        return view

    return marked


def check(asked: QueryDict, known: Collection[str]) -> None:
    """Invalid where a parameter is not known, given twice, or no text."""
    for name, values in asked.lists():
        if name not in known:
            told = {"name": name, "known": ", ".join(sorted(known)) or "–"}
            raise Invalid(
                _("Unknown parameter “%(name)s”. Known here: %(known)s.") % told, code="unknown_parameter", field=name
            )
        if len(values) > 1:
            raise Invalid(_("“%(name)s” is given twice.") % {"name": name}, code="repeated_parameter", field=name)
        if "\0" in values[0]:
            raise Invalid(_("“%(name)s” cannot be read.") % {"name": name}, code="invalid_parameter", field=name)
