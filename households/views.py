"""What a person sees of herself: name, postings, language, password, second factor."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import SecondFactor
from accounts.permissions import ROLES, Role
from common.moments import day_of
from households.models import Posting


@never_cache
@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """The reader's account and all postings, those in force first."""
    today = day_of(timezone.now())
    postings = Posting.objects.filter(user=request.user).select_related("division").order_by("-starts_on", "division")
    told = [
        {
            "role": ROLES[Role(posting.role)],
            "division": posting.division,
            "starts_on": posting.starts_on,
            "ends_on": posting.ends_on,
            "is_in_force": posting.starts_on <= today and (posting.ends_on is None or today <= posting.ends_on),
        }
        for posting in postings
    ]
    told.sort(key=lambda posting: not posting["is_in_force"])
    shown = {"postings": told, "has_second_factor": SecondFactor.objects.guards(request.user)}
    return render(request, "households/profile.html", shown)
