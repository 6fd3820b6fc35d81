"""What people enter who make somebody responsible for households, or end it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission
from common.forms import DressedForm, day_field
from common.querysets import begins_with
from households.models import Posting
from households.rules.levels import path_of


def people_for(by: User, on: date) -> dict[str, User]:
    """Whom `by` can make responsible: who visits households where he or she assigns them, by user name."""
    near = Q(pk__in=[])
    for code in Posting.objects.codes(by, Permission.ASSIGN_CASEWORKER, on):
        near |= begins_with("division_id", code) | Q(division_id__in=path_of(code))
    held = Posting.objects.in_force(on).granting(Permission.LOG_VISIT).filter(near)
    rows = User.objects.filter(pk__in=held.values("user"), is_active=True, is_system=False)
    return {user.username: user for user in rows.order_by("full_name", "username")}


class AssignForm(DressedForm):
    """Who becomes responsible, and from which day on."""

    person = forms.ChoiceField(label=_("Person responsible"))
    starts_on = day_field(_("From this day on"))

    def __init__(self, *entered: Any, people: dict[str, User], **options: Any) -> None:
        self.people = people
        super().__init__(*entered, **options)

    def fill(self) -> None:
        self.offer("person", {name: _name(user) for name, user in self.people.items()}, empty="–")

    @property
    def user(self) -> User:
        """Whoever was chosen."""
        return self.people[self.cleaned_data["person"]]


class AssignManyForm(AssignForm):
    """Who becomes responsible for which households of a list."""

    ALL, TICKED = "all", "ticked"
    extent = forms.ChoiceField(label=_("For which households"), choices=())
    field_order = ("person", "starts_on", "extent")

    def __init__(self, *entered: Any, total: int, ticked: int, **options: Any) -> None:
        self.total, self.ticked = total, ticked
        super().__init__(*entered, **options)

    def fill(self) -> None:
        super().fill()
        whole = ngettext("the whole list: %(number)d household", "the whole list: %(number)d households", self.total)
        told = {self.TICKED: _("only those ticked below"), self.ALL: whole % {"number": self.total}}
        self.offer("extent", told, empty=_("choose"))

    def clean_extent(self) -> str:
        """Refused where the ticks say one thing and the choice another: neither is guessed."""
        extent: str = self.cleaned_data["extent"]
        if extent == self.TICKED and not self.ticked:
            raise forms.ValidationError(_("No household is ticked. Tick some below, or choose the whole list."))
        if extent == self.ALL and self.ticked:
            told = ngettext(
                "%(number)d household is ticked below, but the whole list is chosen. Choose those ticked, or untick "
                "it.",
                "%(number)d households are ticked below, but the whole list is chosen. Choose those ticked, or untick "
                "them.",
                self.ticked,
            )
            raise forms.ValidationError(told % {"number": self.ticked})
        return extent


class EndForm(DressedForm):
    """From which day on somebody is no longer responsible."""

    ends_on = day_field(_("No longer from this day on"))


def _name(user: User) -> str:
    return f"{user.full_name} ({user.username})" if user.full_name else user.username
