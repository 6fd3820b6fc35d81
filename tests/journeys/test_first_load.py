"""A county's first load: sheets in the national headings, tried, written by a worker that dies, and taken back."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AuditEvent
from exchange import tasks
from exchange.models import Run
from exchange.operations import parts
from households.models import Case, Household, Membership, Visit
from tests.cast import COUNTY, LI, NEXT_VILLAGE, VILLAGE, World
from tests.exchange.sheets import workbook
from tests.exchange.test_tasks import dies_in_part
from tests.pages import signed_in

HOUSEHOLDS, BAD = 500, 5
NATIONAL = [
    "户编号",
    "行政村代码",
    "户主姓名",
    "户主性别",
    "监测对象类别",
    "致贫/返贫风险1",
    "致贫/返贫风险2",
    "识别监测时间",
]
PEOPLE = ["户编号", "姓名", "性别", "与户主关系", "出生日期"]


@pytest.fixture
def world(transactional_db: None, monkeypatch) -> World:
    monkeypatch.setattr(tasks.work_on, "delay", lambda key: None)
    monkeypatch.setattr(parts, "ITEMS_A_PART", 300)
    world = World.begin()
    world[LI].postings.create(role="supervisor", division_id=COUNTY, starts_on=date(2020, 1, 1))
    return world


def county() -> bytes:
    """Five hundred households with a case and two people each; five of them name a village that there is not."""
    places = [VILLAGE, NEXT_VILLAGE]
    homes = [
        [
            f"6201-{number}", "620121100999" if number < BAD else places[number % 2], f"户主{number}", "女",
            "突发严重困难户", "因病", "因残", "202203",
        ]
        for number in range(HOUSEHOLDS)
    ]  # fmt: skip
    people = [[f"6201-{number}", f"孩子{number}", "男", "之子", "2010-02-03"] for number in range(HOUSEHOLDS)]
    return workbook(监测对象信息=[["全国监测对象信息"], NATIONAL, *homes], 家庭成员=[PEOPLE, *people])


def test_a_county_is_loaded_by_a_worker_that_dies_and_taken_back_but_for_what_was_touched(world):
    browser = signed_in(world[LI])
    sent = browser.post(
        "/imports/", {"file": SimpleUploadedFile("永登县.xlsx", county()), "origin": "全国防返贫监测信息系统"}
    )
    address, run = sent.headers["Location"], Run.objects.get()
    tasks.work_on(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.counts) == ("tried", {"created": 3 * (HOUSEHOLDS - BAD), "refused": 3 * BAD})
    assert not Household.objects.exists()

    browser.post(f"{address}apply/")
    dies_in_part(2, run)
    half = Household.objects.count()
    assert 0 < half < HOUSEHOLDS - BAD
    tasks.work_on(str(run.pk))
    run.refresh_from_db()
    assert run.state == "applied"
    kept = Household.objects.kept()
    assert (kept.count(), Case.objects.count()) == (HOUSEHOLDS - BAD, HOUSEHOLDS - BAD)
    assert Membership.objects.count() == 2 * (HOUSEHOLDS - BAD)
    registered = Counter(AuditEvent.objects.filter(action="household.registered").values_list("subject_id", flat=True))
    assert set(registered.values()) == {1}

    touched = kept.get(national_number="6201-77")
    world.visit(touched, timezone.localdate())
    browser.post(f"{address}roll-back/")
    tasks.work_on(str(run.pk))
    run.refresh_from_db()
    assert run.state == "rolled_back"
    assert list(Household.objects.kept()) == [touched]
    assert Visit.objects.get().household == touched
    stayed = run.items.filter(undone="kept")
    assert stayed.count() == 3
    assert all("li.mei" in told for told in stayed.values_list("undone_told", flat=True))
