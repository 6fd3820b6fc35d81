"""What people enter of a natural change: members who join, leave or go elsewhere, and households that change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DressedForm, day_field, options
from households.models import Household, HouseholdLink, Membership
from households.operations.members import Person
from households.rules.changes import (
    HOW_ENDED,
    JOININGS,
    LEAVINGS,
    TOLD_OF_JOINING,
    TOLD_OF_LEAVING,
    HowEnded,
    Joining,
)
from households.rules.codes import RELATIONSHIPS, SEXES, Relationship, Sex

NOT_HEAD = {code: name for code, name in RELATIONSHIPS.items() if code is not Relationship.HEAD}
KNOWN_JOINING = (
    Joining.TRANSFERRED,
    Joining.MARRIED_IN,
    Joining.RETURNED,
    Joining.RELEASED,
    Joining.HUKOU_IN,
    Joining.OTHER,
)
STAYS = gettext_lazy("stays")


class ChangeForm(DressedForm):
    """A change of `household` from a day on, based on the version of it that was seen."""

    on = day_field(gettext_lazy("From which day on"))
    seen_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *entered: Any, household: Household, **options_: Any) -> None:
        self.household = household
        held = household.memberships.filter(left_on__isnull=True).select_related("member")
        self.members: list[Membership] = sorted(held, key=lambda row: row.relationship != Relationship.HEAD)
        super().__init__(*entered, **options_)
        self.initial.setdefault("seen_version", household.version)

    def names(self, *, with_head: bool = True) -> list[tuple[str, str]]:
        """The members to choose from."""
        rows = [row for row in self.members if with_head or row.relationship != Relationship.HEAD]
        return [(str(row.member_id), f"{row.member.name} ({RELATIONSHIPS[row.relationship]})") for row in rows]

    def held(self, name: str) -> Membership:
        """The membership of the member who was chosen in that field."""
        return next(row for row in self.members if str(row.member_id) == self.cleaned_data[name])


class JoinForm(ChangeForm):
    """A person who is not registered yet."""

    how = forms.ChoiceField(label=gettext_lazy("How the person joins"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    relationship = forms.ChoiceField(label=gettext_lazy("Relationship to the head"))
    sex = forms.ChoiceField(label=gettext_lazy("Sex"))
    number = forms.CharField(label=gettext_lazy("Document number"), required=False, max_length=30)
    birth_date = day_field(gettext_lazy("Born on (without a document number)"), required=False)

    def fill(self) -> None:
        self.fields["how"].choices = options({code: JOININGS[code] for code in TOLD_OF_JOINING})
        self.fields["relationship"].choices = options(RELATIONSHIPS)
        self.fields["sex"].choices = options(SEXES)

    def person(self) -> Person:
        """Who was entered."""
        told = self.cleaned_data
        return Person(
            name=told["name"],
            sex=Sex(told["sex"]),
            relationship=Relationship(told["relationship"]),
            joined_on=told["on"],
            number=told["number"],
            birth_date=told["birth_date"],
            how=Joining(told["how"]),
        )


class TransferForm(ChangeForm):
    """A known person, found by the document number."""

    number = forms.CharField(label=gettext_lazy("Document number"), max_length=30)
    how = forms.ChoiceField(label=gettext_lazy("How the person joins"))
    relationship = forms.ChoiceField(label=gettext_lazy("Relationship to the head"))

    def fill(self) -> None:
        self.fields["how"].choices = options({code: JOININGS[code] for code in KNOWN_JOINING})
        self.fields["relationship"].choices = options(RELATIONSHIPS)


class LeaveForm(ChangeForm):
    """A member who leaves."""

    member = forms.ChoiceField(label=gettext_lazy("Member"))
    how = forms.ChoiceField(label=gettext_lazy("Why the member leaves"))
    reason = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=500)

    def fill(self) -> None:
        self.fields["member"].choices = self.names()
        self.fields["how"].choices = options({code: LEAVINGS[code] for code in TOLD_OF_LEAVING})


class HeadForm(ChangeForm):
    """Another head."""

    head = forms.ChoiceField(label=gettext_lazy("New head"))
    relationship = forms.ChoiceField(label=gettext_lazy("What the head until now is to the new head"))

    def fill(self) -> None:
        self.fields["head"].choices = self.names(with_head=False)
        self.fields["relationship"].choices = options(NOT_HEAD)

    def relationships(self) -> dict[UUID, Relationship]:
        """What the head until now is from then on."""
        heads = [row for row in self.members if row.relationship == Relationship.HEAD]
        return {row.member_id: Relationship(self.cleaned_data["relationship"]) for row in heads}


class RelateForm(ChangeForm):
    """Another relationship of a member to the head."""

    member = forms.ChoiceField(label=gettext_lazy("Member"))
    relationship = forms.ChoiceField(label=gettext_lazy("Relationship to the head"))

    def fill(self) -> None:
        self.fields["member"].choices = self.names(with_head=False)
        self.fields["relationship"].choices = options(NOT_HEAD)


class ByMember(ChangeForm):
    """A change in which each member is told of in a field of his or her own."""

    def ask(self, names: Mapping[Relationship, Any], *, empty: Any = None) -> None:
        """A field for each member: what he or she is from then on."""
        for row in self.members:
            label = f"{row.member.name} ({RELATIONSHIPS[row.relationship]})"
            choices = options(names, empty=empty)
            self.fields[f"to_{row.member_id}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def told(self) -> dict[UUID, Relationship]:
        """What each member is who was told of."""
        said = {row.member_id: self.cleaned_data.get(f"to_{row.member_id}") for row in self.members}
        return {key: Relationship(each) for key, each in said.items() if each}


class SplitForm(ByMember):
    """Members who leave for a household of their own; the others stay."""

    village = forms.CharField(label=gettext_lazy("Code of the village of the new household"), max_length=12)
    address = forms.CharField(label=gettext_lazy("Address of the new household"), required=False, max_length=200)
    new_head = forms.ChoiceField(label=gettext_lazy("Head of those who stay, where the head leaves"), required=False)

    def fill(self) -> None:
        self.initial.setdefault("village", self.household.village_id)
        self.fields["new_head"].choices = [("", "–"), *self.names(with_head=False)]
        self.ask(RELATIONSHIPS, empty=STAYS)

    def staying(self) -> dict[UUID, Relationship]:
        """Who heads those who stay, where that changes."""
        head = self.cleaned_data["new_head"]
        return {UUID(head): Relationship.HEAD} if head else {}


class MergeForm(ByMember):
    """The household into which all members go, and what they are to its head."""

    into = forms.CharField(
        label=gettext_lazy("The other household: document number of one of its members, or its key"), max_length=40
    )

    def fill(self) -> None:
        self.ask(NOT_HEAD, empty=RELATIONSHIPS[Relationship.OTHER])


class EndForm(ChangeForm):
    """That nobody belongs to the household any more."""

    how = forms.ChoiceField(label=gettext_lazy("How the household ended"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def fill(self) -> None:
        told: Iterable[HowEnded] = (HowEnded.EXTINCT, HowEnded.MOVED_AWAY)
        self.fields["how"].choices = options({how: HOW_ENDED[how] for how in told})


class UndoForm(ChangeForm):
    """That a merge into the household is undone."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    head = forms.ChoiceField(
        label=gettext_lazy("Head of the household that is restored, where its head of old does not come back"),
        required=False,
    )

    def __init__(self, *entered: Any, link: HouseholdLink, **options_: Any) -> None:
        self.link = link
        super().__init__(*entered, **options_)

    def fill(self) -> None:
        came = set(self.link.from_household.memberships.values_list("member_id", flat=True))
        names = [each for each in self.names() if UUID(each[0]) in came]
        self.fields["head"].choices = [("", _("as it was")), *names]


class MoveForm(ChangeForm):
    """Where the household lives from a day on."""

    village = forms.CharField(label=gettext_lazy("Code of the new village"), max_length=12)
    address = forms.CharField(label=gettext_lazy("New address"), required=False, max_length=200)
