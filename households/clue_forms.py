"""What people enter of a clue, of an income survey and of a check of the guarantees."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.names import Name
from households.models import IncomeSurvey
from households.rules.admission import RiskFound, risks_found
from households.rules.codes import DISASTERS, HOUSEHOLD_TYPES, MOST_RISKS, RISKS, HouseholdType
from households.rules.incomes import IncomeItems
from households.rules.procedure import CLUE_SOURCES, ClueSource
from households.step_forms import day_field, dress, long_text
from households.visit_forms import AMOUNTS, GUARANTEES, SEEN

OCCASIONS: dict[str, Name] = {
    "identification": Name("识别时", "at identification"),
    "elimination": Name("消除时", "at elimination"),
    "yearly": Name("年度", "yearly"),
}
NOT_LOOKED_AT = Name("未查看", "not looked at")
YES_NO = {"yes": True, "no": False, "": None}


def options(names: Mapping[Any, Any], *, empty: Any = None) -> list[tuple[str, Any]]:
    """The choices of a list of names, with one for none of them where `empty` names it."""
    found = [(getattr(code, "value", code), name) for code, name in names.items()]
    return found if empty is None else [("", empty), *found]


class ClueForm(forms.Form):
    """A clue that a household is at risk."""

    on = day_field(gettext_lazy("Seen on"))
    source = forms.ChoiceField(label=gettext_lazy("Source"))
    household_type = forms.ChoiceField(label=gettext_lazy("Type"))
    risks = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    disaster = forms.ChoiceField(label=gettext_lazy("Kind of disaster, where there was one"), required=False)
    remark = forms.CharField(label=gettext_lazy("Other risk: which"), required=False, max_length=200)
    told = long_text(gettext_lazy("What the clue says"))
    has_no_labour = forms.BooleanField(label=gettext_lazy("Whole household without labour"), required=False)
    is_green_channel = forms.BooleanField(
        label=gettext_lazy("Green channel: help first, procedure after (disaster, accident or sudden illness)"),
        required=False,
    )

    def __init__(self, *entered: Any, **options_: Any) -> None:
        super().__init__(*entered, **options_)
        self.fields["risks"].label = _("Risks, at most %(most)d") % {"most": MOST_RISKS}
        self.fields["source"].choices = options(CLUE_SOURCES)
        self.fields["household_type"].choices = options(HOUSEHOLD_TYPES)
        self.fields["risks"].choices = options(RISKS)
        self.fields["disaster"].choices = options(DISASTERS, empty="–")
        dress(self)

    def clue(self) -> dict[str, Any]:
        """What was entered, as households.operations.cases.report takes it."""
        told = self.cleaned_data
        risks: tuple[RiskFound, ...] = risks_found(told["risks"], told["disaster"], told["remark"])
        return {
            "household_type": HouseholdType(told["household_type"]),
            "risks": risks,
            "source": ClueSource(told["source"]),
            **{name: told[name] for name in ("on", "told", "has_no_labour", "is_green_channel")},
        }


class IncomeForm(forms.Form):
    """An income survey: yuan for the whole household over a period."""

    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"))
    surveyed_on = day_field(gettext_lazy("Surveyed on"))
    period_from = day_field(gettext_lazy("Period from"))
    period_to = day_field(gettext_lazy("Period to"))
    household_size = forms.IntegerField(label=gettext_lazy("Persons"), min_value=1, max_value=99)

    def __init__(self, *entered: Any, **options_: Any) -> None:
        super().__init__(*entered, **options_)
        known = dict(IncomeSurvey.OCCASIONS)
        self.fields["occasion"].choices = options({code: OCCASIONS[code] for code in known})
        for name, amount in AMOUNTS.items():
            self.fields[name] = forms.DecimalField(
                label=amount, required=False, max_digits=14, decimal_places=2, min_value=0
            )
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        dress(self)

    def items(self) -> IncomeItems:
        """The amounts; what was left empty is nought."""
        return IncomeItems(**{name: self.cleaned_data[name] or Decimal(0) for name in AMOUNTS})


class GuaranteeForm(forms.Form):
    """A check of housing, schooling, insurance and water."""

    checked_on = day_field(gettext_lazy("Checked on"))

    def __init__(self, *entered: Any, **options_: Any) -> None:
        super().__init__(*entered, **options_)
        for name, guarantee in GUARANTEES.items():
            choices = options(SEEN, empty=NOT_LOOKED_AT)
            self.fields[name] = forms.ChoiceField(label=guarantee, required=False, choices=choices)
        dress(self)

    def found(self) -> dict[str, bool | None]:
        """What was found of each; None is what was not looked at."""
        return {name: YES_NO[self.cleaned_data[name]] for name in GUARANTEES}

    def clean(self) -> dict[str, Any]:
        """A check looks at something."""
        told = super().clean() or self.cleaned_data
        if not any(told.get(name) for name in GUARANTEES):
            raise forms.ValidationError(_("Say what was found of at least one of them."))
        return told
