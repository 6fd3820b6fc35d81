"""The commands that audit records, as scripts call them."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assistance.models import MeasureSpan
from assistance.rules.categories import Category
from households.operations import audits
from tests.cast import COUNTY, FAR_VILLAGE, LI, OTHER_COUNTY, World

MARCH = date(2022, 3, 1)


def run(command: str, *options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(command, *options, stdout=out)
    except SystemExit as leaving:
        return leaving.code, out.getvalue()
    return 0, out.getvalue()


def test_records_that_stand_on_their_events_end_with_0(world: World):
    world.monitored(MARCH)
    assert run("audit_records") == (0, "1 cases checked, 0 differences.\n")


def test_each_difference_is_a_sentence_and_ends_with_1(world: World):
    world[LI].is_demonstration = True  # of invented households alone the database lets a span go
    case, other = world.monitored(MARCH), world.monitored(MARCH)
    world.monitored(MARCH, village=FAR_VILLAGE)
    case.spans.get(recorded__upper_inf=True).delete()
    wrong = other.spans.get(recorded__upper_inf=True)
    wrong.delete()
    wrong.persons = 9
    wrong.save(force_insert=True)
    status, out = run("audit_records", "--format", "json")
    found = json.loads(out)
    assert (status, found["checked"], len(found["differences"])) == (1, 3, 3)
    assert sorted(sentence.split()[1].rstrip(":") for sentence in found["differences"]) == sorted(
        [str(case.pk), str(other.pk), str(other.pk)]
    )
    assert run("audit_records", "--division", OTHER_COUNTY) == (0, "1 cases checked, 0 differences.\n")
    assert run("audit_records", "--division", COUNTY)[0] == 1


def test_cases_are_looked_at_in_batches(world: World, monkeypatch):
    monkeypatch.setattr(audits, "CASES_AT_A_TIME", 2)
    for _ in range(5):
        world.report(world.household(MARCH), MARCH)
    assert run("audit_records") == (0, "5 cases checked, 0 differences.\n")


@pytest.mark.parametrize("command", ["audit_records", "audit_measures"])
def test_an_unknown_division_ends_with_2(world: World, command):
    with pytest.raises(CommandError, match="99") as refusal:
        run(command, "--division", "99")
    assert refusal.value.returncode == 2


def test_measures_are_audited_likewise(world: World):
    world[LI].is_demonstration = True  # of invented households alone the database lets a span go
    world.help(world.monitored(MARCH), Category.HEALTH, MARCH)
    assert run("audit_measures") == (0, "1 measures checked, 0 differences.\n")
    MeasureSpan.objects.all().delete()
    status, out = run("audit_measures", "--format", "json")
    assert (status, json.loads(out)["checked"], len(json.loads(out)["differences"])) == (1, 1, 1)
