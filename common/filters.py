"""Filters that refuse what they cannot read, where the library's own would ignore it."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext as _

from common.days import read_day
from common.refusals import Invalid

UNREADABLE = frozenset({"invalid", "invalid_choice"})


class YesNoFilter(django_filters.TypedChoiceFilter):
    """true or false; anything else is refused."""

    def __init__(self, **told: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], coerce=lambda text: text == "true", **told)


class DayField(forms.DateField):
    """A day as 2022-09-05, with all its digits; written in any other way it is refused."""

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        try:
            return read_day(value.strip())
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class DayFilter(django_filters.DateFilter):
    """A day as 2022-09-05."""

    field_class = DayField


class MomentFilter(django_filters.DateTimeFilter):
    """A moment as 2022-09-01T18:00:00+08:00."""


class PatternFilter(django_filters.CharFilter):
    """A text of one form."""

    field_class = forms.RegexField


def refusal_of(form: forms.BaseForm) -> Invalid:
    """Why a form of parameters is refused: the first one at fault by name, and how it is to be written."""
    name, faults = next(iter(form.errors.as_data().items()))
    sentence = how_to_write(name, form.fields.get(name)) if faults[0].code in UNREADABLE else ""
    return Invalid(sentence or f"{name}: {faults[0].messages[0]}", code="invalid_parameter", field=name)


def how_to_write(name: str, field: forms.Field | None) -> str:
    """A sentence on what a parameter of this type looks like; "" where its own fault says it."""
    if isinstance(field, forms.DateTimeField):
        moment = _("“%(name)s” is a moment, such as 2022-09-01T18:00:00+08:00; in an address the + is written %%2B.")
        return moment % {"name": name}
    if isinstance(field, forms.DateField):
        return _("“%(name)s” is a day, such as 2022-09-05.") % {"name": name}
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        told = {"name": name, "known": ", ".join(str(value) for value, _label in choices if value)}
        return _("“%(name)s” is one of: %(known)s.") % told
    return ""
