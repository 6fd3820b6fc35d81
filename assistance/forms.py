"""What people enter about plans and measures, on a phone as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistance.rules.categories import CATEGORIES, Category
from households.models import Member
from households.rules.codes import RISKS, Risk

DAY = {"type": "date", "class": "form-control"}


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY))


class MeasureForm(forms.Form):
    """A measure to plan: against which risk, what, for whom, by whom and until when."""

    risk = forms.ChoiceField(label=_("Against which risk"), required=False)
    category = forms.ChoiceField(label=_("Category"))
    item = forms.CharField(label=_("What is done"), max_length=200)
    member = forms.ChoiceField(label=_("For whom"), required=False)
    responsible_unit = forms.CharField(label=_("Responsible unit"), max_length=200, required=False)
    responsible = forms.ChoiceField(label=_("Responsible person"), required=False)
    on = day_field(_("Planned on"))
    due_on = day_field(_("Due on"), required=False)
    amount = forms.DecimalField(label=_("Amount (yuan)"), required=False, max_digits=14, decimal_places=2, min_value=0)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *entered: Any, risks: Iterable[Risk], members: Iterable[Member], people: Iterable[User], **options: Any
    ) -> None:
        super().__init__(*entered, **options)
        self.members = {str(member.pk): member for member in members}
        self.people = {str(person.pk): person for person in people}
        self._offer("risk", [(risk.value, str(RISKS[risk])) for risk in risks])
        self._offer("category", [(category.value, str(name)) for category, name in CATEGORIES.items()])
        self._offer("member", [(key, member.name) for key, member in self.members.items()], _("the whole household"))
        self._offer("responsible", [(key, str(person)) for key, person in self.people.items()])
        self.fields["amount"].widget.attrs["inputmode"] = "decimal"
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

    def told(self) -> dict[str, Any]:
        """What was entered, as an operation takes it."""
        entered = dict(self.cleaned_data)
        return entered | {
            "category": Category(entered["category"]),
            "risk": Risk(entered["risk"]) if entered["risk"] else None,
            "member": self.members.get(entered["member"]),
            "responsible": self.people.get(entered["responsible"]),
        }

    def _offer(self, name: str, choices: Iterable[tuple[str, str]], nothing: Any = "–") -> None:
        self.fields[name].choices = [("", nothing), *choices]


class StepForm(forms.Form):
    """On which day a measure began, landed or ended, and which version of it was seen."""

    on = day_field(_("On which day"))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class LandingForm(StepForm):
    """On which day a measure landed, and what shows it."""

    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    photo = forms.FileField(
        label=_("Photo of it"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment", "class": "form-control"}
        ),
    )


class WithdrawalForm(forms.Form):
    """Why a measure is withdrawn, and which version of it was seen."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.TextInput(attrs={"class": "form-control"}))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """From which day a new version of a plan is, why there is one, and which version was seen."""

    on = day_field(_("Drawn up on"))
    note = forms.CharField(
        label=_("Why it is drawn up anew"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)


def first_values(on: date, risk: str, member: UUID | None = None) -> dict[str, Any]:
    """What the form of a measure holds when it is opened."""
    return {"on": on, "risk": risk, "member": str(member) if member else ""}
