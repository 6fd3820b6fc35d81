"""Pages of public notices: those that hang in a division, and the sheet of one, to be printed."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.moments import day_of
from common.parameters import takes
from households.access import division_for
from households.act_views import case_seen
from households.api import code_asked
from households.models import Division
from households.notice_sheets import pdf_of
from households.operations import notices
from households.rules.notices import COLUMNS
from households.workflow import STATUSES


@never_cache
@login_required
@require_safe
@takes("division")
def index(request: HttpRequest) -> HttpResponse:
    """The notices that hang now in a division."""
    today = day_of(timezone.now())
    asked = code_asked(request.GET.get("division", ""))
    code = division_for(request.user, asked, Permission.VIEW_RECORDS, today)
    rows = notices.hanging(division=code, by=request.user, on=today)
    told = {
        "notices": [{"row": row, "status": STATUSES[row.case.status], "is_over": row.until < today} for row in rows],
        "division": Division.objects.get(pk=code),
    }
    return render(request, "households/notices.html", told)


@never_cache
@login_required
@require_safe
def notice(request: HttpRequest, key: UUID) -> HttpResponse:
    """The sheet of the notice of a case, in Chinese."""
    case = case_seen(request, key)
    told = {"case": case, "sheet": notices.sheet_of(case), "columns": COLUMNS}
    return render(request, "households/notice.html", told)


@never_cache
@login_required
@require_safe
def pdf(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same sheet as a PDF."""
    answer = HttpResponse(pdf_of(notices.sheet_of(case_seen(request, key))), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="notice-{key}.pdf"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
