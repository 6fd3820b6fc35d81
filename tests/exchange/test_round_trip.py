"""A file that went out comes in again by the same doors, whatever its form and language, and changes nothing."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from exchange.models import Run, RunItem
from exchange.models.run import unsealed
from exchange.operations import runs, work
from tests.cast import CITY, LI, SUN, ZHOU, World
from tests.pages import signed_in

LISTS = ("households", "members", "cases", "measures", "income-surveys", "guarantee-checks", "visits")


def file_of(client: Client, listed: str, form: str) -> bytes:
    told = {"list": listed, "format": form, "parameters": {"division": CITY}, "purpose": "往返"}
    answer = client.post("/api/v1/exports", told, content_type="application/json")
    assert answer.status_code == 201, answer.content
    fetched: Any = client.get(f"/api/v1/exports/{answer.json()['id']}/file")
    return b"".join(fetched.streaming_content)


def tried(world: World, content: bytes, by: str = LI) -> Run:
    now = timezone.now()
    run = runs.open_import(file=BytesIO(content), size=len(content), name="往返", by=world[by], at=now)
    while work.step(key=run.pk, at=now, clock=lambda: now):
        pass
    return Run.objects.get(pk=run.pk)


def test_divisions_that_went_out_come_in_and_are_left_alone(peopled: World):
    run = tried(peopled, file_of(signed_in(peopled[ZHOU]), "divisions", "xlsx"), by=ZHOU)
    assert set(run.counts) == {"unchanged"}


def told(row: RunItem) -> tuple[str, str, Any]:
    return row.became, row.code, unsealed(row.told)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("listed", LISTS)
def test_what_went_out_comes_in_and_is_left_alone(peopled: World, listed: str, language: str, form: str):
    run = tried(peopled, file_of(signed_in(peopled[SUN], language), listed, form))
    rows = list(run.items.order_by("position"))
    assert rows, run.sheets
    assert [told(row) for row in rows] == [("unchanged", "", orjson.loads(b"{}"))] * len(rows)
