"""What a reader asks of figures: where, as of which day, since when, and as known at which moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from common.filters import DayField, refusal_of
from common.horizon import settle
from common.moments import day_of
from common.refusals import NotFound
from households.access import division_for
from households.filters import CODE, NO_CODE
from households.models import Posting
from households.rules.levels import one_holds_the_other
from reports.query import Scope
from reports.rules.periods import days_read, refuse_unknowable
from reports.rules.sources import Source


class ScopeForm(forms.Form):
    """The parameters of every figure and list; each may be left out."""

    division = forms.RegexField(
        CODE, required=False, label=gettext_lazy("division"), error_messages={"invalid": NO_CODE}
    )
    as_of = DayField(required=False, label=gettext_lazy("as of"))
    period_start = DayField(required=False, label=gettext_lazy("since"))
    known_at = forms.DateTimeField(required=False, label=gettext_lazy("as known at"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        as_of, start = values.get("as_of"), values.get("period_start")
        if as_of and start and start > as_of:
            raise forms.ValidationError({"period_start": _("The period begins after the day as of which it is read.")})
        return values


# The names of the parameters of a scope.
SCOPE = tuple(ScopeForm.base_fields)


def scope_from(
    parameters: Any,
    *,
    user: User,
    permission: Permission,
    now: datetime,
    opening: tuple[date, date] | None = None,
    usual_start: date | None = None,
    must_choose: bool = False,
) -> Scope:
    """The scope that `parameters` ask for, within what the postings of `user` permit.

    `opening` are first and last day of the period that is read where none is asked: that of a demonstration.
    `usual_start`: the first day of a source's period, from which figures count unless another day is asked for.
    `must_choose`: who is posted to several divisions has to name one; otherwise the first is taken.
    Invalid where a parameter cannot be read or a moment is not settled; NotFound where the division is out of reach.
    """
    values = _read(parameters)
    days = _days(values, now, opening, usual_start)
    place = division_for(user, values["division"], permission, day_of(now), must_choose=must_choose)
    return replace(days, division=place, known_at=settle(days.known_at))


def days_from(parameters: Any, *, now: datetime, opening: tuple[date, date] | None = None) -> Scope:
    """The days that `parameters` ask for, anywhere: for one record, which its reader reaches or does not."""
    days = _days(_read(parameters), now, opening)
    return replace(days, known_at=settle(days.known_at))


def _read(parameters: Any) -> dict[str, Any]:
    form = ScopeForm(parameters)
    if not form.is_valid():
        raise refusal_of(form)
    return form.cleaned_data


def _days(
    values: dict[str, Any], now: datetime, opening: tuple[date, date] | None, usual_start: date | None = None
) -> Scope:
    today, known_at = day_of(now), values["known_at"]
    as_of, start = days_read(
        as_of=values["as_of"], period_start=values["period_start"], opening=opening, usual=usual_start, today=today
    )
    refuse_unknowable(as_of=as_of, period_start=start, known_at=known_at, today=today, now=now)
    return Scope("", as_of, start, known_at)


def scope_of_source(parameters: Mapping[str, str], *, source: Source, user: User, now: datetime) -> Scope:
    """Where and when a source speaks of, unless `parameters` say otherwise.

    NotFound where it speaks of nothing that `user` reaches.
    """
    asked = dict(parameters)
    if not asked.get("division"):
        asked["division"] = place_of_source(source, Posting.objects.codes(user, Permission.VIEW_FIGURES, day_of(now)))
    if not asked.get("as_of"):
        asked["as_of"] = source.as_of.isoformat()
    scope = scope_from(asked, user=user, permission=Permission.VIEW_FIGURES, now=now, usual_start=source.period_start)
    if not one_holds_the_other(source.division, scope.division):
        raise NotFound(_("This source speaks of none of your divisions."))
    return scope


def place_of_source(source: Source, codes: Sequence[str]) -> str:
    """Whose records a source is held against where nobody says: those of its division, or of the first posting in it.

    "" where the source speaks of nothing that the reader reaches.
    """
    if any(source.division.startswith(code) for code in codes):
        return source.division
    return next((code for code in codes if code.startswith(source.division)), "")
