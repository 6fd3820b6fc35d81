"""What the forms of the product share: fields for days, lists of names to choose from, and how widgets look."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms

from common.refusals import Refused

NO_OTHERS: Mapping[str, str] = MappingProxyType({})
# What the style sheet calls the widgets that are no plain input.
WIDGET_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
}


class DressedForm(forms.Form):
    """A form whose widgets look as the style sheet has them."""

    def __init__(self, *entered: Any, **options_: Any) -> None:
        super().__init__(*entered, **options_)
        self.fill()
        dress(self)

    def fill(self) -> None:
        """Give the fields what they offer."""

    def offer(self, name: str, names: Mapping[Any, Any], *, empty: Any = None) -> None:
        """Let a list of names be chosen from in the field of that name."""
        field: Any = self.fields[name]
        field.choices = options(names, empty=empty)


def dress(form: forms.Form) -> None:
    """Give the widgets of a form the classes of the style sheet."""
    for field in form.fields.values():
        field.widget.attrs.setdefault("class", WIDGET_CLASSES.get(type(field.widget), "form-control"))
        field.widget.attrs.setdefault("autocomplete", "off")


def tell_refusal(form: forms.Form, refusal: Refused, fields: Mapping[str, str] = NO_OTHERS) -> None:
    """Say why what was entered is refused: at the field that the refusal names, else above the form.

    `fields` tells which field of the form stands for what an operation calls otherwise.
    """
    name = fields.get(refusal.field or "", refusal.field)
    form.add_error(name if name in form.fields else None, str(refusal))


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A field for a day, with the calendar of the browser, which reads no other order than year, month, day."""
    calendar = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=calendar)


def amount_field(label: Any) -> forms.DecimalField:
    """A field for an amount of money that may stay empty, with the digits of a phone."""
    digits = forms.NumberInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(label=label, required=False, max_digits=14, decimal_places=2, min_value=0, widget=digits)


def options(names: Mapping[Any, Any], *, empty: Any = None) -> list[tuple[str, Any]]:
    """The choices of a list of names, with one for none of them where `empty` names it."""
    found = [(getattr(code, "value", code), name) for code, name in names.items()]
    return found if empty is None else [("", empty), *found]
