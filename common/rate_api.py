"""How many calls a client may make a minute, by kind of call: counted in Valkey, and told in every answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from redis import RedisError

from common.refusals import Refused

WINDOW = 60  # seconds
SHARE = 100  # of its limit a process may count ahead
REST = 5  # seconds for which a cache that did not answer is left alone
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
log = logging.getLogger(__name__)


class TooMany(Refused):
    """The client has made all the calls of this kind that it may make in this minute."""

    status: ClassVar[int] = 429
    code: ClassVar[str] = "too_many_calls"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a minute's calls of one kind; `resets_in` is in seconds, at least one."""

    kind: str
    limit: int
    used: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        """As every answer tells it."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.resets_in),
        }

    def check(self) -> None:
        """Refuse with TooMany, and with the seconds to wait, where there was nothing left."""
        if self.used <= self.limit:
            return
        raise TooMany(
            _("You made all %(limit)d calls of the kind “%(kind)s” of this minute. Come back in %(seconds)d seconds.")
            % {"limit": self.limit, "kind": self.kind, "seconds": self.resets_in},
            headers={**self.headers(), "Retry-After": str(self.resets_in)},
        )


class Silence:
    """Until when a cache that did not answer is not asked again, so that a call does not wait for it each time."""

    def __init__(self) -> None:
        self.until = 0.0


silence = Silence()


class Leases:
    """Calls that this process has counted in Valkey ahead, so that it asks there once for many of them.

    What it does not use by the end of the minute is lost to the client: at most a hundredth of the limit a process.
    """

    def __init__(self) -> None:
        self._window = 0
        self._held: dict[tuple[str, str], tuple[int, int]] = {}

    def next_of(self, kind: str, who: str, window: int) -> int:
        """The number of the next call of this minute that is counted already; 0 where none is."""
        if window != self._window:
            self._window, self._held = window, {}
        number, last = self._held.get((kind, who), (1, 0))
        if number > last:
            return 0
        self._held[kind, who] = (number + 1, last)
        return number

    def keep(self, kind: str, who: str, window: int, number: int, last: int) -> None:
        """The calls from `number` to `last` of this minute are counted."""
        if window == self._window:
            self._held[kind, who] = (number, last)


leases = Leases()


def kind_of(view: Any, method: str) -> str:
    """The kind of a call of a view: its own where it has one, else reading or writing."""
    return str(getattr(view, "rate_kind", "") or ("read" if method in SAFE else "write"))


def count_call(request: Any, kind: str, who: str) -> None:
    """
    Count a call of `who`, once however often it is asked, and refuse with TooMany what goes beyond the limit.

    Without a limit, and while the cache does not answer, every call is let through.
    """
    called: Any = getattr(request, "_request", request)
    allowance: Allowance | None = getattr(called, "allowance", None)
    if allowance is None:
        allowance = _counted(kind, who, timezone.now().timestamp())
        called.allowance = allowance
    if allowance is not None:
        allowance.check()


def _counted(kind: str, who: str, now: float) -> Allowance | None:
    limit = settings.API_RATES[kind]
    if not limit or now < silence.until:
        return None
    window, passed = divmod(int(now), WINDOW)
    if used := leases.next_of(kind, who, window):
        return Allowance(kind, limit, used, WINDOW - passed)
    valkey: Any = cache
    key = valkey.make_key(f"rate:{kind}:{who}:{window}")
    calls = max(1, limit // SHARE)
    try:
        with valkey._cache.get_client(None, write=True).pipeline(transaction=False) as asked:
            last, _kept = asked.incrby(key, calls).expire(key, WINDOW).execute()
    except (RedisError, OSError) as error:
        silence.until = now + REST
        log.warning("Calls are not counted for %d seconds, since the cache does not answer: %s", REST, error)
        return None
    used = last - calls + 1
    leases.keep(kind, who, window, used + 1, last)
    return Allowance(kind, limit, used, WINDOW - passed)


class RateHeaders:
    """Tells in every answer of the API what is left of the minute's calls."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answer(request)
        allowance: Allowance | None = getattr(request, "allowance", None)
        if allowance is not None:
            for name, value in allowance.headers().items():
                answer.headers[name] = value
        return answer
