"""What a reader asks of figures: where, as of which day, since when, and as known at which moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from common.moments import day_of
from common.refusals import Invalid
from households.access import division_for
from reports.query import Scope


class ScopeForm(forms.Form):
    """The parameters of every figure and list; each may be left out."""

    division = forms.RegexField(
        r"^\d{2}(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?$", required=False, label=gettext_lazy("division")
    )
    as_of = forms.DateField(required=False, label=gettext_lazy("as of"), input_formats=["%Y-%m-%d"])
    period_start = forms.DateField(required=False, label=gettext_lazy("since"), input_formats=["%Y-%m-%d"])
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
    must_choose: bool = False,
) -> Scope:
    """The scope that `parameters` ask for, within what the postings of `user` permit.

    `opening_day` is the day as of which figures are read where none is asked: today unless the deployment has another.
    `must_choose`: who is posted to several divisions has to name one; otherwise the first is taken.
    Invalid where a parameter cannot be read; NotFound where the division is out of reach.
    """
    form = ScopeForm(parameters)
    if not form.is_valid():
        field, faults = next(iter(form.errors.items()))
        raise Invalid(f"{field}: {faults[0]}", code="invalid_parameter", field=field)
    values = form.cleaned_data
    today = day_of(now)
    as_of = values["as_of"] or opening_day or today
    if as_of > today or (values["known_at"] and values["known_at"] > now):
        raise Invalid(_("The future is not known. Ask for today or an earlier day."), code="future", field="as_of")
    return Scope(
        division=division_for(user, values["division"], permission, today, must_choose=must_choose),
        as_of=as_of,
        period_start=values["period_start"] or as_of.replace(month=1, day=1),
        known_at=values["known_at"],
    )
