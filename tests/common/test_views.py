"""Answers to faults: where the database is away, pages and API say so and when to come back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.cast import LI, World


@contextmanager
def without_database() -> Iterator[None]:
    def refuse(*_given: object) -> None:
        raise OperationalError("the database is starting up")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def client(db: None) -> Client:
    world = World.begin()
    client = Client(raise_request_exception=False)
    client.force_login(world[LI])
    return client


@pytest.mark.parametrize("address", ["/households/", "/my-work/", "/api/v1/households", "/sign-in/"])
def test_without_the_database_the_answer_says_when_to_come_back(client: Client, address: str):
    if address == "/sign-in/":
        client.logout()
    with without_database():
        answer = (
            client.get(address) if address != "/sign-in/" else client.post(address, {"username": "x", "password": "y"})
        )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_the_api_says_it_in_problem_details(client: Client):
    with without_database():
        answer = client.get("/api/v1/divisions")
    assert (answer.headers["Content-Type"], answer.json()["code"]) == ("application/problem+json", "server_away")


def test_a_fault_of_our_own_is_no_reason_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("households.visit_views.list_told", lambda *_given: 1 / 0)
    answer = client.get("/visits/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_a_host_that_is_not_ours_gets_the_page_of_a_bad_request(db: None, caplog: pytest.LogCaptureFixture):
    answer = Client(headers={"host": "elsewhere.example", "accept-language": "en"}).get("/")
    assert answer.status_code == 400
    assert "This cannot be read" in answer.content.decode()
