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
from common.forms import DressedForm, amount_field, day_field
from households.models import Member
from households.rules.codes import RISKS, Risk


class MeasureForm(DressedForm):
    """A measure to plan: against which risk, what, for whom, by whom and until when."""

    risk = forms.ChoiceField(label=_("Against which risk"), required=False)
    category = forms.ChoiceField(label=_("Category"))
    item = forms.CharField(label=_("What is done"), max_length=200)
    member = forms.ChoiceField(label=_("For whom"), required=False)
    responsible_unit = forms.CharField(label=_("Responsible unit"), max_length=200, required=False)
    responsible = forms.ChoiceField(label=_("Responsible person"), required=False)
    on = day_field(_("Planned on"))
    due_on = day_field(_("Due on"), required=False)
    amount = amount_field(_("Amount (yuan)"))
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *entered: Any, risks: Iterable[Risk], members: Iterable[Member], people: Iterable[User], **options: Any
    ) -> None:
        self.risks = list(risks)
        self.members = {str(member.pk): member for member in members}
        self.people = {str(person.pk): person for person in people}
        super().__init__(*entered, **options)

    def fill(self) -> None:
        self.offer("risk", {risk: RISKS[risk] for risk in self.risks}, empty="–")
        self.offer("category", CATEGORIES, empty="–")
        named = {key: member.name for key, member in self.members.items()}
        self.offer("member", named, empty=_("the whole household"))
        self.offer("responsible", {key: str(person) for key, person in self.people.items()}, empty="–")

    def told(self) -> dict[str, Any]:
        """What was entered, as an operation takes it."""
        entered = dict(self.cleaned_data)
        return entered | {
            "category": Category(entered["category"]),
            "risk": Risk(entered["risk"]) if entered["risk"] else None,
            "member": self.members.get(entered["member"]),
            "responsible": self.people.get(entered["responsible"]),
        }


class StepForm(DressedForm):
    """On which day a measure began, landed or ended, and which version of it was seen."""

    on = day_field(_("On which day"))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class LandingForm(StepForm):
    """On which day a measure landed, and what shows it."""

    evidence = forms.CharField(label=_("What shows it"), max_length=500, required=False)
    photo = forms.FileField(
        label=_("Photo of it"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )


class WithdrawalForm(DressedForm):
    """Why a measure is withdrawn, and which version of it was seen."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PlanForm(DressedForm):
    """From which day a new version of a plan is, why there is one, and which version was seen."""

    on = day_field(_("Drawn up on"))
    note = forms.CharField(label=_("Why it is drawn up anew"), max_length=500, required=False)
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)


def first_values(on: date, risk: str, member: UUID | None = None) -> dict[str, Any]:
    """What the form of a measure holds when it is opened."""
    return {"on": on, "risk": risk, "member": str(member) if member else ""}
