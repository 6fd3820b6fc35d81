"""A row of each kind that pages of one record show: a system, a conflict, files in and out, a webhook, a merge."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from accounts.permissions import ApiScope
from exchange.models import Delivery, ExportJob, Run
from exchange.operations import export_jobs, runs, subscriptions, work
from exchange.operations.export_jobs import Wanted
from exchange.rules.export_states import Format
from households.models import Deadline, Division
from households.operations import clients, conflicts
from households.operations.clients import Registration
from households.operations.conflicts import Clash
from households.operations.exports import Export
from tests.cast import BUREAU, CITY, LI, SUN, VILLAGE, ZHOU, World, evening
from tests.exchange.operations.test_runs import HOME, SON, book
from tests.exchange.sheets import workbook

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 1)
STRANGE = [["户号", "住在", "当家的", "男女"], ["6201-1", VILLAGE, "张三", "男"]]


def rows_of_each_kind(world: World) -> dict[str, Any]:
    """The keys of the records by the words that stand for them in an address."""
    exported(world)
    return {
        "SYSTEM": system(world),
        "CONFLICT": conflict(world),
        "TRIED": imported(world, book([HOME, ["6201-2", "", *HOME[2:]]], [SON])),
        "WRITTEN": imported(world, book([["6201-7", *HOME[1:]]]), is_applied=True),
        "STRANGE": imported(world, workbook(表=STRANGE)),
        "WEBHOOK": webhook(world),
        "MERGE": merged(world),
        "DEADLINE": Deadline.objects.running().values_list("pk", flat=True).first(),
    }


def system(world: World) -> Any:
    """A client system of another bureau."""
    told = Registration(
        client_id="health",
        name="卫生健康局",
        division=Division.objects.get(pk=CITY),
        starts_on=MARCH,
        ends_on=None,
        scopes=[ApiScope.RECORDS_READ],
    )
    made, _secret = clients.register(system=told, by=world[ZHOU], at=timezone.now())
    return made.pk


def conflict(world: World) -> Any:
    """Another telephone number than the one on record."""
    home = world.household(MARCH)
    values = {"phone": (home.phone, "13911112222")}
    [made] = conflicts.keep_all(clashes=[Clash(home, None, values, 1, world[BUREAU], evening(MAY), "phone 7", None)])
    return made.pk


def imported(world: World, content: bytes, *, is_applied: bool = False) -> Any:
    """A file that was tried, and written if that is asked."""
    now = timezone.now()
    run = runs.open_import(file=BytesIO(content), size=len(content), name="户.xlsx", by=world[LI], at=now)
    _worked(run)
    if is_applied:
        runs.apply(run=Run.objects.get(pk=run.pk), by=world[LI], at=now)
        _worked(run)
    return run.pk


def exported(world: World) -> None:
    """A file that waits, one that is being written, one that is there and one that failed."""
    now = timezone.now()
    for state in ("waits", "written", "there", "failed"):
        export = Export("households", CITY, {"division": CITY}, 9, "月度抽查")
        job = export_jobs.ask(wanted=Wanted(export, ("head", "village"), Format.XLSX, "zh-hans"), by=world[SUN], at=now)
        if state != "waits":
            export_jobs.take_up(key=job.pk, at=now)
        job = ExportJob.objects.get(pk=job.pk)
        if state == "there":
            export_jobs.finish(job=job, rows=9, file="a.xlsx", size=4096, at=now, kept_until=now + timedelta(hours=72))
        if state == "failed":
            export_jobs.fail(job=job, fault="The disk is full.", at=now)


def webhook(world: World) -> Any:
    """A subscription with a message in each state that needs somebody."""
    now = timezone.now()
    place = Division.objects.get(pk=CITY)
    made, _key = subscriptions.subscribe(
        division=place, kinds=["households"], address="https://a.example/changes", by=world[SUN], at=now
    )
    for position, (state, answer) in enumerate((("given_up", "HTTP 503"), ("delivered", "HTTP 204")), start=7):
        Delivery.objects.create(
            subscription=made,
            position=position,
            kind="households",
            record="r",
            state=state,
            attempts=position,
            answer=answer,
            queued_at=now,
            next_at=now,
            ended_at=now,
        )
    return made.pk


def merged(world: World) -> Any:
    """A household that belongs to another since a day."""
    return world.merged(world.household(MARCH), world.household(MARCH), MAY).pk


def _worked(run: Run) -> None:
    now = timezone.now()
    while work.step(key=run.pk, at=now, clock=lambda: now):
        pass
