"""The list of households with its search and its file, and the page of one household."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SavedView
from accounts.permissions import Permission
from assistance.rules.categories import CATEGORIES
from common.keyset import Order as By
from common.moments import day_of
from common.names import Name
from common.parameters import takes
from common.refusals import Conflict, Invalid, NotFound, Refused
from households import access
from households.assignment_forms import AssignManyForm, people_for
from households.change_views import CHANGE, CHANGES, EDIT
from households.models import Assignment, Household, Posting
from households.operations import assignments
from households.rules.codes import HOUSEHOLD_TYPES, RISKS
from households.workflow import OPEN, STATUSES, Status
from reports import dossier, household_list, list_pages, list_rows, listing
from reports.filters import ABOVE, BELOW, NO, NO_CASE, YES, HouseholdListFilter
from reports.forms import SCOPE, scope_from
from reports.indicators import INDICATORS
from reports.list_pages import OWN, Listed
from reports.list_rows import ABOVE_NAME, BELOW_NAME, NO_CASE_NAME, NO_NAME, YES_NAME, household_address
from reports.listing import Order
from reports.query import Scope
from reports.views import asked_scope, record_scope, surroundings

ORDERS: dict[str, Order] = {
    "village": Order(Name("按村", "by village"), By("village", ("village_id", "id"))),
    "newest": Order(Name("最近建档在前", "newest registered first"), By("newest", ("registered_on", "id"), True)),
    "oldest": Order(Name("最早建档在前", "oldest registered first"), By("oldest", ("registered_on", "id"))),
    "head": Order(Name("按户主姓名", "by head's name"), By("head", ("head_order", "id"))),
    "largest": Order(Name("人口最多在前", "largest household first"), By("largest", ("persons_shown", "id"), True)),
    "smallest": Order(Name("人口最少在前", "smallest household first"), By("smallest", ("persons_shown", "id"))),
    "poorest": Order(Name("人均收入最低在前", "lowest income first"), By("poorest", ("income_or_most", "id"))),
    "richest": Order(Name("人均收入最高在前", "highest income first"), By("richest", ("income_or_least", "id"), True)),
    "least_helped": Order(
        Name("措施最少在前", "fewest landed measures first"), By("least_helped", ("measures_landed", "id"))
    ),
    "most_helped": Order(
        Name("措施最多在前", "most landed measures first"), By("most_helped", ("measures_landed", "id"), True)
    ),
    "identified": Order(
        Name("最近识别在前", "newest identified first"), By("identified", ("identified_day", "id"), True)
    ),
    "eliminated": Order(
        Name("最近消除在前", "newest eliminated first"), By("eliminated", ("eliminated_day", "id"), True)
    ),
}
MOST_TICKED = 200
YES_OR_NO: dict[str, Name] = {YES: YES_NAME, NO: NO_NAME}
# Each filter with its name and its choices; one without choices is text.
FIELDS: dict[str, tuple[Name, dict[str, Name]]] = {
    "q": (Name("搜索", "Search"), {}),
    "status": (Name("状态", "Status"), {**STATUSES, NO_CASE: NO_CASE_NAME}),
    "household_type": (Name("监测类型", "Type"), {**HOUSEHOLD_TYPES}),
    "risk": (Name("风险", "Risk"), {**RISKS}),
    "measure": (Name("已落实措施", "Landed measure"), {**CATEGORIES}),
    "income": (Name("人均纯收入", "Net income per person"), {BELOW: BELOW_NAME, ABOVE: ABOVE_NAME}),
    "is_former_poor": (Name("脱贫户", "Lifted out of poverty"), YES_OR_NO),
    "has_no_labour": (Name("整户无劳动能力", "Whole household without labour"), YES_OR_NO),
    "indicator": (Name("指标", "Figure"), {}),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes(*SCOPE, *FIELDS, *OWN)
def households(request: HttpRequest) -> HttpResponse:
    """The households of a scope, narrowed and ordered as the address says; a filter bar that is sent becomes one."""
    now = timezone.now()
    if request.method == "POST":
        return searched(request, now)
    scope = asked_scope(request, Permission.VIEW_RECORDS, now)
    told = list_pages.context(listed(request, scope))
    asked = {"may_register": Permission.REGISTER_HOUSEHOLD, "may_assign": Permission.ASSIGN_CASEWORKER}
    may = {name: _holds(request, each, scope, now) for name, each in asked.items()}
    return render(
        request,
        "reports/households.html",
        told
        | may
        | {"saved": SavedView.objects.kept_by(request.user, "households"), "place": surroundings(request, scope, now)},
    )


def _holds(request: HttpRequest, permission: Permission, scope: Scope, now: datetime) -> bool:
    """Whether a posting of the reader permits this in the division of the list."""
    codes = Posting.objects.codes(request.user, permission, day_of(now))
    return any(scope.division.startswith(code) for code in codes)


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def household(request: HttpRequest, key: UUID) -> HttpResponse:
    """One household as of the day in the address, else today: members, cases, measures, surveys and checks."""
    now = timezone.now()
    scope = record_scope(request, Permission.VIEW_RECORDS, now)
    told = dossier.of_household(key, scope, by=request.user, on=day_of(now))
    if told is None:
        raise NotFound(_("There is no such household on this day, or none of your postings reaches it."))
    surroundings(request, scope, now)
    allowed = _allowed(request, told, day_of(now))
    shown: dict[str, Any] = {
        "scope": scope,
        "dossier": told,
        "list_address": list_pages.address_of("households", scope),
        "yes_no": f"{YES_NAME},{NO_NAME}",
    }
    shown["offered"] = _offered(told, allowed)
    return render(request, "reports/household.html", shown | allowed)


# What being responsible for the household does not permit.
BY_POSTING = frozenset({"can_unmask", "may_assign"})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@takes(*SCOPE, *FIELDS, *OWN)
def assign(request: HttpRequest) -> HttpResponse:
    """Somebody becomes responsible for all households of the list, or for those ticked: asked first, then done."""
    now = timezone.now()
    scope = asked_scope(request, Permission.ASSIGN_CASEWORKER, now)
    found = listed(request, scope)
    people = people_for(request.user, day_of(now))
    ticked = [key for key in request.POST.getlist("household") if is_key(key)]
    total, begun = found.rows.order_by().count(), {"starts_on": day_of(now)}
    form = AssignManyForm(request.POST or None, people=people, total=total, ticked=len(ticked), initial=begun)
    wanted, refusal, status = None, "", 200 if request.method != "POST" else 400
    if form.is_valid():
        wanted = _wanted(found, form, ticked)
        try:
            if "confirmed" in request.POST:
                return _assigned(request, found, form, wanted, now)
            status = 200
        except Refused as error:
            refusal, status = str(error), error.status
    rows = found.made(list(found.rows[:MOST_TICKED]), scope, ("head", "village"))
    shown = {
        "scope": scope,
        "place": surroundings(request, scope, now),
        "form": form,
        "refusal": refusal,
        "rows": [(row, str(row.household.pk) in ticked) for row in rows],
        "total": total,
        "most": MOST_TICKED,
        "list_address": found.address(),
        "here": request.get_full_path(),
        "confirmation": _confirmation(form, wanted, ticked) if wanted is not None and not refusal else None,
    }
    return render(request, "reports/assign.html", shown, status=status)


def _wanted(found: Listed, form: AssignManyForm, ticked: list[str]) -> QuerySet[Household]:
    rows = Household.objects.filter(pk__in=found.rows.order_by().values("pk"))
    return rows.filter(pk__in=ticked) if form.cleaned_data["extent"] == form.TICKED else rows


def _confirmation(form: AssignManyForm, wanted: QuerySet[Household], ticked: list[str]) -> dict[str, Any]:
    """What the act would do, and what is sent again with it."""
    on, number = form.cleaned_data["starts_on"], wanted.count()
    others = Assignment.objects.filter(household__in=wanted).as_of(on).exclude(user=form.user).count()
    told = {"person": form.user, "number": number, "day": on.isoformat(), "others": others}
    names = ("person", "starts_on", "extent")
    hidden = [(name, form[name].value()) for name in names] + [("confirmed", str(number))]
    if form.cleaned_data["extent"] == form.TICKED:
        hidden += [("household", key) for key in ticked]
    return {"sentence": _asked(form, number) % told, "hidden": hidden, "number": number}


def _asked(form: AssignManyForm, number: int) -> str:
    """What is asked before so many households change hands; it names whether they are ticked or the whole list."""
    if form.cleaned_data["extent"] == form.TICKED:
        return ngettext(
            "From %(day)s on %(person)s becomes responsible for the one household that is ticked. Now somebody else is "
            "responsible for %(others)d of them, and is so until the day before.",
            "From %(day)s on %(person)s becomes responsible for the %(number)d households that are ticked. Now "
            "somebody else is responsible for %(others)d of them, and is so until the day before.",
            number,
        )
    return ngettext(
        "From %(day)s on %(person)s becomes responsible for the whole list: %(number)d household. Now somebody else "
        "is responsible for %(others)d of them, and is so until the day before.",
        "From %(day)s on %(person)s becomes responsible for the whole list: %(number)d households. Now somebody else "
        "is responsible for %(others)d of them, and is so until the day before.",
        number,
    )


def _assigned(
    request: HttpRequest, found: Listed, form: AssignManyForm, wanted: QuerySet[Household], now: datetime
) -> HttpResponse:
    """Done, and back to the list; Conflict where the list is not the one that was confirmed."""
    homes = list(wanted)
    if request.POST["confirmed"] != str(len(homes)):
        raise Conflict(_("The list has changed meanwhile. Look at it again."), code="list_changed")
    starts_on = form.cleaned_data["starts_on"]
    assignments.assign_all(households=homes, user=form.user, starts_on=starts_on, by=request.user, at=now)
    messages.success(
        request, _("%(person)s is responsible for %(number)d households.") % {"person": form.user, "number": len(homes)}
    )
    return HttpResponseRedirect(found.address(), status=303)


def is_key(text: str) -> bool:
    """Whether a text is the key of a record."""
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _allowed(request: HttpRequest, told: dossier.HouseholdTold, today: date) -> dict[str, bool]:
    """What the reader may do with the household today; a clue only where no case is open."""
    desk, home = access.Desk(), told.household
    asked = {
        "can_unmask": Permission.UNMASK_NUMBER,
        "may_visit": Permission.LOG_VISIT,
        "may_report": Permission.REPORT_CASE,
        "may_edit": Permission.EDIT_HOUSEHOLD,
        "may_change": Permission.CHANGE_HOUSEHOLD,
        "may_assign": Permission.ASSIGN_CASEWORKER,
    }
    may = {
        name: desk.can(request.user, each, home.village_id, today, None if name in BY_POSTING else home.pk)
        for name, each in asked.items()
    }
    if home.ended_on is not None:
        may |= dict.fromkeys(("may_visit", "may_report", "may_edit", "may_change", "may_assign"), False)
    may["may_report"] &= not any(Status(each.span.status) in OPEN for each in told.cases)
    return may


def _offered(told: dossier.HouseholdTold, allowed: dict[str, bool]) -> list[tuple[str, Any]]:
    """The changes that the reader may record, each with its address and name."""
    may = {EDIT: allowed["may_edit"], CHANGE: allowed["may_change"]}
    key = told.household.pk
    offered = [
        (reverse("household-change", args=[key, what]), each.name)
        for what, each in CHANGES.items()
        if may[each.permission]
    ]
    move = [(reverse("household-move", args=[key]), _("Move to another village"))] if may[CHANGE] else []
    return offered + move


def listed(request: HttpRequest, scope: Scope) -> Listed:
    """The list that the address asks for; Invalid where it asks for something that is not offered."""
    asked = request.GET.dict()
    if household_list.is_document_number(asked.get("q", "")):
        raise Invalid(_("A document number does not belong in an address. Enter it in the search field of the list."))
    filters = HouseholdListFilter(asked, scope=scope)
    if not filters.is_valid():
        name, faults = next(iter(filters.errors.items()))
        raise Invalid(f"{name}: {faults[0]}", code="invalid_parameter", field=name)

    def made(held: Any, scope: Scope, columns: Any) -> list[list_rows.Row]:
        return list_rows.of_households(held, scope, filters.case_wanted, columns)

    keys = listing.order_asked(asked.get("sort", ""), ORDERS).keys.keys
    return Listed(
        name="households",
        scope=scope,
        path=reverse("households"),
        asked=asked,
        rows=household_list.sortable(filters.qs, scope, keys, filters.case_wanted).select_related(
            "village__parent__parent__parent"
        ),
        made=made,
        orders=ORDERS,
        offered=list_rows.OF_HOUSEHOLDS,
        first=list_rows.FIRST_OF_HOUSEHOLDS,
        fields=FIELDS | {"indicator": (FIELDS["indicator"][0], _computable(asked.get("indicator", "")))},
    )


def searched(request: HttpRequest, now: datetime) -> HttpResponse:
    """A document number leads to its household and never into an address; anything else becomes the list's address."""
    text = request.POST.get("q", "")
    if not household_list.is_document_number(text):
        return list_pages.to_address(request, FIELDS, list_rows.FIRST_OF_HOUSEHOLDS)
    opening = request.opening_period(request.POST.get("division", ""))
    scope = scope_from(
        request.POST.dict(), user=request.user, permission=Permission.VIEW_RECORDS, now=now, opening=opening
    )
    found = household_list.with_document(household_list.households(scope), scope, text).first()
    if found is not None:
        return HttpResponseRedirect(household_address(found.pk, scope), status=303)
    messages.warning(request, _("No household here has a member with this document number on this day."))
    request.POST = request.POST.copy()
    request.POST["q"] = ""
    return list_pages.to_address(request, FIELDS, list_rows.FIRST_OF_HOUSEHOLDS)


def _computable(asked: str) -> dict[str, Name]:
    """The figure that narrows the list, so that its name is shown; it is chosen by links alone."""
    return {asked: INDICATORS[asked].name} if asked in INDICATORS else {}
