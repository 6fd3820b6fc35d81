"""What pages need of every request, and calls of the API that bring their own credentials do without."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware

from common import parameters
from common.refusals import Invalid
from common.views import refused

API = "/api/"
# These refuse what they do not know in ways of their own.
OTHER_DOORS = (API, "/admin/", "/oauth2/")


if TYPE_CHECKING:
    from django.utils.deprecation import MiddlewareMixin as Middleware
else:
    Middleware = object  # what stands beside it in the bases is called


def is_call(request: HttpRequest) -> bool:
    """Whether this is a call of the API that brings credentials of its own."""
    return "HTTP_AUTHORIZATION" in request.META and request.path_info.startswith(API)


class OfPages(Middleware):
    """Passed by where a call of the API brings credentials: it has no session, no form and no frame."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_call(request):
            return cast(HttpResponseBase, self.get_response(request))
        return cast(HttpResponseBase, super().__call__(request))


class Files(OfPages, WhiteNoiseMiddleware):
    """Static files."""


class Compression(GZipMiddleware):
    """Pages and files are sent compressed; answers of the API are not, since their ETags are those of the very bytes.

    Sizes tell nothing of what a page holds (BREACH): the token of forms is masked anew in every answer, and Django
    adds up to a hundred random bytes.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return cast("HttpResponseBase", self.get_response(request))
        return cast("HttpResponseBase", super().__call__(request))


class Policy(OfPages, CSPMiddleware):
    """The Content-Security-Policy of pages."""


class Sessions(OfPages, SessionMiddleware):
    """Sessions."""


class Languages(LocaleMiddleware):
    """The language of the reader; a call that brings credentials says it in one header, and nowhere else."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_call(request):
            return cast(HttpResponseBase, super().__call__(request))
        request.LANGUAGE_CODE = language = spoken(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        translation.activate(language)
        answer = cast(HttpResponseBase, self.get_response(request))
        patch_vary_headers(answer, ("Accept-Language",))
        answer.headers.setdefault("Content-Language", language)
        return answer


@lru_cache(maxsize=1000)
def spoken(accepted: str) -> str:
    """The language of ours that an Accept-Language header asks for first."""
    asking = HttpRequest()
    asking.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(asking)


class Forms(OfPages, CsrfViewMiddleware):
    """Forms prove to come from this site; the session of the pages is the only thing that could be misused."""


class People(OfPages, AuthenticationMiddleware):
    """Who is signed in by session."""


class Messages(OfPages, MessageMiddleware):
    """Messages for the next page."""


class Frames(OfPages, XFrameOptionsMiddleware):
    """No page may be framed."""


class Parameters:
    """A page refuses each parameter that it does not take (common.parameters), before it does anything."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """The page of the refusal, None where nothing is wrong."""
        if not request.GET or request.path_info.startswith(OTHER_DOORS):
            return None
        try:
            parameters.check(request.GET, getattr(view, "parameters", ()))
        except Invalid as refusal:
            return refused(request, refusal)
        return None
