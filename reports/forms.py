"""What a reader asks of figures: where, as of which day, since when, and as known at which moment."""

from __future__ import annotations

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
from households.access import division_for
from households.filters import CODE, NO_CODE
from reports.query import Scope
from reports.rules.periods import first_day, refuse_unknowable


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


def scope_from(
    parameters: Any,
    *,
    user: User,
    permission: Permission,
    now: datetime,
    opening_day: date | None = None,
    usual_start: date | None = None,
    must_choose: bool = False,
) -> Scope:
    """The scope that `parameters` ask for, within what the postings of `user` permit.

    `opening_day` is the day as of which figures are read where none is asked: today unless the deployment has another.
    `usual_start`: the first day of a source's period, from which figures count unless another day is asked for.
    `must_choose`: who is posted to several divisions has to name one; otherwise the first is taken.
    Invalid where a parameter cannot be read or a moment is not settled; NotFound where the division is out of reach.
    """
    form = ScopeForm(parameters)
    if not form.is_valid():
        raise refusal_of(form)
    values = form.cleaned_data
    today = day_of(now)
    as_of = values["as_of"] or opening_day or today
    start = first_day(as_of, asked=values["period_start"], usual=usual_start)
    known_at = values["known_at"]
    refuse_unknowable(as_of=as_of, period_start=start, known_at=known_at, today=today, now=now)
    place = division_for(user, values["division"], permission, today, must_choose=must_choose)
    return Scope(division=place, as_of=as_of, period_start=start, known_at=settle(known_at))
