"""People on pages: found, opened, posted, closed, let in again, by who administers their divisions."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from common.moments import day_of
from tests.cast import COUNTY, LI, OTHER_COUNTY, STRANGER, TOWNSHIP, VILLAGE, ZHOU, World
from tests.pages import posted_to, read, signed_in, signs_in

TODAY = day_of(timezone.now()).isoformat()
NEW = {
    "username": "qian.li",
    "full_name": "钱丽",
    "division": TOWNSHIP,
    "role": "caseworker",
    "starts_on": TODAY,
    "ends_on": "",
}


@pytest.fixture
def client(world: World) -> Client:
    """The city's administrator."""
    return signed_in(world[ZHOU])


def made(client: Client, **changed: str) -> tuple[User, str]:
    """A new account and the password that the page shows."""
    answer = client.post("/people/open/", {**NEW, **changed})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    password = re.search(r"<code>([a-z2-9-]+)</code>", answer.content.decode()).group(1)
    return User.objects.get(username=changed.get("username", NEW["username"])), password


def test_the_password_of_a_new_account_is_shown_once_and_signs_in(client: Client):
    person, password = made(client)
    assert len(password) == 19
    assert password not in client.get(f"/people/{person.pk}/").content.decode()
    assert signs_in(Client(), "qian.li", password)


def test_the_list_finds_by_name_user_name_and_place(client: Client, world: World):
    made(client)
    made(client, username="sun.bo", full_name="孙博", division=OTHER_COUNTY)

    def found(asked: str) -> set[str]:
        return {row[1] for row in read(client, "/people/", {"q": asked}).rows[1:]}

    assert found("钱") == found("IAN.L") == found(TOWNSHIP) == {"qian.li"}
    assert {"qian.li", "sun.bo", LI, ZHOU} <= found("")
    assert STRANGER not in found("")
    county = signed_in(posted_to(COUNTY, Role.ADMINISTRATOR))
    assert [row[1] for row in read(county, "/people/").rows[1:]] == [f"administrator.{COUNTY}", "qian.li"]


def test_the_list_goes_on_on_another_page(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("households.list_views.ROWS_A_PAGE", 5)
    page = read(client, "/people/")
    assert len(page.rows) == 6
    onward = next(address for address in page.links if "after=" in address)
    assert len(read(client, f"/people/{onward}").rows) == 4  # eight are posted to the city


def test_queries_of_the_list_do_not_grow_with_its_rows(client: Client, django_assert_max_num_queries):
    made(client)
    for number in range(3):
        with django_assert_max_num_queries(7):
            assert len(read(client, "/people/").rows) == 10 + number  # the heading, eight of the city, her and more
        made(client, username=f"more{number}")


def test_a_division_is_found_by_its_initials_and_stands_in_the_form(client: Client):
    entered = {"full_name": "张三", "division": "", "find": "cgz"}
    found = client.post("/people/open/", entered)
    assert f'name="choose" value="{TOWNSHIP}"' in found.content.decode()
    form = client.post("/people/open/", {**entered, "asked": "cgz", "choose": TOWNSHIP}).context["form"]
    assert (form["division"].value(), form["full_name"].value()) == (TOWNSHIP, "张三")
    assert not form.is_bound


def test_a_day_on_which_a_posting_cannot_end_stays_in_the_form_with_the_reason(client: Client):
    person, _password = made(client)
    posting = person.postings.get()
    answer = client.post(f"/postings/{posting.pk}/end/", {"ends_on": "2001-02-03"})
    assert answer.status_code == 400
    assert 'value="2001-02-03"' in answer.content.decode()
    assert answer.context["ending"].errors["ends_on"]


def test_a_posting_is_given_and_ended(client: Client):
    person, _password = made(client)
    address = f"/people/{person.pk}/"
    given = {"division": COUNTY, "role": "approver", "starts_on": TODAY, "ends_on": ""}
    assert client.post(address, given).status_code == 302
    posting = person.postings.get(role="approver")
    assert client.post(f"/postings/{posting.pk}/end/", {"ends_on": TODAY}).status_code == 302
    posting.refresh_from_db()
    assert posting.ends_on.isoformat() == TODAY
    assert AuditEvent.objects.filter(action="posting.ended", subject_id=str(posting.pk)).exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"division": VILLAGE, "role": "reviewer"}, "held in a township or above"),
        ({"division": "629999"}, "no division of this code"),
        ({"ends_on": "2020-01-01"}, "ends before it starts"),
        ({"division": "62"}, "no posting that permits this"),
    ],
)
def test_what_refuses_a_posting_or_an_account_stands_in_the_form(client: Client, changed: dict[str, str], told: str):
    person, _password = made(client)
    for address, entered in ((f"/people/{person.pk}/", {}), ("/people/open/", {"username": "another"})):
        answer = client.post(address, {**NEW, **entered, **changed})
        assert answer.status_code == 400
        assert told in answer.content.decode()
    assert not User.objects.filter(username="another").exists()
    assert person.postings.count() == 1


def test_nobody_posts_himself(client: Client, world: World):
    address = f"/people/{world[ZHOU].pk}/"
    assert "Give the posting" not in client.get(address).content.decode()
    answer = client.post(address, {**NEW, "role": "supervisor"})
    assert (answer.status_code, "Nobody gives a posting to himself" in answer.content.decode()) == (403, True)


def test_a_closed_account_signs_in_no_more_until_it_is_opened_again(client: Client):
    person, password = made(client)
    for state, lets_in in (("0", False), ("1", True)):
        assert client.post(f"/people/{person.pk}/state/", {"open": state}).status_code == 302
        assert signs_in(Client(), "qian.li", password) is lets_in


def test_another_password_ends_the_old_one_and_the_sessions(client: Client):
    person, password = made(client)
    hers = Client()
    assert signs_in(hers, "qian.li", password)
    answer = client.post(f"/people/{person.pk}/password/")
    chosen = re.search(r"<code>([a-z2-9-]+)</code>", answer.content.decode()).group(1)
    assert hers.get("/profile/").status_code == 302
    assert signs_in(Client(), "qian.li", chosen)
    assert not signs_in(Client(), "qian.li", password)


def test_a_lock_is_lifted_on_the_page(client: Client, settings):
    person, password = made(client)
    for _number in range(settings.AXES_FAILURE_LIMIT):
        signs_in(Client(), "qian.li", "wrong")
    assert not signs_in(Client(), "qian.li", password)
    assert "Forget the failed attempts" in client.get(f"/people/{person.pk}/").content.decode()
    assert client.post(f"/people/{person.pk}/unlock/").status_code == 302
    assert signs_in(Client(), "qian.li", password)


def test_who_also_reaches_further_is_shown_but_not_managed_from_below(client: Client, world: World):
    person, _password = made(client, division=COUNTY)
    person.postings.create(role="supervisor", division_id="6201", starts_on=TODAY)
    county = signed_in(posted_to(COUNTY, Role.ADMINISTRATOR))
    text = county.get(f"/people/{person.pk}/").content.decode()
    assert "also posted outside" in text
    assert "Make another password" not in text
    assert county.post(f"/people/{person.pk}/password/").status_code == 403
    above = person.postings.get(division_id="6201")
    assert county.post(f"/postings/{above.pk}/end/", {"ends_on": TODAY}).status_code == 404
    assert county.get(f"/people/{world[LI].pk}/").status_code == 404
