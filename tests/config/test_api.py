"""What the addresses of the API answer where there is nothing, where nobody is signed in, and in which language."""

from __future__ import annotations

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from tests.cast import BUREAU, World

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
PROBLEM = "application/problem+json"


@pytest.fixture
def client(db: None) -> APIClient:
    """Signed in as the bureau's system."""
    client = APIClient()
    client.force_authenticate(World.begin()[BUREAU])
    return client


@pytest.mark.parametrize("address", ["", "nothing", "households/", "households/7", "households/7/members", "docs/x"])
@pytest.mark.parametrize("method", ["get", "head", "post", "delete"])
def test_an_address_that_there_is_not_is_told_in_problem_details(client: APIClient, address: str, method: str):
    answer = getattr(client, method)(f"/api/v1/{address}", headers=BROWSER)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("address", ["households", "indicators", "tokens", "schema", "docs"])
def test_a_method_that_an_address_does_not_take_is_told_in_problem_details(client: APIClient, address: str):
    answer = client.put(f"/api/v1/{address}", {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, PROBLEM)
    assert (answer.json()["code"], answer.json()["status"]) == ("method_not_allowed", 405)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("address", ["households", "indicators", "reconciliations", "schema", "docs"])
def test_the_head_of_an_answer_can_be_asked_for_alone(client: APIClient, address: str):
    told, whole = client.head(f"/api/v1/{address}"), client.get(f"/api/v1/{address}")
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["Content-Type"] == whole.headers["Content-Type"]


def test_a_browser_that_opens_the_document_is_sent_to_sign_in(db: None):
    answer = APIClient().get("/api/v1/docs?x=1", headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('sign-in')}?next=/api/v1/docs%3Fx%3D1")


@pytest.mark.parametrize("address", ["docs", "schema", "households", "nothing"])
def test_a_program_that_is_not_signed_in_is_told_so(db: None, address: str):
    answer = APIClient().get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["Content-Type"] == PROBLEM


@pytest.mark.parametrize(
    ("wished", "sentence"),
    [
        ("en", "There is nothing at this address."),
        ("en-GB,en;q=0.8,zh;q=0.1", "There is nothing at this address."),
        ("zh-CN,zh;q=0.9", "这个地址没有内容。"),
        ("fr", "这个地址没有内容。"),
    ],
)
def test_sentences_come_in_the_language_that_is_wished_for(client: APIClient, wished: str, sentence: str):
    answer = client.get("/api/v1/nothing", headers={"Accept-Language": wished})
    assert sentence in answer.json()["detail"]
    assert "Accept-Language" in answer.headers["Vary"]
