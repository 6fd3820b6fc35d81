"""The feed of changes for API clients: everything that happened within their postings, in order and without a gap."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from threading import BoundedSemaphore
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import Permission
from common.api import KnownParameters, as_json
from common.moments import day_of
from common.refusals import Gone, Invalid
from exchange.operations import feed
from exchange.operations.feed import Entry
from exchange.record_api import present
from exchange.rules import changes
from exchange.rules.changes import KINDS, SCOPE, Cursor, Reach, Scoped, What
from households.access import division_for, scope_of
from households.api import DIVISION, code_asked
from households.rows_api import HOUSEHOLD_EXAMPLE, KEY, example

CHANGES_A_PAGE, MOST_CHANGES_A_PAGE, MOST_SECONDS = 500, 1000, 30
BETWEEN_LOOKS = 0.5  # seconds
# A process serves few requests at once: most of them must stay free for who does not wait.
WAITING = BoundedSemaphore(2)
CURSOR = OpenApiParameter(
    "cursor", str, description="Where to go on: `cursor` of the page before. Without: everything."
)
START = OpenApiParameter("start", str, enum=["beginning", "now"], description="Where to begin without a cursor.")
KINDS_ASKED = OpenApiParameter("kinds", str, description=f"Only these kinds, by comma: {', '.join(KINDS)}.")
SIZE = OpenApiParameter(
    "page_size", {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES_A_PAGE}, default=CHANGES_A_PAGE
)
WAIT = OpenApiParameter(
    "wait",
    {"type": "integer", "minimum": 0, "maximum": MOST_SECONDS},
    default=0,
    description="Where nothing is new, wait for so many seconds at most until something is.",
)
WHAT_CHOICES = [(what.value, what.value) for what in What]
KIND_CHOICES = [*((kind, name.en) for kind, name in KINDS.items()), (SCOPE, "your scope")]
CURSOR_EXAMPLE = "WzEsIjAxOTdhM2MyOGYxZTdjNGI5ZDM1MmI2ZjBlNGE3YzExIiw0MixbIjYyMDEiXSxbXSxbXV0"
ENTRY_EXAMPLE = {
    "position": 42,
    "kind": "households",
    "id": KEY,
    "change": "changed",
    "village": "620121100201",
    "at": "2022-04-01T10:00:00.250000+00:00",
    "version": 1,
    "record": {**HOUSEHOLD_EXAMPLE, "ended_on": None, "ended_how": ""},
}


class ChangeRow(serializers.Serializer[Any]):
    """A change; `record` is the record as its list tells it now, null where it is gone or out of your scope."""

    position = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(KIND_CHOICES)
    id = serializers.CharField(allow_null=True)
    change = serializers.ChoiceField(WHAT_CHOICES)
    village = serializers.CharField(allow_null=True, help_text="Its place; of `scope` the division.")
    at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="What digests count.")
    record = serializers.DictField(allow_null=True, child=serializers.JSONField(allow_null=True))


@extend_schema_serializer(
    examples=[
        example(
            cursor=CURSOR_EXAMPLE,
            has_more=False,
            next="https://example.org/api/v1/changes?cursor=WzEs",
            results=[ENTRY_EXAMPLE],
        )
    ]
)
class Changes(serializers.Serializer[Any]):
    """A page of the feed; ask `next` for the one after it, at once where `has_more`, else whenever you like."""

    cursor = serializers.CharField()
    has_more = serializers.BooleanField()
    next = serializers.URLField()
    results = ChangeRow(many=True)


class ChangesView(KnownParameters):
    """Every change of a record within your postings, in order and without a gap; go on from `cursor` for ever."""

    parameters = ("cursor", "start", "kinds", "division", "page_size", "wait")

    @extend_schema(
        operation_id="v1_changes",
        summary="What has changed since a cursor",
        parameters=[CURSOR, START, KINDS_ASKED, DIVISION, SIZE, WAIT],
        responses={
            200: Changes,
            410: OpenApiResponse(description="The database was restored: go on from the `cursor` given here."),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        now = timezone.now()
        today, asked = day_of(now), request.query_params
        size = number_asked(request, "page_size", 1, MOST_CHANGES_A_PAGE, CHANGES_A_PAGE)
        seconds = number_asked(request, "wait", 0, MOST_SECONDS, 0)
        reach, kinds = reach_asked(request, today), kinds_asked(asked.get("kinds", ""))
        last = feed.settle()
        cursor = self.begun(request, reach, kinds, last)
        scoped = changes.moved(cursor.reach, reach)
        page = feed.read(after=cursor.position, last=last, reach=reach, kinds=changes.kinds_read(kinds), size=size)
        if not page.entries and not scoped and not page.has_more and seconds:
            page = waited(cursor, reach, changes.kinds_read(kinds), size, seconds) or page
        told = [*map(told_scope, scoped), *told_entries(page.entries, reach, today)]
        after = changes.encode(replace(cursor, position=page.upto, reach=reach))
        return as_json(
            b'{"cursor":%s,"has_more":%s,"next":%s,"results":[%s]}'
            % (
                orjson.dumps(after),
                b"true" if page.has_more else b"false",
                orjson.dumps(next_address(request, after)),
                b",".join(told),
            )
        )

    def begun(self, request: Request, reach: Reach, kinds: tuple[str, ...], last: int) -> Cursor:
        """Where the reader stands; Gone where the database that gave the cursor is not the one that goes on."""
        asked = request.query_params
        epoch = feed.present_epoch().code
        start = asked.get("start", "beginning")
        if start not in {"beginning", "now"} or {"start", "cursor"} <= set(asked):
            sentence = _("Write start=beginning or start=now, without a cursor.")
            raise Invalid(sentence, code="invalid_parameter", field="start")
        if "cursor" not in asked:
            return Cursor(epoch, last if start == "now" else 0, reach, kinds)
        cursor = cursor_asked(asked["cursor"], kinds)
        if cursor.epoch == epoch and cursor.position <= last:
            return cursor
        agreed = feed.agreed_until(code=cursor.epoch, last=last)
        if cursor.position > agreed:
            sentence = _("The database was restored from a backup. Go on from the cursor given here, compare digests.")
            again = changes.encode(Cursor(epoch, agreed, cursor.reach, kinds))
            raise Gone(sentence, code="feed_restarted", field="cursor", beside={"cursor": again})
        return replace(cursor, epoch=epoch)


def cursor_asked(text: str, kinds: tuple[str, ...]) -> Cursor:
    """The cursor that is asked for; Invalid where it cannot be read, or is one of other kinds."""
    try:
        cursor = changes.decode(text)
    except ValueError as error:
        sentence = _("The cursor is damaged. Take it from the page before.")
        raise Invalid(sentence, code="invalid_cursor", field="cursor") from error
    if cursor.kinds != kinds:
        sentence = _("The cursor belongs to other kinds. Name the same kinds, or begin anew.")
        raise Invalid(sentence, code="invalid_cursor", field="kinds")
    return cursor


def waited(cursor: Cursor, reach: Reach, kinds: Iterable[str], size: int, seconds: int) -> feed.Page | None:
    """The page once there is something on it, the last one that was looked at when the time is up.

    None where too many wait already. Between looks no transaction is open.
    """
    if not WAITING.acquire(blocking=False):
        return None
    try:
        until = time.monotonic() + seconds
        after, names = cursor.position, list(kinds)
        while True:
            page = feed.read(after=after, last=feed.settle(), reach=reach, kinds=names, size=size)
            left = until - time.monotonic()
            if page.entries or page.has_more or left <= 0:
                return page
            after = page.upto
            time.sleep(min(BETWEEN_LOOKS, left))
    finally:
        WAITING.release()


def told_entries(entries: list[Entry], reach: Reach, day: date) -> list[bytes]:
    """Entries as JSON, with the records as they are now, each kind's in one question."""
    keys: dict[str, list[str]] = {}
    for entry in entries:
        keys.setdefault(entry.kind, []).append(entry.record)
    seen = {kind: present(kind, records, reach, day) for kind, records in keys.items()}
    return [_told(entry, reach, seen[entry.kind].get(entry.record)) for entry in entries]


def told_scope(scoped: Scoped) -> bytes:
    """A division or household that came into the scope or left it."""
    key = str(scoped.household) if scoped.household else None
    nothing: dict[str, Any] = dict.fromkeys(("at", "version", "record"))
    return orjson.dumps(
        {"position": None, "kind": SCOPE, "id": key, "change": scoped.what, "village": scoped.division, **nothing}
    )


def reach_asked(request: Request, today: date) -> Reach:
    """What the reader sees of the division asked for, of all postings and entrusted households without one."""
    asked = code_asked(request.query_params.get("division", ""))
    scope = scope_of(request.user, today)
    if asked or not (scope.records or scope.keys):
        return Reach((division_for(request.user, asked, Permission.VIEW_RECORDS, today),))
    return Reach(scope.records, scope.keys)


def kinds_asked(text: str) -> tuple[str, ...]:
    """The kinds that are asked for, none for all; Invalid for one that there is not."""
    try:
        return changes.kinds_asked(text)
    except KeyError as error:
        told = {"name": error.args[0], "known": ", ".join(KINDS)}
        raise Invalid(
            _("There is no kind “%(name)s”. Known here: %(known)s.") % told, code="unknown_kind", field="kinds"
        ) from error


def number_asked(request: Request, name: str, least: int, most: int, usual: int) -> int:
    """A whole number of the address; Invalid outside its bounds."""
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        told = {"name": name, "least": least, "most": most}
        raise Invalid(
            _("“%(name)s” is a number from %(least)d to %(most)d.") % told, code="invalid_parameter", field=name
        )
    return int(text)


def next_address(request: Request, cursor: str) -> str:
    """The address of the page after."""
    query = request.query_params.copy()
    query.pop("start", None)
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode(safe=',')}")


def _told(entry: Entry, reach: Reach, found: tuple[str, int] | None) -> bytes:
    before = reach.covers(entry.before, entry.household, entry.kind)
    after = reach.covers(entry.after, entry.household, entry.kind)
    what = changes.what_happened(before, after, entry.before is not None, entry.after is not None, found is not None)
    text, version = found if found else ("null", None)
    head = {
        "position": entry.position,
        "kind": entry.kind,
        "id": entry.record,
        "change": what,
        "village": entry.after if after else entry.before,
        "at": entry.at,
        "version": version,
    }
    return orjson.dumps(head)[:-1] + b',"record":' + text.encode() + b"}"
