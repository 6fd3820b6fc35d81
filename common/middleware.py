"""What happens to every request: a refusal becomes a page that says why and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common.refusals import Refused
from common.views import refused


class RefusalPages:
    """Turns a refusal that a view raised into its page, with its status."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal; None leaves any other error to the server."""
        return refused(request, error) if isinstance(error, Refused) else None
