"""What people enter about members and standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DressedForm, day_field, options
from common.names import Name
from households.models import Division
from households.models.condition import CODED
from households.rules.condition_words import FACTS, LISTS, YES_NO
from households.rules.conditions import MONTHS, Condition
from households.rules.documents import DISABILITY_LEVELS
from households.rules.person_codes import ETHNICITIES, HEALTHS, POLITICAL_STATUSES, Health
from households.rules.shapes import (
    LONGEST_WORDS,
    Choice,
    Choices,
    Items,
    Key,
    Money,
    Numbers,
    Shape,
    Switch,
    Whole,
    Words,
)


class StandardForm(DressedForm):
    """The value of a standard, a field for each of its keys, with the day from which it holds and where it is from."""

    valid_from = day_field(_("Holds from"))
    source = forms.CharField(label=_("Source: document and number, or that it is your own decision"), max_length=300)
    is_official = forms.BooleanField(label=_("Laid down officially"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    everywhere = forms.BooleanField(label=_("For all divisions, not for this one alone"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, keys: Mapping[str, Key], *entered: Any, value: Mapping[str, Any], **options_: Any) -> None:
        self.keys = keys
        self.can_set_everywhere = options_.pop("can_set_everywhere", False)
        super().__init__(*entered, **options_)
        for name, key in keys.items():
            self.initial |= _entries(name, key.shape, value.get(name))

    def fill(self) -> None:
        if not self.can_set_everywhere:
            del self.fields["everywhere"]
        for name, key in self.keys.items():
            self.fields |= shape_fields(name, key)
        self.order_fields([*(name for name in self.fields if name not in self.base_fields), *self.base_fields])

    def place(self, division: Division) -> Division | None:
        """Where it is to hold: in `division`, or None for everywhere."""
        return None if self.cleaned_data.get("everywhere") else division

    def value(self) -> dict[str, Any]:
        """What was entered, as the JSON of a standard; what was left empty and may be is left out."""
        read = {name: _read(name, key.shape, self.cleaned_data) for name, key in self.keys.items()}
        return {name: each for name, each in read.items() if self.keys[name].is_required or each not in ([], {}, None)}


def shape_fields(name: str, key: Key) -> dict[str, forms.Field]:
    """The fields in which a value of that shape is entered."""
    shape, label = key.shape, str(key.name)
    told: dict[str, Any] = {"label": label, "required": key.is_required}
    if isinstance(shape, Whole):
        return {name: forms.IntegerField(min_value=shape.least, max_value=shape.most, **told)}
    if isinstance(shape, Money):
        return {name: forms.DecimalField(min_value=0, max_digits=11, decimal_places=2, **told)}
    if isinstance(shape, Switch):
        return {name: forms.BooleanField(label=label, required=False)}
    if isinstance(shape, Choice):
        return {name: forms.ChoiceField(choices=options(shape.options), **told)}
    if isinstance(shape, Choices):
        boxes = forms.CheckboxSelectMultiple
        return {name: forms.MultipleChoiceField(choices=options(shape.options), widget=boxes, **told)}
    if isinstance(shape, Words):
        names = {"zh": _("Chinese"), "en": _("English")}
        return {
            f"{name}_{language}": forms.CharField(label=f"{label} · {named}", max_length=LONGEST_WORDS)
            for language, named in names.items()
        }
    hint = (
        _("One item a line: code | Chinese | English") if isinstance(shape, Items) else _("One a line: name = number")
    )
    return {name: forms.CharField(widget=forms.Textarea(attrs={"rows": 8}), help_text=hint, **told)}


def _entries(name: str, shape: Shape, value: Any) -> dict[str, Any]:
    """What stands in the fields of a value that holds."""
    if value is None:
        return {}
    if isinstance(shape, Words):
        return {f"{name}_{language}": text for language, text in value.items()}
    if isinstance(shape, Items):
        return {name: "\n".join(f"{item['code']} | {item['zh']} | {item['en']}" for item in value)}
    if isinstance(shape, Numbers):
        return {name: "\n".join(f"{each} = {number}" for each, number in value.items())}
    return {name: value}


def _read(name: str, shape: Shape, entered: Mapping[str, Any]) -> Any:
    """What was entered for one key, as JSON; the shape itself says what is wrong with it."""
    if isinstance(shape, Words):
        return {language: entered[f"{name}_{language}"] for language in ("zh", "en")}
    found = entered[name]
    if isinstance(shape, Money):
        return None if found is None else str(found)
    if isinstance(shape, Items):
        parts = [[part.strip() for part in line.split("|")] for line in found.splitlines() if line.strip()]
        return [dict(zip(("code", "zh", "en"), each, strict=False)) for each in parts]
    if isinstance(shape, Numbers):
        pairs = (line.partition("=") for line in found.splitlines() if line.strip())
        return {each.strip(): number.strip() for each, _equals, number in pairs}
    return found


class LineForm(DressedForm):
    """A monitoring line: yuan per person and year, from a day on, and where it is from."""

    valid_from = day_field(_("Holds from"))
    amount = forms.DecimalField(label=_("Yuan per person and year"), min_value=1, max_digits=10, decimal_places=2)
    source = forms.CharField(label=_("Source: document and number, or that it is your own decision"), max_length=300)


LARGEST = {"work_months": MONTHS, "post_months": MONTHS, "post_count": 20, "disability_level": max(DISABILITY_LEVELS)}
_YES_NO = [("true", YES_NO[True]), ("false", YES_NO[False])]


class MemberForm(DressedForm):
    """What the national form asks of a person, with the day from which it holds; what is left empty is not recorded."""

    valid_from = day_field(_("Holds from"))
    ethnicity = forms.ChoiceField(label=_("Ethnicity"), required=False)
    political_status = forms.ChoiceField(label=_("Political status"), required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=20, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def fill(self) -> None:
        self.offer("ethnicity", ETHNICITIES, empty="–")
        self.offer("political_status", POLITICAL_STATUSES, empty="–")
        self.fields |= {name: fact_field(name, label) for name, label in FACTS.items()}

    def condition(self) -> Condition:
        """What was entered of health, school, work, insurance and allowances."""
        told = {name: self.cleaned_data[name] for name in FACTS}
        told |= {name: kind(told[name]) if told[name] else None for name, kind in CODED.items()}
        told |= {name: told[name] == "true" if told[name] else None for name in told if name.startswith("has_")}
        told["disability_category"] = int(told["disability_category"]) if told["disability_category"] else None
        return Condition(**told | {"health": tuple(Health(each) for each in told["health"])})

    @staticmethod
    def entries(condition: Condition) -> dict[str, Any]:
        """What stands in the fields of a condition that holds."""
        told = {name: getattr(condition, name) for name in FACTS}
        words = {None: "", True: "true", False: "false"}
        return told | {name: words[told[name]] for name in told if name.startswith("has_")}


def fact_field(name: str, label: Name) -> forms.Field:
    """The field in which one fact of a condition is entered."""
    told: dict[str, Any] = {"label": label, "required": False}
    if name == "health":
        return forms.MultipleChoiceField(choices=options(HEALTHS), widget=forms.CheckboxSelectMultiple, **told)
    if name in LISTS:
        return forms.ChoiceField(choices=options(LISTS[name], empty="–"), **told)
    if name.startswith("has_"):
        return forms.ChoiceField(choices=[("", "–"), *_YES_NO], **told)
    if name == "employer":
        return forms.CharField(max_length=100, **told)
    if name == "monthly_wage":
        return forms.DecimalField(min_value=0, max_digits=11, decimal_places=2, **told)
    return forms.IntegerField(min_value=0, max_value=LARGEST[name], **told)
