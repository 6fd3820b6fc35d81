"""A household that has moved out of one's places: every list of the past has a row for it, and tells nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.cast import COUNTY, FAR_VILLAGE, VILLAGE, World, evening
from tests.pages import posted_to, read, signed_in

MARCH, MAY, JUNE = date(2022, 3, 1), date(2022, 5, 1), date(2022, 6, 1)
PAST = {"division": COUNTY, "as_of": MAY.isoformat(), "period_start": "2022-01-01"}
FIGURE = "monitoring.total.households"


@pytest.fixture
def reader(world: World) -> Client:
    """Posted to the county that one of two households has left since."""
    world.monitored(MARCH, persons=4, village=VILLAGE)
    gone = world.monitored(MARCH, persons=3, village=VILLAGE)
    world.moved(gone.household, FAR_VILLAGE, JUNE, at=evening(JUNE))
    return signed_in(posted_to(COUNTY))


def test_the_list_behind_a_figure_of_the_past_has_its_row_without_name_and_way(world: World, reader: Client):
    figure = reader.get(f"/api/v1/indicators/{FIGURE}", PAST).json()
    page = read(reader, f"/figures/{FIGURE}/", PAST)
    rows = [row for row in page.rows if row and len(row) == 8][1:]
    assert figure["values"][0]["value"] == len(rows) == 2
    (gone,) = (row for row in rows if row[0] == "lives elsewhere now")
    assert gone[4] == "3"
    assert "lives elsewhere now" not in page.links.values()


@pytest.mark.parametrize("fields", ["", "id,head,national_number,registered_on,reported_on,is_former_poor"])
def test_the_api_counts_it_and_tells_nothing_of_the_household(world: World, reader: Client, fields: str):
    asked = {**PAST, "indicator": FIGURE, "count": "true"} | ({"fields": fields} if fields else {})
    told = reader.get("/api/v1/cases", asked).json()
    assert told["count"] == len(told["results"]) == 2
    if fields:
        (gone,) = (row for row in told["results"] if row["head"] is None)
        assert {gone[name] for name in ("registered_on", "reported_on", "is_former_poor")} == {None}


def test_a_file_has_its_row(world: World, reader: Client):
    wish = {"list": "cases", "parameters": {**PAST, "indicator": FIGURE}, "format": "jsonl", "purpose": "check"}
    job = reader.post("/api/v1/exports", wish, content_type="application/json").json()
    assert (job["state"], job["rows_expected"], job["rows_written"]) == ("ready", 2, 2)


def test_its_own_page_is_as_if_absent(world: World, reader: Client):
    told = reader.get("/api/v1/cases", {**PAST, "indicator": FIGURE}).json()["results"]
    seen = [reader.get(f"/households/{row['household']}/", PAST).status_code for row in told]
    assert sorted(seen) == [200, 404]
