"""The forms of the steps of a procedure: what has to be written down at each, read into plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DressedForm, day_field, options
from common.refusals import Invalid
from households.rules.codes import ELIMINATION_WAYS, RISKS, EliminationWay
from households.rules.history import EventKind
from households.rules.procedure import (
    LONGEST_TEXT,
    NEEDS_REASON,
    REGISTERS,
    Comparison,
    Meeting,
    Notice,
    Objection,
    Opinion,
    Record,
    Register,
    Verification,
    record_of,
)

NEEDS_WAY = frozenset({EventKind.ELIMINATION_PROPOSED})


def long_text(label: Any) -> forms.CharField:
    """A field for several sentences; whether it may stay empty, the rules say."""
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )


def _boxes(label: Any, names: Mapping[Any, Any]) -> forms.MultipleChoiceField:
    boxes = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, required=False, choices=options(names), widget=boxes)


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100_000)


Fields = Callable[[], dict[str, forms.Field]]
# The fields in which each record is entered.
FIELDS: dict[type[Record], Fields] = {
    Verification: lambda: {
        "is_authorised": forms.BooleanField(
            label=_("The written authorisation of all members is on file"), required=False
        ),
        "findings": long_text(_("What was found at home")),
        "new_risks": _boxes(_("New risks that the proposal did not know of"), RISKS),
    },
    Comparison: lambda: {
        "registers": _boxes(_("Registers that were compared"), REGISTERS),
        "findings": long_text(_("What the registers say")),
    },
    Meeting: lambda: {
        "attended": _count(_("How many attended")),
        "votes_for": _count(_("Votes for")),
        "votes_against": _count(_("Votes against")),
        "minutes": long_text(_("Minutes")),
    },
    Notice: lambda: {"place": forms.CharField(label=_("Where in the village it hangs"), required=False)},
    Objection: lambda: {
        "statement": long_text(_("What the objection says")),
        "raised_by": forms.CharField(label=_("Raised by (may stay unnamed)"), required=False, max_length=100),
    },
    Opinion: lambda: {"text": long_text(_("Opinion"))},
}


class StepForm(DressedForm):
    """What is written down at the step that makes an event of `kind`."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *entered: Any, kind: EventKind, **options_: Any) -> None:
        self.kind = kind
        self.asked = record_of(kind)
        super().__init__(*entered, **options_)

    def fill(self) -> None:
        self.fields["on"] = day_field(gettext_lazy("Day"))
        if self.kind in NEEDS_WAY:
            self.fields["way"] = forms.ChoiceField(label=_("In which way"), choices=options(ELIMINATION_WAYS))
        if self.asked is not None:
            self.fields |= FIELDS[self.asked]()
        if self.kind is EventKind.VERIFIED:
            del self.fields["new_risks"]
        if self.kind in NEEDS_REASON:
            self.fields["reason"] = long_text(_("Reason, as it is told to the household"))

    def record(self) -> Record | None:
        """What was written down; None where nothing is asked for, or no opinion was written."""
        if self.asked is None or (self.asked is Opinion and not self.cleaned_data["text"]):
            return None
        names = [name for name in FIELDS[self.asked]() if name in self.fields]
        return read_record(self.asked, {name: self.cleaned_data[name] for name in names})

    def way(self) -> EliminationWay | None:
        """In which way the risk is to be eliminated, where the step asks for it."""
        return EliminationWay(self.cleaned_data["way"]) if "way" in self.fields else None


# How the values of a record are read that are no plain text or number.
READ: dict[str, Callable[[Any], Any]] = {
    "registers": lambda codes: tuple(Register(code) for code in codes),
    "new_risks": tuple,
}


def read_record(asked: type[Record], values: Mapping[str, Any]) -> Record:
    """The record that these values make; Invalid names one that is missing or does not belong to it."""
    known = FIELDS[asked]()
    for name in values:
        if name not in known:
            raise Invalid(_("“%(name)s” does not belong to this step.") % {"name": name}, field=name)
    for name, field in known.items():
        if field.required and name not in values:
            raise Invalid(_("“%(name)s” is missing.") % {"name": name}, field=name)
    usual: dict[str, Any] = {"is_authorised": False, "findings": "", "registers": ()}
    usual |= {"minutes": "", "place": "", "statement": ""}
    given = {name: READ[name](value) if name in READ else value for name, value in values.items()}
    return asked(**{name: value for name, value in usual.items() if name in known} | given)


class FeedbackForm(DressedForm):
    """How and when the household was told the outcome."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    on = day_field(gettext_lazy("Day"))
    told = long_text(gettext_lazy("How the household was told, and what"))


class PauseForm(DressedForm):
    """From which day a clock stands still, and why."""

    on = day_field(gettext_lazy("From this day on"))
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)


class ResumeForm(DressedForm):
    """From which day a clock runs again."""

    on = day_field(gettext_lazy("From this day on, which counts"))
