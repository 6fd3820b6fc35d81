"""The form of a visit: what is typed on a phone, read into the plain values of a submission."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import amount_field, day_field, options
from common.moments import day_of
from common.names import Name
from households.models import Household
from households.operations.visits import GuaranteesSeen, IncomeSeen, PhotoTaken, RiskSeen, Submission
from households.rules.admission import risks_found
from households.rules.codes import DISASTERS, HOUSEHOLD_TYPES, RISKS, HouseholdType
from households.rules.incomes import IncomeItems
from households.rules.visits import ANSWERS, LONGEST_FINDINGS, PURPOSES, Checklist, Position, Purpose

AMOUNTS: dict[str, Name] = {
    "wage": Name("工资性收入", "wages"),
    "business": Name("生产经营性收入", "business income"),
    "property": Name("财产性收入", "property income"),
    "transfer": Name("转移性收入", "transfers"),
    "business_expense": Name("生产经营性支出", "business expenses"),
    "claims": Name("理赔收入", "insurance claims"),
    "self_paid": Name("合规自付支出", "self-paid spending"),
}
GUARANTEES: dict[str, Name] = {
    "is_housing_safe": Name("住房安全", "safe housing"),
    "is_schooling_kept": Name("义务教育", "compulsory schooling"),
    "is_everyone_insured": Name("基本医疗", "medical insurance"),
    "is_water_safe": Name("饮水安全", "safe drinking water"),
}
SEEN: dict[str, Name] = {"yes": Name("有保障", "met"), "no": Name("无保障", "not met")}
DRAWN = "data:image/png;base64,"
YEAR = timedelta(days=365)


class Photos(forms.FileField):
    """Any number of files of one field."""

    widget = forms.FileInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files; none is fine."""
        return [super(Photos, self).clean(each, initial) for each in data if each]


class PhotoInput(forms.FileInput):
    """A button that opens the camera of a phone."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name))


class VisitForm(forms.Form):
    """One visit to one household; `lists` are the checklists of its village on that day.

    `kept` are the positions of the photos of the visit that is corrected.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    happened_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    findings = forms.CharField(
        label=gettext_lazy("What was found"),
        required=False,
        max_length=LONGEST_FINDINGS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_visit_on = day_field(gettext_lazy("Next visit"), required=False)
    photos = Photos(
        label=gettext_lazy("Photos"),
        required=False,
        widget=PhotoInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    kept_photos = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Photos of the visit that stay"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    keep_position = forms.BooleanField(
        label=gettext_lazy("Keep the position that the camera wrote into the photos"), required=False
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput)
    signed_name = forms.CharField(label=gettext_lazy("Signed by (name)"), required=False, max_length=100)
    latitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    longitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    accuracy = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    device = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    period_from = day_field(gettext_lazy("From"), required=False)
    period_to = day_field(gettext_lazy("To"), required=False)
    household_size = forms.IntegerField(label=gettext_lazy("Persons"), required=False, min_value=1, max_value=99)
    household_type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    risks = forms.MultipleChoiceField(
        label=gettext_lazy("New risks"), required=False, widget=forms.CheckboxSelectMultiple
    )
    disaster = forms.ChoiceField(label=gettext_lazy("Kind of disaster"), required=False)
    remark = forms.CharField(label=gettext_lazy("Other risk: which"), required=False, max_length=200)
    has_no_labour = forms.BooleanField(label=gettext_lazy("Whole household without labour"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why is the visit corrected?"), required=False, max_length=500)

    def __init__(self, *args: Any, lists: Sequence[Checklist], kept: Sequence[int] = (), **told: Any) -> None:
        super().__init__(*args, **told)
        self.lists = lists
        self.fields["kept_photos"].choices = [
            (position, _("photo %(number)d") % {"number": position}) for position in kept
        ]
        self.fields["purpose"].choices = options(PURPOSES)
        self.fields["household_type"].choices = options(HOUSEHOLD_TYPES, empty="")
        self.fields["risks"].choices = options(RISKS)
        self.fields["disaster"].choices = options(DISASTERS, empty="–")
        self.fields |= {name: amount_field(amount) for name, amount in AMOUNTS.items()}
        self.fields |= {name: _toggle(guarantee, SEEN) for name, guarantee in GUARANTEES.items()}
        for each in lists:
            for item in each["items"]:
                label = Name(item["zh"], item["en"])
                self.fields[f"answer.{each['code']}.{item['code']}"] = _toggle(label, ANSWERS)
        for name, field in self.fields.items():
            self._describe(name, field)

    def asked(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The title of each checklist with its fields."""
        for each in self.lists:
            title = str(Name(each["title"]["zh"], each["title"]["en"]))
            yield title, [self[f"answer.{each['code']}.{item['code']}"] for item in each["items"]]

    def amounts(self) -> list[BoundField]:
        """The fields of income and spending."""
        return [self[name] for name in AMOUNTS]

    def guarantees(self) -> list[BoundField]:
        """The fields of the guarantees."""
        return [self[name] for name in GUARANTEES]

    def faults(self) -> list[tuple[str, str, str]]:
        """Each fault: the id of its field, the field's name, the sentence."""
        return [
            (f"id_{name}" if name in self.fields else "", str(self[name].label) if name in self.fields else "", text)
            for name, found in self.errors.items()
            for text in found
        ]

    def clean_signature(self) -> bytes:
        """The drawn signature as a picture."""
        drawn = self.cleaned_data["signature"]
        try:
            if drawn and not drawn.startswith(DRAWN):
                raise ValueError
            return base64.b64decode(drawn.removeprefix(DRAWN), validate=True)
        except (binascii.Error, ValueError) as error:
            raise forms.ValidationError(_("The signature cannot be read. Clear it and sign again.")) from error

    def clean(self) -> dict[str, Any]:
        """An income needs its period and the persons it is for; a new risk of a new clue its type."""
        told = super().clean() or self.cleaned_data
        if any(told.get(name) is not None for name in AMOUNTS):
            for name in ("period_from", "period_to", "household_size"):
                if told.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Needed together with the amounts."))
        return told

    def submission(self, household: Household) -> Submission:
        """The visit that was typed."""
        told = self.cleaned_data
        return Submission(
            key=told["key"],
            household=household,
            purpose=Purpose(told["purpose"]),
            happened_at=told["happened_at"],
            answers=self._answers(told),
            findings=told["findings"],
            next_visit_on=told["next_visit_on"],
            position=_position(told),
            photos=[PhotoTaken(each.read(), told["keep_position"]) for each in told["photos"]],
            kept_photos=told["kept_photos"],
            signature=told["signature"],
            signed_name=told["signed_name"],
            device=told["device"],
            income=_income(told),
            guarantees=_guarantees(told),
            risk=_risk(told),
        )

    def _answers(self, told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, answer in told.items():
            if name.startswith("answer.") and answer:
                _prefix, code, item = name.split(".")
                found.setdefault(code, {})[item] = answer
        return found

    def _describe(self, name: str, field: forms.Field) -> None:
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput):
            widget.attrs["class"] = "form-check-input"
        elif not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
            widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"
        if self.is_bound and name in self.errors:
            widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}-fault"}


def first_values(key: Any, household: Household, persons: int, now: Any) -> dict[str, Any]:
    """What the form holds when it is opened."""
    today: date = day_of(now)
    return {
        "key": key,
        "purpose": Purpose.ROUTINE.value,
        "happened_at": timezone.localtime(now),
        "period_from": today - YEAR,
        "period_to": today - timedelta(days=1),
        "household_size": persons or None,
    }


def _toggle(label: Name, names: Mapping[Any, Name]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=options(names), widget=forms.RadioSelect)


def _position(told: Mapping[str, Any]) -> Position | None:
    if told["latitude"] is None or told["longitude"] is None:
        return None
    return Position(told["latitude"], told["longitude"], told["accuracy"])


def _income(told: Mapping[str, Any]) -> IncomeSeen | None:
    if all(told[name] is None for name in AMOUNTS):
        return None
    items = IncomeItems(**{name: told[name] or Decimal(0) for name in AMOUNTS})
    return IncomeSeen(told["period_from"], told["period_to"], told["household_size"], items)


def _guarantees(told: Mapping[str, Any]) -> GuaranteesSeen | None:
    if not any(told[name] for name in GUARANTEES):
        return None
    return GuaranteesSeen(**{name: {"yes": True, "no": False}.get(told[name]) for name in GUARANTEES})


def _risk(told: Mapping[str, Any]) -> RiskSeen | None:
    if not told["risks"]:
        return None
    found = risks_found(told["risks"], told["disaster"], told["remark"])
    return RiskSeen(HouseholdType(told["household_type"] or HouseholdType.SUDDEN), found, told["has_no_labour"])
