"""Who gets what at every address: each role, a stranger without a posting, and someone who is not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.permissions import Role
from households.models import Case, Clue, Conflict, Visit
from households.operations import conflicts
from households.operations.conflicts import Clash
from households.operations.visits import PhotoTaken
from tests.cast import CITY, LI, POSTED, STRANGER, TOWNSHIP, VILLAGE, World, evening, picture
from tests.expected import (
    ABSENT,
    ACTS_ON_NONE,
    EDITING,
    EVERYONE,
    FINE,
    FORBIDDEN,
    NO_METHOD,
    NOBODY,
    NOT_SIGNED_IN,
    PAGES_OF_NONE,
    PLACED,
    REGISTERING,
    TO_SIGN_IN,
    WORKERS,
    WRITTEN_TO,
    assigning,
    everyone,
    in_the_village,
    posted,
    seen,
)

NOT_JSON = 415
NONE_HANGS = 409
UNREADABLE = 400
NOON = evening(date(2022, 4, 1), 12)
NO_KEY = "00000000-0000-0000-0000-000000000000"

# Name of the address: (method, arguments, parameters, who gets which status).
MATRIX: dict[str, tuple[str, dict[str, str], dict[str, str], dict[str, int]]] = {
    "dashboard": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "figure": (
        "get",
        {"code": "monitoring.total.households"},
        {},
        posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS),
    ),
    "home": ("get", {}, {}, everyone(TO_SIGN_IN, otherwise=TO_SIGN_IN)),
    "work": (
        "get",
        {},
        {},
        {**everyone(FORBIDDEN, otherwise=TO_SIGN_IN), **dict.fromkeys(WORKERS, FINE)},
    ),
    "components": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "divisions": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "division": ("get", {"code": CITY}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "indicators": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "indicator": ("get", {"code": "elimination.rate"}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "reconciliations": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "reconciliation": ("get", {"source_id": "lanzhou-2022-09-05"}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "reconciliation-sheet": (
        "post",
        {"source_id": "lanzhou-2022-09-05", "part": "figures"},
        {"purpose": "抽查"},
        posted(FINE, otherwise=TO_SIGN_IN),
    ),
    "households": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "household": ("get", {"key": "HOUSEHOLD"}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "people": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value])),
    "person-open": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value])),
    "person": ("get", {"key": "NONE"}, {}, posted(ABSENT, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value])),
    **{
        name: ("post", {"key": "NONE"}, {}, posted(ABSENT, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value]))
        for name in ("person-state", "person-password", "person-unlock", "person-second-factor", "posting-end")
    },
    "clients": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value])),
    "client-register": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value])),
    "client": ("get", {"key": "NONE"}, {}, posted(ABSENT, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value])),
    **{
        name: ("post", {"key": "NONE"}, {}, posted(ABSENT, otherwise=TO_SIGN_IN, roles=[Role.ADMINISTRATOR.value]))
        for name in ("client-rotate", "client-state")
    },
    # Whoever is signed in otherwise: a system proves itself by its own secret.
    "oauth-token": ("post", {}, {"grant_type": "client_credentials"}, everyone(NOT_SIGNED_IN, otherwise=NOT_SIGNED_IN)),
    "quality": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "member": ("get", {"key": "MEMBERSHIP"}, {}, seen(FINE)),
    "cases": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "case": ("get", {"key": "CASE"}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "case-step": (
        "get",
        {"key": "CASE", "to": "elimination_proposed"},
        {},
        seen(FORBIDDEN) | {Role.CASEWORKER.value: FINE},
    ),
    "case-feedback": ("get", {"key": "CASE"}, {}, in_the_village()),
    "case-class": (
        "get",
        {"key": "CASE"},
        {},
        seen(FORBIDDEN) | dict.fromkeys((Role.CONVENER.value, Role.REVIEWER.value), FINE),
    ),
    "event-day": ("get", {"key": "CASE", "number": "1"}, {}, seen(FORBIDDEN) | {Role.SUPERVISOR.value: FINE}),
    "household-register": (
        "get",
        {},
        {},
        posted(FINE, otherwise=TO_SIGN_IN, roles=REGISTERING),
    ),
    "imports": (
        "get",
        {},
        {},
        everyone(FORBIDDEN, otherwise=TO_SIGN_IN) | dict.fromkeys({*EDITING, Role.ADMINISTRATOR.value}, FINE),
    ),
    "import-template": ("get", {"kind": "household"}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    **{name: ("get", {"key": "NONE"}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)) for name in PAGES_OF_NONE},
    **{name: ("post", {"key": "NONE"}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)) for name in ACTS_ON_NONE},
    "import-act": ("post", {"key": "NONE", "act": "apply"}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)),
    "clue-report": ("get", {"key": "HOUSEHOLD"}, {}, seen(FORBIDDEN) | dict.fromkeys(REGISTERING, FINE)),
    "household-change": ("get", {"key": "HOUSEHOLD", "what": "merge"}, {}, assigning()),
    "household-move": ("get", {"key": "HOUSEHOLD"}, {}, assigning()),
    "income-record": ("get", {"key": "HOUSEHOLD"}, {}, seen(FORBIDDEN) | dict.fromkeys(EDITING, FINE)),
    "guarantees-record": ("get", {"key": "HOUSEHOLD"}, {}, seen(FORBIDDEN) | dict.fromkeys(EDITING, FINE)),
    "notices": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "notice": ("get", {"key": "CASE"}, {}, seen(NONE_HANGS)),
    "notice-pdf": ("get", {"key": "CASE"}, {}, seen(NONE_HANGS)),
    # What is entered is read before the operation looks who may do it: 400 is for who sees the case.
    "risk-assess": ("post", {"key": "CASE"}, {}, seen(UNREADABLE)),
    "gate-waive": (
        "post",
        {"key": "CASE"},
        {"rule": "magic", "reason": "误"},
        {**seen(FORBIDDEN), **dict.fromkeys((Role.APPROVER.value, Role.SUPERVISOR.value), UNREADABLE)},
    ),
    "plan": ("get", {"key": "CASE"}, {}, seen(FINE)),
    # An approver and a supervisor see the case and plan nothing.
    "measure-plan": (
        "get",
        {"key": "CASE"},
        {},
        {**seen(FINE), **dict.fromkeys((Role.APPROVER.value, Role.SUPERVISOR.value), FORBIDDEN)},
    ),
    "standards": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "standard": ("get", {"kind": "clock", "code": "verify"}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "lines": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN)),
    "visits": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "visit": ("get", {"key": "VISIT"}, {}, seen(FINE)),
    "visit-photo": ("get", {"key": "VISIT", "position": "1"}, {}, seen(FINE)),
    "visit-signature": ("get", {"key": "VISIT"}, {}, seen(FINE)),
    "visit-correct": ("get", {"key": "VISIT"}, {}, in_the_village()),
    "visit-log": ("get", {"key": "HOUSEHOLD"}, {}, in_the_village()),
    "household-assign": ("get", {"key": "HOUSEHOLD"}, {}, assigning()),
    "households-assign": (
        "get",
        {},
        {},
        posted(FINE, otherwise=TO_SIGN_IN, roles=[Role.REVIEWER.value, Role.SUPERVISOR.value]),
    ),
    "warnings": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "warning": ("get", {"key": "CLUE"}, {}, seen(FINE)),
    # What is entered is read before the operation looks who may do it.
    "conflicts": ("get", {}, {}, posted(FINE, otherwise=TO_SIGN_IN, roles=WORKERS)),
    "conflict": ("get", {"key": "CONFLICT"}, {}, seen(FINE)),
    "conflict-decide": ("post", {"key": "CONFLICT"}, {}, seen(UNREADABLE)),
    "clue-accept": ("post", {"key": "CLUE"}, {}, seen(UNREADABLE)),
    "clue-dismiss": ("post", {"key": "CLUE"}, {}, seen(UNREADABLE)),
    "document-number": ("post", {"key": "NONE"}, {"reason": "核对"}, everyone(ABSENT, otherwise=TO_SIGN_IN)),
    "member-number": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "sign-in": ("get", {}, {}, {**everyone(TO_SIGN_IN, otherwise=FINE)}),
    "sign-in-code": ("get", {}, {}, everyone(TO_SIGN_IN, otherwise=TO_SIGN_IN)),
    "second-factor": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "profile": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "saved-views": ("post", {}, {"page": "households", "name": "一"}, everyone(TO_SIGN_IN, otherwise=TO_SIGN_IN)),
    "own-tokens": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "own-token-revoke": ("post", {"key": "0" * 15}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)),
    "password": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "division-search": ("get", {}, {"q": "620"}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "sign-out": ("post", {}, {}, everyone(TO_SIGN_IN, otherwise=TO_SIGN_IN)),
    "set_language": ("post", {}, {"language": "en"}, everyone(TO_SIGN_IN, otherwise=TO_SIGN_IN)),
    "division-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "division-detail": ("get", {"code": CITY}, {}, posted(FINE, otherwise=NOT_SIGNED_IN)),
    "posting-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "posting-detail": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "household-list": ("get", {}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "household-detail": ("get", {"id": "HOUSEHOLD"}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "household-search": ("post", {}, {}, posted(NOT_JSON, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "case-list": ("get", {}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "case-detail": ("get", {"id": "CASE"}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "case-options": ("get", {"id": "CASE"}, {}, {**seen(FINE), NOBODY: NOT_SIGNED_IN}),
    "case-steps": ("post", {"id": "CASE"}, {}, {**seen(NOT_JSON), NOBODY: NOT_SIGNED_IN}),
    **{f"{name}-list": ("get", {}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)) for name in PLACED},
    **{f"{name}-detail": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)) for name in PLACED},
    "assignment-end": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "conflict-resolve": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "warning-accept": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "warning-dismiss": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    **{
        f"measure-{verb}": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN))
        for verb in ("start", "land", "end", "withdraw")
    },
    "monitoring-line-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "monitoring-line-detail": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "demonstration-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "demonstration-detail": ("get", {"division": CITY}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "indicator-list": ("get", {}, {}, posted(FINE, otherwise=NOT_SIGNED_IN)),
    "indicator-detail": ("get", {"id": "elimination.rate"}, {}, posted(FINE, otherwise=NOT_SIGNED_IN)),
    "indicator-trend": ("get", {"id": "elimination.rate"}, {}, posted(FINE, otherwise=NOT_SIGNED_IN)),
    "reconciliation-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "reconciliation-detail": ("get", {"id": "lanzhou-2022-09-05"}, {}, posted(FINE, otherwise=NOT_SIGNED_IN)),
    "api-changes": ("get", {}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "webhooks": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "webhook": ("get", {"key": "NONE"}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)),
    "webhook-act": ("post", {"key": "NONE", "act": "pause"}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)),
    "webhook-replay": ("post", {"key": "NONE"}, {}, everyone(ABSENT, otherwise=TO_SIGN_IN)),
    "webhook-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "webhook-detail": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    **{
        f"webhook-{act}": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN))
        for act in ("change", "rotate", "pause", "resume", "end")
    },
    "webhook-message-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "webhook-message-detail": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "webhook-message-replay": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "api-digests": ("get", {}, {}, posted(FINE, otherwise=NOT_SIGNED_IN, roles=WORKERS)),
    "exports": ("get", {}, {}, everyone(FINE, otherwise=TO_SIGN_IN)),
    "import-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    **{
        f"import-{verb}": (method, {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN))
        for verb, method in (("detail", "get"), ("items", "get"), ("cancel", "post"), ("rollback", "post"))
    },
    "import-apply": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "export-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "export-detail": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "export-file": ("get", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "export-cancel": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "api-household-changes": ("post", {}, {}, everyone(NOT_JSON, otherwise=NOT_SIGNED_IN)),
    "api-standards": ("get", {}, {"kind": "clock"}, posted(FINE, otherwise=NOT_SIGNED_IN)),
    "api-standard-withdraw": ("post", {"id": "NONE"}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "api-batch": ("post", {}, {}, everyone(NOT_JSON, otherwise=NOT_SIGNED_IN)),
    "api-work": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    # Whoever signs in otherwise than by a token of a client system is not signed in here.
    **{
        f"registry-{name}": ("post", {}, {}, everyone(NOT_SIGNED_IN, otherwise=NOT_SIGNED_IN))
        for name in ("sync-search", "sync-status", "search", "subscribe", "unsubscribe", "status")
    },
    "registry-not-served": ("post", {"address": "on-search"}, {}, everyone(NOT_SIGNED_IN, otherwise=NOT_SIGNED_IN)),
    "token-list": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "token-detail": ("delete", {"id": "0" * 15}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "api-elsewhere": ("get", {}, {}, everyone(ABSENT, otherwise=NOT_SIGNED_IN)),
    "schema": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
    "api-docs": ("get", {}, {}, everyone(FINE, otherwise=NOT_SIGNED_IN)),
}


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> dict[str, str]:
    """Every named address of the site with its pattern; the admin site is one address."""
    found: dict[str, str] = {}
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLPattern):
            found[each.name or f"nameless: {prefix}{each.pattern}"] = f"{prefix}{each.pattern}"
        elif each.app_name != "admin":
            found |= addresses(each, f"{prefix}{each.pattern}")
    return found


@dataclass(frozen=True)
class Peopled:
    """One user a role, one monitored household."""

    world: World
    case: Case
    visit: Visit
    clue: Clue
    conflict: Conflict


@pytest.fixture(scope="module")
def peopled(django_db_setup: None, django_db_blocker) -> Iterator[Peopled]:
    """Made once for the module, whose tests change nothing; gone again after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World.begin()
        case = world.monitored(date(2022, 4, 1))
        visit = world.visit(case.household, date(2022, 4, 1), photos=[PhotoTaken(picture())], signature=picture("PNG"))
        clue = Clue.objects.create(
            household=case.household, village_id=VILLAGE, cause="dropout", facts={"on": "2022-04-01"}, proposed_at=NOON
        )
        clash = Clash(case.household, None, {"phone": ("1", "2")}, 1, world[LI], NOON)
        yield Peopled(world, case, visit, clue, conflicts.keep_all(clashes=[clash])[0])
        transaction.set_rollback(True)


def users(world: World) -> dict[str, object]:
    """One user of each role posted to the city, and the stranger."""
    return {role.value: world[name] for name, (role, _code) in POSTED.items()} | {STRANGER: world[STRANGER]}


def test_every_address_stands_in_the_matrix():
    assert set(addresses()) == set(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
@pytest.mark.parametrize("who", [*EVERYONE, NOBODY])
def test_each_role_gets_what_the_matrix_says(peopled: Peopled, name: str, who: str):
    world, case = peopled.world, peopled.case
    method, arguments, parameters, expected = MATRIX[name]
    made = {
        "NONE": NO_KEY,
        "HOUSEHOLD": str(case.household_id),
        "CASE": str(case.pk),
        "VISIT": str(peopled.visit.pk),
        "CLUE": str(peopled.clue.pk),
        "CONFLICT": str(peopled.conflict.pk),
        "MEMBERSHIP": str(case.household.memberships.first().pk),
    }
    client = Client()
    if who != NOBODY:
        client.force_login(users(world)[who])
    answer = getattr(client, method)(
        reverse(name, kwargs={k: made.get(v, v) for k, v in arguments.items()}), parameters
    )
    assert answer.status_code == expected[who]


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name in MATRIX
        if name.endswith(("-list", "-detail")) and "token" not in name and name not in WRITTEN_TO
    ),
)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_role_can_write_through_an_address_that_only_reads(peopled: Peopled, name: str, method: str):
    made = dict.fromkeys(("NONE", "HOUSEHOLD", "CASE", "VISIT", "CLUE"), NO_KEY)
    arguments = {key: made.get(value, value) for key, value in MATRIX[name][1].items()}
    for user in users(peopled.world).values():
        client = Client()
        client.force_login(user)
        assert getattr(client, method)(reverse(name, kwargs=arguments)).status_code == NO_METHOD


def test_no_list_shows_anything_to_who_sees_no_records(peopled: Peopled):
    administrator, stranger = users(peopled.world)[Role.ADMINISTRATOR.value], users(peopled.world)[STRANGER]
    for user, status in ((administrator, FORBIDDEN), (stranger, ABSENT)):
        client = Client()
        client.force_login(user)
        assert client.get("/api/v1/households").status_code == status
    assert client.get("/api/v1/divisions").json()["results"] == []


def test_someone_posted_to_a_township_reaches_nothing_above_it(peopled: Peopled):
    newcomer = User.objects.create(username="newcomer")
    newcomer.postings.create(role="supervisor", division_id=TOWNSHIP, starts_on=date(2020, 1, 1))
    client = Client()
    client.force_login(newcomer)
    assert client.get("/", {"division": TOWNSHIP}).status_code == FINE
    for above in (CITY, "62", "620121"):
        assert client.get("/", {"division": above}).status_code == ABSENT


def test_the_admin_site_is_for_superusers(peopled: Peopled):
    for user in users(peopled.world).values():
        client = Client()
        client.force_login(user)
        assert client.get("/admin/").status_code == TO_SIGN_IN
