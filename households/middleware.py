"""What happens to every request: the database shows what the postings of whoever asks reach, and nothing after it.

Whoever must have a second factor sets it up first.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from common import scopes
from common.moments import day_of
from common.scopes import Scope
from households.access import lacks_second_factor, scope_of

API = "/api/"


class ReadersScope:
    """Pages act in the scope of who is signed in by session; calls of the API enter theirs when they have signed in.

    Whatever was entered ends with the answer, also with an error; a file that is sent line by line keeps it until then.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with scopes.acting_in(readers_scope(request)):
            answer = self.answer(request)
            if answer.streaming:
                answer.streaming_content = scopes.under(scopes.present(), answer.streaming_content)
            return answer


def readers_scope(request: HttpRequest) -> Scope | None:
    """The scope of who is signed in by session; None for a stranger.

    On the technical site, whoever is admitted to it reads all records of the divisions that he is posted to.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    scope = scope_of(user, day_of(timezone.now()))
    if user.is_superuser and request.path_info.startswith(reverse("admin:index")):
        return Scope(scope.figures, scope.figures, scope.keys)
    return scope


class SecondFactorFirst:
    """Leads whoever must set up a second factor to that page, and nowhere else before it is done.

    Calls of the API are refused with a sentence where they have signed in (households.scope_api).
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        is_page = not request.path_info.startswith(API)
        if user is None or not user.is_authenticated or not is_page or request.path_info in _open_to_all():
            return self.answer(request)
        if lacks_second_factor(user, day_of(timezone.now())):
            return redirect(f"{reverse('second-factor')}?required=yes")
        return self.answer(request)


def _open_to_all() -> set[str]:
    """The addresses that one needs to set it up, or to leave."""
    return {reverse(name) for name in ("second-factor", "password", "sign-out", "set_language")}
