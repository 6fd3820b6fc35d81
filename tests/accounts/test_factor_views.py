"""After the password comes a code: on pages, at the API, and before anything else where it is required."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import factor_views
from accounts.models import AuditEvent, SecondFactor, User
from accounts.operations import second_factors, tokens, users
from accounts.permissions import Role
from accounts.rules.codes import code_at, step_of
from tests.cast import BUREAU, LI, SUN, ZHOU, World
from tests.pages import Page, signed_in

PASSWORD, ENGLISH = "a long password of hers", {"accept-language": "en"}
WRONG = "wrong-code"


@pytest.fixture
def world(db: None) -> World:
    """Some of the cast have passwords."""
    world = World.begin()
    for name in (BUREAU, LI, SUN):
        world[name].set_password(PASSWORD)
        world[name].save()
    return world


def shown(user: User, steps: int = 0) -> str:
    """The code that the phone of `user` shows now, or so many half minutes later."""
    key = second_factors.key_of(SecondFactor.objects.get(user=user))
    return code_at(key, step_of(timezone.now()) + steps)


def enrolled(user: User) -> list[str]:
    """The recovery codes of `user`, who has set it up with the code before the present one."""
    now = timezone.now()
    second_factors.begin(by=user, at=now)
    return second_factors.confirm(code=shown(user, -1), by=user, at=now)


def first_step(client: Client, name: str = LI, password: str = PASSWORD, onward: str = "") -> Any:
    """The answer to name and password."""
    return client.post("/sign-in/", {"username": name, "password": password, "next": onward})


def second_step(client: Client, code: str) -> Any:
    """The answer to a code."""
    return client.post("/sign-in/code/", {"code": code})


def by_api(name: str, code: str = "", *, path: str = "/api/v1/divisions", method: str = "get") -> Any:
    """The answer to a call with name, password and perhaps a code."""
    client = APIClient(headers=ENGLISH)
    client.credentials(
        HTTP_AUTHORIZATION="Basic " + base64.b64encode(f"{name}:{PASSWORD}".encode()).decode(),
        **({"HTTP_ONE_TIME_CODE": code} if code else {}),
    )
    return getattr(client, method)(path)


def test_the_password_alone_signs_nobody_in(world: World):
    enrolled(world[LI])
    client = Client(headers=ENGLISH)
    assert first_step(client, onward="/components/").headers["Location"] == "/sign-in/code/"
    assert client.get("/profile/").headers["Location"] == "/sign-in/?next=/profile/"
    assert client.get("/api/v1/divisions").status_code == 401
    answer = second_step(client, shown(world[LI]))
    assert answer.headers["Location"] == "/components/"
    assert client.get("/profile/").status_code == 200


def test_a_recovery_code_stands_in_for_the_phone(world: World):
    codes = enrolled(world[LI])
    client = Client(headers=ENGLISH)
    first_step(client)
    assert second_step(client, codes[0]).status_code == 302
    assert client.get("/profile/").status_code == 200


def test_a_wrong_code_is_refused_in_a_sentence_audited_and_kept_nowhere(world: World):
    enrolled(world[LI])
    client = Client(headers=ENGLISH)
    first_step(client)
    answer = second_step(client, WRONG)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)
    assert WRONG not in answer.content.decode()
    row = AuditEvent.objects.get(action="second_factor.failed")
    assert (row.subject_id, row.actor, row.changes["address"]) == (
        str(world[LI].pk),
        users.system_account(),
        "127.0.0.1",
    )
    kept = AccessAttempt.objects.get()
    assert WRONG not in f"{kept.post_data}{kept.get_data}"


def test_wrong_codes_and_wrong_passwords_are_counted_together_and_lock_both_steps(world: World):
    enrolled(world[LI])
    client = Client(headers=ENGLISH)
    first_step(client, password="wrong")
    first_step(client)
    for _number in range(settings.AXES_FAILURE_LIMIT - 2):
        assert second_step(client, WRONG).status_code == 400
    first_step(client)  # a right password forgives nothing as long as the code is missing
    answer = second_step(client, WRONG)
    assert (answer.status_code, "Come back at" in answer.content.decode()) == (403, True)
    assert second_step(client, shown(world[LI])).status_code == 403
    assert "Come back at" in first_step(client).content.decode()
    assert AuditEvent.objects.filter(action="account.locked").count() == 1
    assert AuditEvent.objects.filter(action="second_factor.failed").count() == settings.AXES_FAILURE_LIMIT - 1


def test_signing_in_with_both_forgives_the_failures(world: World):
    enrolled(world[LI])
    client = Client(headers=ENGLISH)
    first_step(client)
    second_step(client, WRONG)
    assert second_step(client, shown(world[LI])).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_who_waits_too_long_or_has_another_password_meanwhile_begins_again(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    enrolled(world[LI])
    slow, other = Client(), Client()
    with monkeypatch.context() as patch:
        patch.setattr(factor_views, "TIME_FOR_THE_CODE", timedelta(seconds=-1))
        first_step(slow)
    assert second_step(slow, shown(world[LI])).headers["Location"] == "/sign-in/"
    first_step(other)
    world[LI].set_password("another long password")
    world[LI].save()
    assert second_step(other, shown(world[LI])).headers["Location"] == "/sign-in/"
    assert other.get("/profile/").status_code == 302


def test_an_account_that_is_closed_between_the_steps_stays_out(world: World):
    enrolled(world[LI])
    client = Client()
    first_step(client)
    User.objects.filter(pk=world[LI].pk).update(is_active=False)
    assert second_step(client, shown(world[LI])).headers["Location"] == "/sign-in/"


def test_the_technical_site_has_no_door_of_its_own(world: World):
    User.objects.filter(pk=world[LI].pk).update(is_staff=True, is_superuser=True)
    enrolled(world[LI])
    client = Client(headers=ENGLISH)
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    sent = {"username": LI, "password": PASSWORD}
    assert client.post("/admin/login/?next=/admin/", sent).headers["Location"] == "/sign-in/?next=%2Fadmin%2F"
    assert client.get("/admin/").status_code == 302
    first_step(client, onward="/admin/")
    assert second_step(client, shown(world[LI])).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert signed_in(world[SUN]).get("/admin/login/").status_code == 403


def test_it_is_set_up_with_password_picture_and_code_and_gives_codes_once(world: World):
    client = signed_in(world[LI])
    assert "Set up the second factor" in client.get("/profile/").content.decode()
    refused = client.post("/profile/second-factor/", {"act": "begin", "password": "wrong"})
    assert (refused.status_code, SecondFactor.objects.exists()) == (403, False)
    begun = client.post("/profile/second-factor/", {"act": "begin", "password": PASSWORD}).content.decode()
    assert Page(begun).inline == []
    assert 'src="data:image/svg+xml' in begun
    key = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", begun).group(1).replace(" ", "")
    assert base64.b32decode(key) == second_factors.key_of(SecondFactor.objects.get())
    again = client.post("/profile/second-factor/", {"act": "confirm", "code": WRONG})
    assert (again.status_code, key[:4] in again.content.decode()) == (400, True)
    done = client.post("/profile/second-factor/", {"act": "confirm", "code": shown(world[LI])})
    codes = re.findall(r"<code>([a-z2-9-]{19})</code>", done.content.decode())
    assert (len(codes), "no-store" in done.headers["Cache-Control"]) == (10, True)
    later = client.get("/profile/second-factor/").content.decode()
    assert [code for code in codes if code in later] == []
    assert "10 recovery codes are left" in later


@pytest.mark.parametrize("act", ["renew", "remove"])
def test_renewing_and_removing_ask_for_a_code_whose_failures_count(world: World, act: str):
    enrolled(world[LI])
    client = signed_in(world[LI])
    for _number in range(settings.AXES_FAILURE_LIMIT - 1):
        assert client.post("/profile/second-factor/", {"act": act, "code": WRONG}).status_code == 400
    assert client.post("/profile/second-factor/", {"act": act, "code": WRONG}).status_code == 403
    assert client.post("/profile/second-factor/", {"act": act, "code": shown(world[LI])}).status_code == 403
    AccessAttempt.objects.all().delete()
    assert client.post("/profile/second-factor/", {"act": act, "code": shown(world[LI])}).status_code < 400
    assert SecondFactor.objects.guards(world[LI]) == (act == "renew")


def test_an_act_that_there_is_not_is_refused(world: World):
    assert signed_in(world[LI]).post("/profile/second-factor/", {"act": "dance"}).status_code == 400


def test_name_and_password_at_the_api_need_a_code_in_the_header_each_taken_once(world: World):
    assert by_api(BUREAU).status_code == 200
    enrolled(world[BUREAU])
    missing = by_api(BUREAU)
    assert (missing.status_code, missing.json()["code"]) == (401, "code_missing")
    wrong = by_api(BUREAU, WRONG)
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_code")
    code = shown(world[BUREAU])
    assert by_api(BUREAU, code).status_code == 200
    assert by_api(BUREAU, code).json()["code"] == "wrong_code"


def test_wrong_codes_at_the_api_lock_as_those_of_the_page_do(world: World):
    enrolled(world[BUREAU])
    told = [by_api(BUREAU, WRONG).json()["code"] for _number in range(settings.AXES_FAILURE_LIMIT)]
    assert told == ["wrong_code"] * (settings.AXES_FAILURE_LIMIT - 1) + ["locked"]
    assert by_api(BUREAU, shown(world[BUREAU])).json()["code"] == "locked"


def test_a_token_is_issued_for_a_code_too_by_password_and_by_session(world: World):
    enrolled(world[BUREAU])
    issuing = {"path": "/api/v1/tokens", "method": "post"}
    assert by_api(BUREAU, **issuing).json()["code"] == "code_missing"
    session = signed_in(world[BUREAU])
    told = {"data": "{}", "content_type": "application/json"}
    assert session.post("/api/v1/tokens", **told).json()["code"] == "code_missing"
    assert not world[BUREAU].auth_token_set.exists()
    issued = by_api(BUREAU, shown(world[BUREAU]), **issuing)
    assert issued.status_code == 201
    by_session = session.post("/api/v1/tokens", **told, headers={"one-time-code": shown(world[BUREAU], 1)})
    assert by_session.status_code == 201
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {issued.json()['token']}")
    assert client.get("/api/v1/divisions").status_code == 200


def test_where_it_is_required_every_page_leads_to_setting_it_up(world: World, settings):
    settings.SECOND_FACTOR_REQUIRED_FOR = frozenset({Role.SUPERVISOR})
    client = signed_in(world[SUN])
    for address in ("/", "/profile/", "/households/", "/admin/"):
        assert client.get(address).headers["Location"] == "/profile/second-factor/?required=yes"
    assert "Your role asks for a second factor" in client.get("/profile/second-factor/?required=yes").content.decode()
    assert client.get("/profile/password/").status_code == 200
    assert signed_in(world[LI]).get("/profile/").status_code == 200
    enrolled(world[SUN])
    client.force_login(world[SUN])
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("by", ["session", "password", "token"])
def test_where_it_is_required_no_way_into_the_api_goes_round_it(world: World, settings, by: str):
    _token, secret = tokens.issue(by=world[SUN], at=timezone.now(), days=1)
    settings.SECOND_FACTOR_REQUIRED_FOR = frozenset({Role.SUPERVISOR})

    def answer() -> Any:
        if by == "password":
            return by_api(SUN)
        if by == "session":
            return signed_in(world[SUN]).get("/api/v1/households")
        return APIClient(headers={"authorization": f"Token {secret}"}).get("/api/v1/households")

    refused = answer()
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    settings.SECOND_FACTOR_REQUIRED_FOR = frozenset({Role.CASEWORKER})
    assert answer().status_code == 200


def test_a_posting_that_has_ended_requires_nothing(world: World, settings):
    settings.SECOND_FACTOR_REQUIRED_FOR = frozenset({Role.SUPERVISOR})
    world[SUN].postings.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert signed_in(world[SUN]).get("/profile/").status_code == 200


def test_who_runs_the_technical_site_counts_as_administrator(world: World, settings):
    settings.SECOND_FACTOR_REQUIRED_FOR = frozenset({Role.ADMINISTRATOR})
    chief = User.objects.create(username="chief", is_staff=True, is_superuser=True)
    assert signed_in(chief).get("/admin/").headers["Location"] == "/profile/second-factor/?required=yes"


def test_an_administrator_resets_it_for_who_has_lost_it(world: World):
    enrolled(world[LI])
    client = signed_in(world[ZHOU])
    page = client.get(f"/people/{world[LI].pk}/").content.decode()
    assert "Reset the second factor" in page
    assert client.post(f"/people/{world[LI].pk}/second-factor/").status_code == 302
    assert not SecondFactor.objects.guards(world[LI])
    assert AuditEvent.objects.get(action="second_factor.reset").actor == world[ZHOU]
    assert "Reset the second factor" not in client.get(f"/people/{world[LI].pk}/").content.decode()


def test_nobody_resets_ones_own_without_a_code(world: World):
    enrolled(world[ZHOU])
    assert signed_in(world[ZHOU]).post(f"/people/{world[ZHOU].pk}/second-factor/").status_code == 403
    assert SecondFactor.objects.guards(world[ZHOU])


def test_the_technical_site_resets_it_too(world: World):
    enrolled(world[LI])
    chief = User.objects.create(username="chief", is_staff=True, is_superuser=True)
    sent = {"action": "reset_second_factor", "_selected_action": [str(world[LI].pk), str(world[SUN].pk)]}
    told = signed_in(chief).post("/admin/accounts/user/", sent, follow=True).content.decode()
    assert not SecondFactor.objects.guards(world[LI])
    assert "This account has no second factor." in told


def test_setting_it_up_ends_the_sessions_that_are_open_elsewhere_and_keeps_this_one(world: World):
    here, elsewhere = Client(), Client()
    for each in (here, elsewhere):
        first_step(each)
        assert each.get("/profile/").status_code == 200
    here.post("/profile/second-factor/", {"act": "begin", "password": PASSWORD})
    here.post("/profile/second-factor/", {"act": "confirm", "code": shown(world[LI])})
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/")["Location"].startswith("/sign-in/")


def test_a_lost_phone_ends_the_sessions_of_who_lost_it(world: World):
    enrolled(world[LI])
    client = Client()
    first_step(client)
    second_step(client, shown(world[LI]))
    assert client.get("/profile/").status_code == 200
    second_factors.reset(user=world[LI], by=world[ZHOU], at=timezone.now())
    assert client.get("/profile/")["Location"].startswith("/sign-in/")


def test_another_password_ends_the_sessions_that_are_open_elsewhere_and_keeps_this_one(world: World):
    here, elsewhere = Client(), Client()
    for each in (here, elsewhere):
        first_step(each)
    told = {"old_password": PASSWORD, "new_password1": "another one of hers", "new_password2": "another one of hers"}
    here.post("/profile/password/", told)
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/")["Location"].startswith("/sign-in/")
