"""What people enter of a clue, of an income survey and of a check of the guarantees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DressedForm, amount_field, day_field, options
from common.names import Name
from households.models import IncomeSurvey
from households.rules.admission import RiskFound, risks_found
from households.rules.codes import DISASTERS, HOUSEHOLD_TYPES, MOST_RISKS, RISKS, HouseholdType
from households.rules.incomes import IncomeItems
from households.rules.procedure import CLUE_SOURCES, ClueSource
from households.step_forms import long_text
from households.visit_forms import AMOUNTS, GUARANTEES, SEEN

OCCASIONS: dict[str, Name] = {
    "identification": Name("识别时", "at identification"),
    "elimination": Name("消除时", "at elimination"),
    "yearly": Name("年度", "yearly"),
}
NOT_LOOKED_AT = Name("未查看", "not looked at")
YES_NO = {"yes": True, "no": False, "": None}


class ClassForm(DressedForm):
    """Of which type a household is, and its risks."""

    household_type = forms.ChoiceField(label=gettext_lazy("Type"))
    risks = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    disaster = forms.ChoiceField(label=gettext_lazy("Kind of disaster, where there was one"), required=False)
    remark = forms.CharField(label=gettext_lazy("Other risk: which"), required=False, max_length=200)
    has_no_labour = forms.BooleanField(label=gettext_lazy("Whole household without labour"), required=False)

    def fill(self) -> None:
        self.fields["risks"].label = _("Risks, at most %(most)d") % {"most": MOST_RISKS}
        self.offer("household_type", HOUSEHOLD_TYPES)
        self.offer("risks", RISKS)
        self.offer("disaster", DISASTERS, empty="–")

    def entered(self) -> dict[str, Any]:
        """What was entered of type and risks, as the operations on cases take it."""
        told = self.cleaned_data
        risks: tuple[RiskFound, ...] = risks_found(told["risks"], told["disaster"], told["remark"])
        return {
            "household_type": HouseholdType(told["household_type"]),
            "risks": risks,
            "has_no_labour": told["has_no_labour"],
        }


class ClueForm(ClassForm):
    """A clue that a household is at risk."""

    on = day_field(gettext_lazy("Seen on"))
    source = forms.ChoiceField(label=gettext_lazy("Source"))
    told = long_text(gettext_lazy("What the clue says"))
    is_green_channel = forms.BooleanField(
        label=gettext_lazy("Green channel: help first, procedure after (disaster, accident or sudden illness)"),
        required=False,
    )

    field_order = (
        *("on", "source", "household_type", "risks", "disaster", "remark", "told", "has_no_labour"),
        "is_green_channel",
    )

    def fill(self) -> None:
        super().fill()
        self.offer("source", CLUE_SOURCES)

    def clue(self) -> dict[str, Any]:
        """What was entered, as households.operations.cases.report takes it."""
        told = self.cleaned_data
        beside = {name: told[name] for name in ("on", "told", "is_green_channel")}
        return {**self.entered(), "source": ClueSource(told["source"]), **beside}


class IncomeForm(DressedForm):
    """An income survey: yuan for the whole household over a period."""

    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"))
    surveyed_on = day_field(gettext_lazy("Surveyed on"))
    period_from = day_field(gettext_lazy("Period from"))
    period_to = day_field(gettext_lazy("Period to"))
    household_size = forms.IntegerField(label=gettext_lazy("Persons"), min_value=1, max_value=99)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def fill(self) -> None:
        known = dict(IncomeSurvey.OCCASIONS)
        self.offer("occasion", {code: OCCASIONS[code] for code in known})
        self.fields |= {name: amount_field(amount) for name, amount in AMOUNTS.items()}

    def items(self) -> IncomeItems:
        """The amounts; what was left empty is nought."""
        return IncomeItems(**{name: self.cleaned_data[name] or Decimal(0) for name in AMOUNTS})


class GuaranteeForm(DressedForm):
    """A check of housing, schooling, insurance and water."""

    checked_on = day_field(gettext_lazy("Checked on"))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def fill(self) -> None:
        for name, guarantee in GUARANTEES.items():
            choices = options(SEEN, empty=NOT_LOOKED_AT)
            self.fields[name] = forms.ChoiceField(label=guarantee, required=False, choices=choices)

    def found(self) -> dict[str, bool | None]:
        """What was found of each; None is what was not looked at."""
        return {name: YES_NO[self.cleaned_data[name]] for name in GUARANTEES}

    def clean(self) -> dict[str, Any]:
        """A check looks at something."""
        told = super().clean() or self.cleaned_data
        if not any(told.get(name) for name in GUARANTEES):
            raise forms.ValidationError(_("Say what was found of at least one of them."))
        return told
