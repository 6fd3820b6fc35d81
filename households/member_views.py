"""The page of a member: what is recorded of health, school, work and allowances, since when, and recording it anew."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common.forms import tell_refusal
from common.moments import day_of
from common.refusals import NotAllowed, Refused, seen
from households import access
from households.forms import MemberForm
from households.models import Membership
from households.operations import conditions, members
from households.rules.condition_words import in_words
from households.rules.conditions import Condition

LATEST_SHOWN = 20


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, key: UUID) -> HttpResponse:
    """One member of a household with the history of what is recorded; who edits households records it anew."""
    now = timezone.now()
    held = Membership.objects.filter(household__removed_at__isnull=True).visible_to(request.user, day_of(now))
    membership = seen(held.select_related("member", "household__village").filter(pk=key).first())
    home = membership.household
    can_edit = access.can(request.user, Permission.EDIT_HOUSEHOLD, home.village_id, day_of(now), home.pk)
    rows = list(membership.member.conditions.order_by("-valid_from", "-recorded_at")[:LATEST_SHOWN])
    latest = next((row.condition for row in rows if row.superseded_at is None), Condition())
    form = MemberForm(request.POST) if request.method == "POST" else MemberForm(initial=_entries(membership, latest))
    if request.method == "POST" and form.is_valid() and _record(request, membership, form):
        messages.success(request, _("What was entered of the member is recorded."))
        return redirect("household", membership.household_id)
    told = [{"row": row, "facts": list(in_words(row.condition))} for row in rows]
    shown = {"membership": membership, "form": form if can_edit else None, "told": told}
    return render(request, "households/member.html", shown, status=400 if form.errors else 200)


def _record(request: HttpRequest, membership: Membership, form: MemberForm) -> bool:
    """Whether what was entered could be recorded; what refuses it stands on the form."""
    now, entered = timezone.now(), form.cleaned_data
    try:
        with transaction.atomic():
            described = members.describe(
                membership=membership,
                ethnicity=entered["ethnicity"],
                political_status=entered["political_status"],
                phone=entered["phone"],
                by=request.user,
                at=now,
                expected_version=entered["version"],
            )
            conditions.record(
                membership=membership,
                condition=form.condition(),
                valid_from=entered["valid_from"],
                by=request.user,
                at=now,
                expected_version=described.version,
            )
    except NotAllowed:
        raise
    except Refused as refusal:
        tell_refusal(form, refusal)
        return False
    return True


def _entries(membership: Membership, latest: Condition) -> dict[str, object]:
    member = membership.member
    return {
        **MemberForm.entries(latest),
        "ethnicity": member.ethnicity,
        "political_status": member.political_status,
        "phone": member.phone,
        "version": member.version,
        "valid_from": day_of(timezone.now()),
    }
