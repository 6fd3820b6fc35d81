"""Every page refuses a parameter that it does not take, by name, and every link of the site stays within them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from config.middleware import OTHER_DOORS
from tests.cast import CITY, SUN, World
from tests.pages import posted_to, signed_in

SCOPE = {"division": CITY, "as_of": "2022-09-05", "period_start": "2022-01-01"}
# Each page of the navigation, and one of each kind of record, from which links are followed.
FIRST = ("/", "/my-work/", "/households/", "/cases/", "/visits/", "/warnings/", "/indicators/", "/reconciliations/")
SECOND = ("/quality/", "/divisions/", "/standards/", "/lines/", "/people/", "/notices/", "/profile/")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """Made once for the module, whose tests change nothing: two cases, so that pages have records to lead to."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World.begin()
        world.monitored(date(2022, 4, 1), persons=4)
        world.eliminated(date(2022, 3, 1), date(2022, 8, 1))
        yield world
        transaction.set_rollback(True)


class Links(HTMLParser):
    """The addresses to which a page leads, without the part of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get("href") or "" if tag == "a" else ""
        if address.startswith(("/", "?")) and not address.startswith(OTHER_DOORS):
            self.found.add(address.split("#")[0])


def pages() -> dict[str, object]:
    """Every address of the site without a part to fill in, with its page."""
    found = {}
    for each in get_resolver().url_patterns:
        for pattern in getattr(each, "url_patterns", [each]):
            route = f"/{each.pattern}{pattern.pattern}" if pattern is not each else f"/{pattern.pattern}"
            if isinstance(pattern, URLPattern) and not set("<(") & set(route) and not route.startswith(OTHER_DOORS):
                found[route] = pattern.callback
    return found


@pytest.mark.parametrize("address", sorted(pages()))
def test_a_page_refuses_what_it_does_not_take_and_says_what_it_takes(world: World, address: str):
    answer = signed_in(world[SUN]).get(address, {"nonsense": "1"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Unknown parameter “nonsense”" in text
    for name in getattr(pages()[address], "parameters", ()):
        assert name in text


@pytest.mark.parametrize("name", ["division", "as_of"])
def test_a_parameter_that_is_given_twice_is_refused(world: World, name: str):
    answer = signed_in(world[SUN]).get(f"/?{name}={SCOPE[name]}&{name}={SCOPE[name]}")
    assert answer.status_code == 400
    assert f"“{name}” is given twice." in answer.content.decode()


def test_signing_in_leads_on_to_a_page_with_its_parameters(world: World):
    answer = Client().get("/cases/", {"status": "monitored"})
    assert answer.status_code == 302
    assert Client().get(answer.url).status_code == 200


def test_no_link_of_the_site_leads_to_a_refusal(world: World):
    client = signed_in(posted_to(CITY))
    seen: set[str] = set()
    waiting = [f"{page}?{'&'.join(f'{name}={value}' for name, value in SCOPE.items())}" for page in ("/", "/cases/")]
    waiting += [*FIRST, *SECOND]
    kinds: set[tuple[str, str]] = set()
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        names = "&".join(sorted({each.split("=")[0] for each in parts.query.split("&")}))
        kind = ("/".join(part if part.isalpha() else "*" for part in parts.path.split("/")), names)
        if address in seen or kind in kinds:
            continue
        seen.add(address)
        kinds.add(kind)
        answer = client.get(address)
        assert answer.status_code != 400, address
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            waiting += sorted(urljoin(address, each) for each in Links(answer.content.decode()).found)
    assert len(seen) > 40
