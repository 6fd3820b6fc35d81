"""Switching the division: what is found, and that everything else of the page stays as it was."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from reports.search_views import address_in, is_ours
from tests.cast import COUNTY, STRANGER, SUN, World

CASE = UUID(int=7)


def signed_in(world: World, name: str = SUN) -> Client:
    """A browser in which someone is signed in and reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(world[name])
    return client


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ("", f"/?division={COUNTY}"),
        ("/?division=6201&as_of=2022-07-01", f"/?division={COUNTY}&as_of=2022-07-01"),
        (
            "/cases/?status=monitored&cursor=1&count=true&division=6201",
            f"/cases/?status=monitored&division={COUNTY}",
        ),
        (f"/households/{CASE}/?as_of=2022-07-01&sort=x", f"/?as_of=2022-07-01&division={COUNTY}"),
        ("/nowhere/?as_of=2022-07-01", f"/?as_of=2022-07-01&division={COUNTY}"),
        ("https://elsewhere.example/?a=b", f"/?division={COUNTY}"),
        ("//elsewhere.example/", f"/?division={COUNTY}"),
        ("/\\elsewhere.example/", f"/?division={COUNTY}"),
        ("javascript:alert(1)", f"/?division={COUNTY}"),
    ],
)
def test_the_page_stays_with_its_filters_and_days_and_leaves_its_place_in_a_list(back: str, expected: str):
    assert address_in(back, COUNTY) == expected


def test_an_address_is_ours_only_as_a_path():
    assert is_ours("/cases/?a=b")
    assert not is_ours("cases/")


def test_the_page_lists_what_was_found_with_links_to_it(world: World):
    text = signed_in(world).get("/divisions/search/", {"q": "ydx", "to": "/?as_of=2022-07-01"}).content.decode()
    assert f'href="/?as_of=2022-07-01&amp;division={COUNTY}"' in text
    assert "永登县" in text
    assert "<html" in text


def test_a_small_move_gets_only_the_list(world: World):
    answer = signed_in(world).get("/divisions/search/", {"q": "永登"}, headers={"HX-Request": "true"})
    assert "永登县" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_who_is_posted_nowhere_finds_nothing_and_what_was_typed_is_no_markup(world: World):
    text = signed_in(world, STRANGER).get("/divisions/search/", {"q": "<b>永登"}).content.decode()
    assert "None of your divisions is found" in text
    assert "<b>永登" not in text


def test_every_page_with_a_scope_offers_the_switch_and_carries_its_address(world: World):
    text = signed_in(world).get("/", {"as_of": "2022-07-01", "division": COUNTY}).content.decode()
    assert f'name="to" value="/?as_of=2022-07-01&amp;division={COUNTY}"' in text
