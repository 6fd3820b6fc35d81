"""People on pages: who is posted in one's divisions, their accounts, their postings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SecondFactor, User
from accounts.operations import lockouts
from accounts.permissions import ROLES, Permission, Role
from common.forms import tell_refusal
from common.ids import readable_secret
from common.moments import day_of
from common.names import Name
from common.parameters import takes
from common.refusals import NotAllowed, NotFound, Refused
from households import access
from households.finder_views import finding, is_looking, typed
from households.list_views import by_name
from households.models import Posting
from households.operations import accounts, people
from households.operations.accounts import FirstPosting
from households.people_forms import LONGEST_SEARCH, AccountForm, EndForm, PostingForm

Entered = TypeVar("Entered", bound=Form)


@dataclass(frozen=True, slots=True)
class Held:
    """A posting as the pages tell it."""

    posting: Posting
    role: Name
    is_in_force: bool
    is_over: bool


@never_cache
@login_required
@require_safe
@takes("q", "after")
def index(request: HttpRequest) -> HttpResponse:
    """The accounts of one's divisions by user name, found by name, user name or the code of a division."""
    today = day_of(timezone.now())
    codes = codes_managed(request, today)
    asked = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    found = accounts.known_to(by=request.user, on=today).filter(_matching(asked, codes))
    shown, pager = by_name(request, found, "username")
    held = held_postings(Posting.objects.under(codes).filter(user__in=shown), today)
    told = {
        "rows": [(each, [one for one in held if one.posting.user_id == each.pk and not one.is_over]) for each in shown],
        "asked": asked,
        **pager,
    }
    return render(request, "households/people.html", told)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """The form of a new account with its first posting; its password is shown once, in the answer."""
    now = timezone.now()
    codes = codes_managed(request, day_of(now))
    start = {"starts_on": day_of(now), "division": next(iter(codes), "")}
    form = entered_form(request, AccountForm, start)
    if form.is_bound and form.is_valid():
        entered, password = form.cleaned_data, readable_secret()
        first = FirstPosting(entered["role"], entered["division"], entered["starts_on"], entered["ends_on"])
        try:
            person = accounts.open_with_posting(
                username=entered["username"],
                full_name=entered["full_name"],
                hashed_password=make_password(password),
                posting=first,
                by=request.user,
                at=now,
            )
            return render(request, "households/person_password.html", {"person": person, "password": password})
        except Refused as refusal:
            tell_refusal(form, refusal)
    told = {"form": form, **finding(request, codes), "people_address": reverse("people")}
    return render(request, "households/person_open.html", told, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """One account with its postings in one's divisions; what can be done with it, and the form that posts it."""
    now = timezone.now()
    today = day_of(now)
    found = _person(request, key, today)
    form = entered_form(request, PostingForm, {"starts_on": today})
    if form.is_bound and form.is_valid():
        try:
            people.post(user=found, **form.cleaned_data, by=request.user, at=now)
            messages.success(request, _("The posting is given."))
            return redirect("person", found.pk)
        except Refused as refusal:
            if found.pk == request.user.pk:
                raise  # one's own page has no form that could say it
            tell_refusal(form, refusal)
    return _page(request, found, form, now)


@login_required
@require_POST
def set_open(request: HttpRequest, key: UUID) -> HttpResponse:
    """The account closed, or open again, as the button said."""
    now = timezone.now()
    found, is_open = _person(request, key, day_of(now)), request.POST.get("open") == "1"
    accounts.set_open(user=found, is_open=is_open, by=request.user, at=now)
    messages.success(request, _("The account is open again.") if is_open else _("The account is closed."))
    return redirect("person", found.pk)


@never_cache
@login_required
@require_POST
def password(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another password, shown once, in the answer."""
    now = timezone.now()
    found, chosen = _person(request, key, day_of(now)), readable_secret()
    accounts.reset_password(user=found, hashed_password=make_password(chosen), by=request.user, at=now)
    return render(request, "households/person_password.html", {"person": found, "password": chosen})


@login_required
@require_POST
def unlock(request: HttpRequest, key: UUID) -> HttpResponse:
    """The failures to sign in are forgotten."""
    now = timezone.now()
    found = _person(request, key, day_of(now))
    accounts.lift_lock(user=found, by=request.user, at=now)
    messages.success(request, _("The failed attempts are forgotten; the account can sign in at once."))
    return redirect("person", found.pk)


@login_required
@require_POST
def reset_second_factor(request: HttpRequest, key: UUID) -> HttpResponse:
    """The second factor of who has lost it is taken away."""
    now = timezone.now()
    found = _person(request, key, day_of(now))
    accounts.reset_second_factor(user=found, by=request.user, at=now)
    messages.success(request, _("%(user)s signs in by the password alone.") % {"user": found})
    return redirect("person", found.pk)


@login_required
@require_POST
def end_posting(request: HttpRequest, key: UUID) -> HttpResponse:
    """The posting ends with that day."""
    now = timezone.now()
    codes = codes_managed(request, day_of(now))
    posting = Posting.objects.under(codes).select_related("user").filter(pk=key).first()
    if posting is None:
        raise NotFound(_("There is no such posting, or it is not in your divisions."))
    ending, person = EndForm(request.POST), posting.user
    if ending.is_valid():
        ends_on = ending.cleaned_data["ends_on"]
        try:
            people.end_posting(posting=posting, ends_on=ends_on, by=request.user, at=now)
            messages.success(request, _("The posting ends on %(day)s.") % {"day": ends_on.isoformat()})
            return redirect("person", person.pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            ending.add_error("ends_on", str(refusal))
    form = PostingForm(initial={"starts_on": day_of(now)})
    return _page(request, person, form, now, ending=ending, ended=posting.pk)


def codes_managed(request: HttpRequest, today: date) -> list[str]:
    """The divisions whose people the reader manages; refused where there is none."""
    access.division_for(request.user, "", Permission.MANAGE_PEOPLE, today)
    return Posting.objects.codes(request.user, Permission.MANAGE_PEOPLE, today)


def _page(
    request: HttpRequest,
    found: User,
    form: PostingForm,
    now: datetime,
    *,
    ending: EndForm | None = None,
    ended: UUID | None = None,
) -> HttpResponse:
    """The account with its postings; `ending` is what was entered, and refused, to end the posting `ended`."""
    today = day_of(now)
    codes = codes_managed(request, today)
    every = Posting.objects.filter(user=found)
    mine = every.under(codes)
    told = {
        "person": found,
        "held": sorted(held_postings(mine, today), key=lambda each: each.is_over),
        "is_posted_elsewhere": every.open_on(today).count() > mine.open_on(today).count(),
        "failures": lockouts.failures_since(user=found, since=now - settings.AXES_COOLOFF_TIME),
        "has_second_factor": SecondFactor.objects.guards(found),
        "refusal": refusal_to_manage(found, request.user),
        "is_own": found.pk == request.user.pk,
        "form": form,
        "ending": ending,
        "ended": ended,
        "today": today,
        "people_address": reverse("people"),
        **finding(request, codes),
    }
    return render(request, "households/person.html", told, status=400 if form.errors or ending else 200)


def _person(request: HttpRequest, key: UUID, today: date) -> User:
    codes_managed(request, today)
    found = accounts.known_to(by=request.user, on=today).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such account, or none of its postings is in your divisions."))
    return found


def _matching(asked: str, codes: Iterable[str]) -> Q:
    """What an account must be to be found by the typed text: everything by nothing."""
    if not asked:
        return Q()
    if asked.isdigit():
        placed = Posting.objects.under(codes).under([asked])
        return Q(pk__in=placed.values("user")) | Q(username__icontains=asked)
    return Q(username__icontains=asked) | Q(full_name__icontains=asked)


def held_postings(postings: Any, today: date) -> list[Held]:
    """Postings as the pages tell them, the latest first; one query."""
    rows = postings.select_related("division").order_by("-starts_on", "division_id")
    return [
        Held(
            each,
            ROLES[Role(each.role)],
            each.starts_on <= today and (each.ends_on is None or today <= each.ends_on),
            each.ends_on is not None and each.ends_on < today,
        )
        for each in rows
    ]


def entered_form(request: HttpRequest, form: type[Entered], start: dict[str, Any]) -> Entered:
    """The form as it was sent; one that was sent to look for a division is shown again with what was typed."""
    if request.method != "POST":
        return form(initial=start)
    return form(initial=typed(request, "division")) if is_looking(request) else form(request.POST)


def refusal_to_manage(found: User, by: User) -> str:
    """Why the reader does not manage the account; "" where he does."""
    try:
        accounts.check_manages(user=found, by=by, at=timezone.now())
    except NotAllowed as refusal:
        return str(refusal)
    return ""
