"""Who failed too often has to wait at every door that takes a password, and is told until when."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AuditEvent, User
from accounts.operations import lockouts, tokens
from tests.cast import BUREAU, SUN, World

PASSWORD, ENGLISH = "a long password of hers", {"accept-language": "en"}
HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"
COME_BACK = re.compile(r"Come back at \d{4}-\d\d-\d\d \d\d:\d\d, or ask an administrator")


@pytest.fixture
def world(db: None) -> World:
    """The bureau and a supervisor have passwords."""
    world = World.begin()
    for name in (BUREAU, SUN):
        world[name].set_password(PASSWORD)
        world[name].save()
    return world


def by_page(password: str, *, name: str = BUREAU, address: str = HERE, **told: str):
    """The answer to the form of signing in."""
    client = Client(headers=ENGLISH, REMOTE_ADDR=address, **told)
    return client.post("/sign-in/", {"username": name, "password": password})


def by_api(password: str, *, path: str = "/api/v1/tokens", method: str = "post", name: str = BUREAU):
    """The answer to a call with name and password."""
    client = APIClient(headers=ENGLISH, REMOTE_ADDR=HERE)
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(f"{name}:{password}".encode()).decode())
    return getattr(client, method)(path)


def fail(times: int, **told: str) -> None:
    for _number in range(times):
        by_page("wrong", **told)


def test_after_five_failures_the_page_says_when_to_come_back_and_takes_no_password(world: World):
    fail(settings.AXES_FAILURE_LIMIT - 1)
    assert not COME_BACK.search(by_page("").content.decode())  # no password was tried
    assert COME_BACK.search(by_page("wrong").content.decode())
    answer = by_page(PASSWORD)
    assert (answer.status_code, bool(COME_BACK.search(answer.content.decode()))) == (200, True)


def test_one_failure_less_locks_nobody_and_signing_in_forgets_it(world: World):
    fail(settings.AXES_FAILURE_LIMIT - 1)
    assert by_page(PASSWORD).status_code == 302
    fail(settings.AXES_FAILURE_LIMIT - 1)
    assert by_page(PASSWORD).status_code == 302


def test_the_api_refuses_in_the_same_sentence_whichever_door_was_tried_before(world: World):
    fail(2)
    for _number in range(settings.AXES_FAILURE_LIMIT - 2):
        assert by_api("wrong").status_code == 401
    for refused in (by_api(PASSWORD), by_api(PASSWORD, path="/api/v1/households", method="get")):
        assert (refused.status_code, refused.json()["code"]) == (401, "locked")
        assert COME_BACK.search(refused.json()["detail"])
    assert COME_BACK.search(by_page(PASSWORD).content.decode())


def test_the_same_name_from_elsewhere_and_another_name_from_here_may_try(world: World):
    fail(settings.AXES_FAILURE_LIMIT)
    assert by_page(PASSWORD, address=ELSEWHERE).status_code == 302
    assert by_page(PASSWORD, name=SUN).status_code == 302
    assert by_page(PASSWORD).status_code == 200  # the lock of the first is not lifted by the others


def test_a_name_that_is_tried_from_everywhere_and_an_address_that_tries_every_name_have_to_wait(world: World, settings):
    settings.SIGN_IN_LIMITS = [5, 7, 9]
    for number in range(7):
        fail(1, address=f"198.51.100.{number}")
    assert by_page(PASSWORD, address=ELSEWHERE).status_code == 200
    for number in range(9):
        fail(1, name=f"guess{number}")
    assert by_page(PASSWORD, name=SUN).status_code == 200
    assert by_page(PASSWORD, name=SUN, address=ELSEWHERE).status_code == 302


def test_the_lock_ends_by_itself(world: World):
    fail(settings.AXES_FAILURE_LIMIT)
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert by_page(PASSWORD).status_code == 302


def test_trying_during_the_lock_does_not_make_it_longer_and_is_written_down_once(world: World):
    fail(settings.AXES_FAILURE_LIMIT)
    last = AccessAttempt.objects.get().attempt_time
    fail(3)
    attempt = AccessAttempt.objects.get()
    assert (attempt.attempt_time, attempt.failures_since_start) == (last, settings.AXES_FAILURE_LIMIT)
    row = AuditEvent.objects.get(action="account.locked")
    assert (row.actor.username, row.subject_id, row.changes["address"]) == ("system", str(world[BUREAU].pk), HERE)
    fail(settings.AXES_FAILURE_LIMIT, name="nobody-of-this-name")
    assert AuditEvent.objects.filter(action="account.locked").count() == 1


def test_a_lifted_lock_lets_in_at_once(world: World):
    fail(settings.AXES_FAILURE_LIMIT)
    assert lockouts.lift(user=world[BUREAU], by=world[SUN], at=timezone.now()) == settings.AXES_FAILURE_LIMIT
    assert AuditEvent.objects.get(action="account.unlocked").actor == world[SUN]
    assert by_page(PASSWORD).status_code == 302


def test_behind_a_proxy_the_address_is_what_the_proxy_adds_last(world: World, settings):
    settings.BEHIND_PROXY = True
    for number in range(settings.AXES_FAILURE_LIMIT):
        fail(1, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, {HERE}")
    assert AccessAttempt.objects.get().ip_address == HERE
    assert by_page(PASSWORD, HTTP_X_FORWARDED_FOR=ELSEWHERE).status_code == 302


def test_nothing_that_was_typed_but_the_name_is_kept(world: World):
    Client(headers=ENGLISH).post("/sign-in/?next=/李梅/", {"username": BUREAU, "password": "a slip of hers"})
    kept = AccessAttempt.objects.get()
    assert "slip" not in kept.post_data
    assert (kept.path_info, kept.user_agent, kept.http_accept) == ("", "", "")


def test_a_name_longer_than_any_is_refused_before_it_is_counted(world: World):
    assert by_api(PASSWORD, name="x" * 300).status_code == 401
    assert not AccessAttempt.objects.exists()


def test_a_token_asks_nothing_about_failures(world: World, settings, django_assert_num_queries):
    settings.DEMONSTRATIONS_KEPT_FOR = 60
    _token, secret = tokens.issue(by=world[BUREAU], at=timezone.now(), days=1)
    fail(settings.AXES_FAILURE_LIMIT, address="127.0.0.1")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    client.get("/api/v1/households")
    with django_assert_num_queries(2):
        assert client.get("/api/v1/households").status_code == 200


def test_the_key_of_the_session_is_another_one_after_signing_in(world: World):
    client = Client(headers=ENGLISH)
    client.post("/language/", {"language": "en"})
    client.session.save()
    session = client.session
    session["before"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.post("/sign-in/", {"username": BUREAU, "password": PASSWORD})
    assert client.session.session_key != session.session_key
    assert User.objects.get(pk=client.session["_auth_user_id"]).username == BUREAU
