"""The page on which a household is registered with its members."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common.forms import tell_refusal
from common.ids import new_id
from common.moments import day_of
from common.parameters import takes
from common.refusals import NotAllowed, Refused
from households.access import division_for
from households.api import code_asked
from households.finder_views import finding, is_looking, typed
from households.models import Division, Household, Posting
from households.operations import households
from households.operations.households import Registration
from households.registration_forms import ROWS_MORE, HouseholdForm, PersonForm, rows_asked
from households.rules.codes import Relationship
from households.rules.levels import Level

MOST_VILLAGES = 500


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes("division", "find")
def register(request: HttpRequest) -> HttpResponse:
    """A new household; without script, a button adds rows for more members. Sent twice it is registered once."""
    now = timezone.now()
    villages = _villages(request, now)
    is_sent = request.method == "POST"
    wants_more = is_sent and "more" in request.POST
    is_shown_again = wants_more or (is_sent and is_looking(request))
    count = rows_asked(request.POST.get("rows", "")) + (ROWS_MORE if wants_more else 0)
    if not is_sent:
        form = HouseholdForm(villages=villages, initial={"on": day_of(now)})
        people = [PersonForm(prefix=f"m{row}", initial=_head_first(row)) for row in range(count)]
    elif is_shown_again:
        form = HouseholdForm(villages=villages, initial=typed(request, "village"))
        people = [PersonForm(prefix=f"m{row}", initial=_typed(request, row)) for row in range(count)]
    else:
        form = HouseholdForm(request.POST, villages=villages)
        people = [PersonForm(request.POST, prefix=f"m{row}") for row in range(count)]
    status, key = 200, _key(request)
    if is_sent and Household.objects.visible_to(request.user, day_of(now)).filter(pk=key).exists():
        return redirect("household", key)  # the same form, sent twice
    if is_sent and not is_shown_again:
        made, status = _register(request, form, people, key, now)
        if made is not None:
            messages.success(request, _("The household is registered."))
            return redirect("household", made.pk)
    told = {"form": form, "people": people, "key": key, "has_villages": bool(villages), "division": _division(request)}
    told |= finding(request, Posting.objects.codes(request.user, Permission.REGISTER_HOUSEHOLD, day_of(now)))
    return render(request, "households/register.html", told, status=status)


def _register(
    request: HttpRequest, form: HouseholdForm, people: list[PersonForm], key: UUID, now: datetime
) -> tuple[Household | None, int]:
    """The household that was registered; else None with the status, and what is wrong on the form."""
    if not all([form.is_valid(), *(each.is_valid() for each in people)]):
        return None, 400
    told = dict(form.cleaned_data)
    members = tuple(person for each in people if (person := each.person(told["on"])) is not None)
    try:
        registration = Registration(members=members, by=request.user, at=now, id=key, **told)
        return households.register(registration=registration), 200
    except NotAllowed:
        raise
    except Refused as refusal:
        tell_refusal(form, refusal)
        return None, refusal.status


def _villages(request: HttpRequest, now: datetime) -> list[tuple[str, str]]:
    """The villages in which the reader may register, those of the address first asked for."""
    today = day_of(now)
    asked = code_asked(_division(request))
    code = division_for(request.user, asked, Permission.REGISTER_HOUSEHOLD, today)
    rows = Division.objects.under(code).at_level(Level.VILLAGE).in_force(today).order_by("code")
    return [
        (each.code, f"{each.parent.name if each.parent else ''} {each.name} ({each.code})".strip())
        for each in rows.select_related("parent")[:MOST_VILLAGES]
    ]


def _division(request: HttpRequest) -> str:
    """The division whose villages the form offers: the one just chosen, chosen before, or of the address."""
    sent = request.POST
    return str(sent.get("choose") or sent.get("division") or request.GET.get("division", ""))


def _head_first(row: int) -> dict[str, str]:
    return {"relationship": Relationship.HEAD.value} if row == 0 else {}


def _typed(request: HttpRequest, row: int) -> dict[str, str]:
    return {name: request.POST.get(f"m{row}-{name}", "") for name in PersonForm.base_fields}


def _key(request: HttpRequest) -> UUID:
    """The key that the form was opened with: the household gets it, so that it is registered once."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return new_id()
