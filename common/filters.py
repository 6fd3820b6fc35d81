"""Filters that refuse what they cannot read, where the library's own would ignore it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms


class YesNoFilter(django_filters.TypedChoiceFilter):
    """true or false; anything else is refused."""

    def __init__(self, **told: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], coerce=lambda text: text == "true", **told)


class DayFilter(django_filters.DateFilter):
    """A day as 2022-09-05."""

    def __init__(self, **told: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **told)


class PatternFilter(django_filters.CharFilter):
    """A text of one form."""

    field_class = forms.RegexField
