"""What a page weighs on its way to the browser: compressed, with everything that it links, before any chart."""

from __future__ import annotations

import gzip
import re
from datetime import date
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.cast import CITY, SUN, World
from tests.pages import signed_in

LINKED = re.compile(r"""<(?:link|script|img)\b[^>]*?(?:href|src)="([^"]+)\"""")
MOST = 200_000


def weight(client: Client, address: str) -> dict[str, int]:
    """The bytes of a page and of each file that it links, as the site sends them to a browser of today."""
    answer = client.get(address, headers={"accept-encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    prefix = settings.STATIC_URL
    files = {link.removeprefix(prefix) for link in LINKED.findall(page) if link.startswith(prefix)}
    held = {name: finders.find(name) for name in sorted(files)}
    return {address: len(answer.content)} | {
        name: len(brotli.compress(Path(path).read_bytes())) for name, path in held.items()
    }


@pytest.mark.parametrize("address", ["/", "/households/", "/reconciliations/lanzhou-2022-09-05/"])
def test_a_page_with_all_it_links_weighs_less_than_200_kilobytes(world: World, address: str):
    world.monitored(date(2022, 4, 1))
    parts = weight(signed_in(world[SUN]), f"{address}?division={CITY}&as_of=2022-09-05")
    assert "vendor/tabler/css/tabler.min.css" in parts
    assert not any("echarts" in name for name in parts)
    assert sum(parts.values()) < MOST, parts


def test_answers_of_the_api_are_not_compressed_so_that_their_etags_stay_strong(world: World):
    client = signed_in(world[SUN])
    answer = client.get("/api/v1/divisions", headers={"accept-encoding": "gzip, br"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_two_answers_of_one_page_differ_in_their_token_and_in_their_size(world: World):
    client = signed_in(world[SUN])
    answers = [client.get("/profile/", headers={"accept-encoding": "gzip"}) for _time in range(6)]
    pages = [gzip.decompress(answer.content).decode() for answer in answers]
    assert len({re.search('csrfmiddlewaretoken" value="([^"]+)', page)[1] for page in pages}) == 6
    assert len({len(answer.content) for answer in answers}) > 1


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast."""
    return World.begin()
