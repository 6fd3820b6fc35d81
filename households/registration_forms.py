"""What people enter of a new household and of each of its members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DressedForm, day_field
from households.operations.members import Person
from households.rules.codes import RELATIONSHIPS, SEXES, Relationship, Sex

ROWS_AT_FIRST, ROWS_MORE, MOST_ROWS = 4, 3, 30


class HouseholdForm(DressedForm):
    """A household that is registered; `villages` are those that may be chosen, by code."""

    on = day_field(gettext_lazy("Registered on"))
    village = forms.ChoiceField(label=gettext_lazy("Village"))
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=200)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=20)
    national_number = forms.CharField(label=gettext_lazy("National number"), required=False, max_length=40)
    is_former_poor = forms.BooleanField(label=gettext_lazy("Lifted out of poverty"), required=False)

    def __init__(self, *entered: Any, villages: Iterable[tuple[str, str]], **options_: Any) -> None:
        self.villages = dict(villages)
        super().__init__(*entered, **options_)

    def fill(self) -> None:
        self.offer("village", self.villages)
        self.fields["phone"].widget.attrs["type"] = "tel"


class PersonForm(DressedForm):
    """A member; a row without a name is left out."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    relationship = forms.ChoiceField(label=gettext_lazy("Relationship to the head"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), required=False)
    number = forms.CharField(label=gettext_lazy("Document number"), required=False, max_length=30)
    birth_date = day_field(gettext_lazy("Born on (without a document number)"), required=False)

    def fill(self) -> None:
        self.offer("relationship", RELATIONSHIPS, empty="–")
        self.offer("sex", SEXES, empty="–")

    def clean(self) -> dict[str, Any]:
        """Whoever has a name has a sex and a relationship; whoever has none has nothing."""
        told = super().clean() or self.cleaned_data
        given = [name for name in ("relationship", "sex", "number", "birth_date") if told.get(name)]
        if told.get("name"):
            for name in ("relationship", "sex"):
                if not told.get(name):
                    self.add_error(name, _("Say this of every member."))
        elif given:
            self.add_error("name", _("Give the name, or leave the whole row empty."))
        return told

    def person(self, joined_on: date) -> Person | None:
        """Who was entered; None for a row that was left empty."""
        told = self.cleaned_data
        if not told.get("name"):
            return None
        return Person(
            name=told["name"],
            sex=Sex(told["sex"]),
            relationship=Relationship(told["relationship"]),
            joined_on=joined_on,
            number=told["number"],
            birth_date=told["birth_date"],
        )


def rows_asked(text: str) -> int:
    """How many rows for members a form has, as it says itself."""
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS_AT_FIRST
