"""The pages on which members join and leave a household, and on which it splits, merges or ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Permission
from common.moments import day_of
from common.parameters import takes
from common.refusals import NotFound, seen
from households import access
from households.act_views import Act, about, answer, household_seen
from households.change_forms import (
    ChangeForm,
    EndForm,
    HeadForm,
    JoinForm,
    LeaveForm,
    MergeForm,
    RelateForm,
    SplitForm,
    TransferForm,
    UndoForm,
)
from households.finder_views import finding, finding_homes, is_looking, typed
from households.models import Household, HouseholdLink, Membership, Posting
from households.operations import lineages, members
from households.operations.existence import check_exists
from households.operations.lineages import Split
from households.rules.changes import LEAVINGS, HowEnded, Joining, Leaving
from households.rules.codes import Relationship

Sent = TypeVar("Sent", bound=ChangeForm)


@dataclass(frozen=True, slots=True)
class Change:
    """A change that can be recorded: its name, who may, its form, and what the form does; gives the household shown."""

    name: Any
    permission: Permission
    form: type[Any]
    act: Callable[[Any, dict[str, Any]], Household]
    hint: Any = ""


def _join(form: JoinForm, by: dict[str, Any]) -> Household:
    members.add(household=form.household, person=form.person(), **by)
    return form.household


def _transfer(form: TransferForm, by: dict[str, Any]) -> Household:
    told = form.cleaned_data
    found = members.find(number=told["number"], by=by["by"], at=by["at"])
    relationship, how = Relationship(told["relationship"]), Joining(told["how"])
    members.transfer(member=found, household=form.household, relationship=relationship, on=told["on"], how=how, **by)
    return form.household


def _leave(form: LeaveForm, by: dict[str, Any]) -> Household:
    told = form.cleaned_data
    how = Leaving(told["how"])
    reason = told["reason"].strip() or str(LEAVINGS[how])
    members.leave(membership=form.held("member"), on=told["on"], how=how, reason=reason, **by)
    return form.household


def _head(form: HeadForm, by: dict[str, Any]) -> Household:
    head = form.held("head").member
    members.change_head(
        household=form.household, head=head, relationships=form.relationships(), on=form.cleaned_data["on"], **by
    )
    return form.household


def _relate(form: RelateForm, by: dict[str, Any]) -> Household:
    told = form.cleaned_data
    relationship = Relationship(told["relationship"])
    members.relate(membership=form.held("member"), relationship=relationship, on=told["on"], **by)
    return form.household


def _split(form: SplitForm, by: dict[str, Any]) -> Household:
    told = form.cleaned_data
    return lineages.split(
        split=Split(
            household=form.household,
            village=told["village"].strip(),
            leaving=form.told(),
            staying=form.staying(),
            on=told["on"],
            address=told["address"],
            **by,
        )
    )


def _merge(form: MergeForm, by: dict[str, Any]) -> Household:
    into = _household_named(form.cleaned_data["into"], by["by"], by["at"])
    told = {"relationships": form.told(), "on": form.cleaned_data["on"], "into_version": into.version}
    lineages.merge(household=form.household, into=into, **told, **by)
    return into


def _end(form: EndForm, by: dict[str, Any]) -> Household:
    told = form.cleaned_data
    return lineages.end(household=form.household, how=HowEnded(told["how"]), reason=told["reason"], on=told["on"], **by)


EDIT, CHANGE = Permission.EDIT_HOUSEHOLD, Permission.CHANGE_HOUSEHOLD
# Each change by the word in its address, in the order in which the household's page offers them.
CHANGES: dict[str, Change] = {
    "join": Change(gettext_lazy("New member"), EDIT, JoinForm, _join),
    "transfer": Change(
        gettext_lazy("Member from another household"),
        EDIT,
        TransferForm,
        _transfer,
        gettext_lazy("A person who is registered already: who belongs to another household leaves it on that day."),
    ),
    "leave": Change(gettext_lazy("Member leaves"), EDIT, LeaveForm, _leave),
    "head": Change(gettext_lazy("Change the head"), EDIT, HeadForm, _head),
    "relate": Change(gettext_lazy("Change a relationship"), EDIT, RelateForm, _relate),
    "split": Change(
        gettext_lazy("Split the household"),
        CHANGE,
        SplitForm,
        _split,
        gettext_lazy("Say of each member who leaves what he or she is to the new head; one of them is the head."),
    ),
    "merge": Change(
        gettext_lazy("Merge into another household"),
        CHANGE,
        MergeForm,
        _merge,
        gettext_lazy("This household ends with its case; what was recorded of it stays on its page."),
    ),
    "end": Change(
        gettext_lazy("The household has ended"),
        CHANGE,
        EndForm,
        _end,
        gettext_lazy("For a household that goes on in another one, merge it instead."),
    ),
}

# The field of a change that can be filled in by looking.
LOOKED_FOR = {"merge": "into", "split": "village"}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("into", "village", "find")
def change(request: HttpRequest, key: UUID, what: str) -> HttpResponse:
    """One change of the household; what it is stands in the address."""
    if what not in CHANGES:
        raise NotFound(_("There is no such change."))
    told, now = CHANGES[what], timezone.now()
    household = household_to_change(request, key, told.permission, now)
    form = change_form(request, told.form, household, now, looks_for=LOOKED_FOR.get(what, ""))
    page = page_of(household, told.name, told.hint)
    return answer(request, page, form, acting(request, told.act, now), more=_finder(request, household, what, now))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Undo a merge into a household."""
    now = timezone.now()
    link = seen(HouseholdLink.objects.select_related("from_household").filter(pk=key).first())
    household = household_to_change(request, link.to_household_id, CHANGE, now)
    entered = (request.POST,) if request.method == "POST" else ()
    form = UndoForm(*entered, household=household, link=link, initial={"on": day_of(now)})

    def act(form: UndoForm, by: dict[str, Any]) -> Household:
        told = form.cleaned_data
        head = UUID(told["head"]) if told["head"] else None
        return lineages.unmerge(link=link, reason=told["reason"], on=told["on"], head=head, **by)

    hint = _("Who came with the merge goes back, and the case of that household goes on.")
    return answer(request, page_of(household, _("Undo the merge"), hint), form, acting(request, act, now))


def change_form(
    request: HttpRequest, form: type[Sent], household: Household, now: datetime, *, looks_for: str = ""
) -> Sent:
    """The form as it was sent; one that was sent to look for what its field asks is shown again with what was typed."""
    if request.method != "POST":
        return form(household=household, initial={"on": day_of(now)})
    if looks_for and is_looking(request):
        return form(household=household, initial=typed(request, looks_for))
    return form(request.POST, household=household)


def villages_found(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The divisions where the reader changes households that the typed text finds."""
    return finding(request, Posting.objects.codes(request.user, CHANGE, day_of(now)))


def _finder(request: HttpRequest, household: Household, what: str, now: datetime) -> dict[str, Any]:
    """What helps to find the household or the village that a change asks for."""
    if what == "merge":
        return finding_homes(request, household)
    return villages_found(request, now) if what == "split" else {}


def household_to_change(request: HttpRequest, key: UUID, permission: Permission, now: datetime) -> Household:
    """The household of that key, for who may change it; refused where it has ended."""
    household = household_seen(request, key)
    access.check(request.user, permission, household.village_id, day_of(now), household.pk)
    check_exists(household)
    return household


def page_of(household: Household, name: Any, hint: Any) -> Act:
    """What the page of a change says."""
    hints = [str(hint)] if hint else []
    return Act(str(name), about(household), _("Record"), _address(household), hints, household=household)


def acting(
    request: HttpRequest, act: Callable[[Any, dict[str, Any]], Household], now: datetime
) -> Callable[[ChangeForm], str]:
    """What is done with a form that was sent: the change, by whom, when, and on which version."""

    def done(form: ChangeForm) -> str:
        by = {"by": request.user, "at": now, "expected_version": form.cleaned_data["seen_version"]}
        shown = act(form, by)
        messages.success(request, _("The change is recorded."))
        return _address(shown)

    return done


def _household_named(text: str, by: User, at: datetime) -> Household:
    """The household with that key, or to which the person with that number belongs."""
    seen = Membership.objects.visible_to(by, day_of(at)).filter(left_on__isnull=True)
    try:
        held = seen.filter(household=UUID(text.strip()))
    except ValueError:
        held = seen.filter(member=members.find(number=text, by=by, at=at))
    found = held.select_related("household").first()
    if found is None:
        raise NotFound(_("There is no such household, or none of your postings reaches it."), field="into")
    household: Household = found.household
    return household


def _address(household: Household) -> str:
    return f"{reverse('household', args=[household.pk])}#members"
