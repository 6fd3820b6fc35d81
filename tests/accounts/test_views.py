"""Signing in, signing out, and choosing a language."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User

PASSWORD = "a long password of hers"


@pytest.fixture
def mei(db: None) -> User:
    """Someone with a password."""
    return User.objects.create_user(username="mei", password=PASSWORD)


def signing_in(client: Client, **changes: str):
    """The answer to the form of signing in."""
    return client.post("/sign-in/", {"username": "mei", "password": PASSWORD, **changes})


def test_the_right_password_leads_to_where_one_wanted_to_go(mei: User):
    answer = signing_in(Client(), next="/figures/elimination.rate/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/figures/elimination.rate/"


def test_nobody_is_sent_to_another_site_after_signing_in(mei: User):
    assert signing_in(Client(), next="https://elsewhere.example/").headers["Location"] == "/home/"


def test_a_wrong_password_is_refused_in_a_sentence_and_not_repeated_back(mei: User):
    answer = signing_in(Client(headers={"accept-language": "en"}), password="wrong one")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert "wrong one" not in answer.content.decode()


def test_a_system_account_cannot_sign_in_even_with_a_password(mei: User):
    User.objects.filter(pk=mei.pk).update(is_system=True)
    client = Client(headers={"accept-language": "en"})
    assert "it cannot sign in" in signing_in(client).content.decode()
    assert client.get("/").status_code == 302


def test_an_account_that_was_closed_cannot_sign_in(mei: User):
    User.objects.filter(pk=mei.pk).update(is_active=False)
    client = Client()
    signing_in(client)
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_signing_out_needs_a_form_and_ends_the_session(mei: User):
    client = Client()
    signing_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def test_who_is_signed_in_already_is_sent_on(mei: User):
    client = Client()
    client.force_login(mei)
    assert client.get("/sign-in/").headers["Location"] == "/home/"


def test_a_form_that_did_not_come_from_here_is_refused_on_a_page(mei: User):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = signing_in(client)
    assert answer.status_code == 403
    assert "Load the page again" in answer.content.decode()


def test_the_language_that_was_chosen_stays_chosen(db: None):
    client = Client(headers={"accept-language": "zh-CN"})
    assert "<h1>登录</h1>" in client.get("/sign-in/").content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/?next=/"})
    assert answer.headers["Location"] == "/sign-in/?next=/"
    page = client.get("/sign-in/").content.decode()
    assert "<h1>Sign in</h1>" in page
    assert '<html lang="en">' in page


def test_pages_are_in_chinese_unless_the_browser_asks_for_english(db: None):
    page = Client().get("/sign-in/").content.decode()
    assert '<html lang="zh-Hans">' in page
    assert "<h1>登录</h1>" in page


def test_a_user_without_a_posting_is_told_so_instead_of_shown_an_empty_page(mei: User):
    client = Client(headers={"accept-language": "en"})
    client.force_login(mei)
    answer = client.get("/")
    assert answer.status_code == 404
    assert "none of your postings reaches it" in answer.content.decode()
