"""Saved lists: kept under a name above the list, named otherwise, dropped; everyone's own."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import SavedView
from tests.cast import CITY, LI, SUN, WANG, World
from tests.pages import read, signed_in

QUERY = f"division={CITY}&status=monitored"


@pytest.fixture
def kept(world: World) -> SavedView:
    answer = signed_in(world[LI]).post(
        reverse("saved-views"), {"page": "households", "query": f"{QUERY}&cursor=abc&count=true", "name": " 监测户 "}
    )
    assert answer.url == f"/households/?{QUERY}"
    return SavedView.objects.get()


def test_a_kept_list_stands_above_the_list_without_the_place_in_it(world: World, kept: SavedView):
    assert (kept.name, kept.query) == ("监测户", QUERY)
    assert read(signed_in(world[LI]), "/households/").links[f"/households/?{QUERY}"] == "监测户"
    for other in ("/cases/", "/visits/", "/warnings/"):
        assert f"/households/?{QUERY}" not in read(signed_in(world[LI]), other).links
    assert f"/households/?{QUERY}" not in read(signed_in(world[WANG]), "/households/").links


@pytest.mark.parametrize("page", ["households", "cases", "visits", "warnings"])
def test_every_list_can_be_kept(world: World, page: str):
    client = signed_in(world[SUN])
    assert client.post(reverse("saved-views"), {"page": page, "query": "", "name": "全部"}).url == reverse(page)
    assert reverse("saved-view", args=[SavedView.objects.get().pk]) in read(client, reverse(page)).links


def test_what_is_no_list_is_not_kept(world: World):
    client = signed_in(world[LI])
    for sent in ({"page": "https://elsewhere.example/", "name": "x"}, {"page": "households", "name": " "}):
        assert client.post(reverse("saved-views"), sent).status_code == 400
    assert not SavedView.objects.exists()


def test_it_is_renamed_and_dropped(world: World, kept: SavedView):
    client, address = signed_in(world[LI]), reverse("saved-view", args=[kept.pk])
    assert client.post(address, {"name": "在册", "act": "rename"}).url == f"/households/?{QUERY}"
    assert SavedView.objects.get().name == "在册"
    assert client.post(address, {"name": " ", "act": "rename"}).status_code == 400
    assert client.post(address, {"act": "drop"}).url == "/households/"
    assert not SavedView.objects.exists()


def test_a_name_is_given_once(world: World, kept: SavedView):
    answer = signed_in(world[LI]).post(reverse("saved-views"), {"page": "households", "name": "监测户"})
    assert answer.status_code == 409
    assert "Choose another name." in answer.content.decode()


def test_nobody_touches_what_another_keeps(world: World, kept: SavedView):
    client, address = signed_in(world[WANG]), reverse("saved-view", args=[kept.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"act": "drop"}).status_code == 404
    assert SavedView.objects.get().saved_at.date() >= date(2022, 1, 1)
