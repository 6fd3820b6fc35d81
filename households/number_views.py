"""Showing the document number of one person in full, once, for a reason that stays in the audit trail."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.moments import day_of
from common.refusals import Invalid, seen
from households.models import Membership
from households.operations import numbers


@never_cache
@login_required
@require_POST
def document_number(request: HttpRequest, key: UUID) -> HttpResponse:
    """The number in the place of the masked one, or on a page of its own; no address ever shows it again."""
    now = timezone.now()
    held = Membership.objects.visible_to(request.user, day_of(now)).select_related("household", "member")
    membership = seen(held.filter(pk=key, household__removed_at__isnull=True).first())
    is_part = bool(request.headers.get("HX-Request"))
    reason, told = request.POST.get("reason", ""), {"membership": membership}
    try:
        told["number"] = numbers.unmask(membership=membership, reason=reason, by=request.user, at=now)
    except Invalid as refusal:
        told |= {"reason": reason, "fault": str(refusal), "key": membership.pk, "name": membership.member.name}
        # A part of a page is put in its place only where the answer is no fault.
        page = "components/number_form.html" if is_part else "households/number.html"
        return render(request, page, told, status=200 if is_part else refusal.status)
    return render(request, "components/number.html" if is_part else "households/number.html", told)
