"""The command that writes a demonstration: any city's source, all or nothing, never beside real records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError

from accounts.models import User
from demo.models import Demonstration
from households.models import Household, Member
from tests.cast import CITY, COUNTY, OTHER_COUNTY, World
from tests.reading import reconciled, said

HEADER = """
source:
  id: {id}
  title: A county, as invented for this test
  publisher: Nobody
  published_on: 2024-03-10
  division: "{division}"
  as_of: 2024-02-29
  period_start: 2023-07-01
figures:
"""
SMALL = """
  - {id: monitoring.total.households, value: 40, step: 0, unit: household}
  - {id: monitoring.total.persons, value: 130, step: 0, unit: person}
  - {id: monitoring.marginal.households, value: 17, step: 0, unit: household}
  - {id: monitoring.new.persons, value: 21, step: 0, unit: person}
  - {id: elimination.rate, value: 62.3, step: 0.1, unit: percent, basis: person}
  - {id: elimination.natural.households, value: 3, step: 0, unit: household}
  - {id: measures.finance.persons, value: 33, step: 0, unit: person}
  - {id: measures.coverage_rate, value: 100, step: 1, unit: percent, basis: household}
  - {id: funds.arrived, value: 12000000, step: 10000, unit: yuan}
"""
CONTRADICTION = """
  - {id: monitoring.total.households, value: 40, step: 0, unit: household}
  - {id: monitoring.total.persons, value: 130, step: 0, unit: person}
  - {id: elimination.households, value: 20, step: 0, unit: household}
  - {id: elimination.rate, value: 45, step: 1, unit: percent, basis: household}
"""


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast, no household yet."""
    return World.begin()


def written(folder: Path, figures: str, *, division: str = COUNTY, name: str = "invented") -> Path:
    """A source in a file."""
    path = folder / f"{name}.yaml"
    path.write_text(HEADER.format(id=name, division=division) + figures, encoding="utf-8")
    return path


def test_another_citys_source_is_met_figure_by_figure(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    status, printed = said("demo", source=source)
    assert status == 0
    assert "40 households with 130 persons" in printed
    found = reconciled(source)["figures"]
    assert found.pop("funds.arrived")["verdict"] == "not_computable"
    assert {each["verdict"] for each in found.values()} == {"matches"}
    assert set(Household.objects.values_list("village__parent__parent", flat=True)) == {COUNTY}


def test_a_source_no_records_can_satisfy_is_refused_with_its_conflict_and_nothing_is_written(
    world: World, tmp_path: Path
):
    with pytest.raises(CommandError) as refusal:
        said("demo", source=written(tmp_path, CONTRADICTION))
    assert refusal.value.returncode == 2
    for code in ("elimination.rate", "elimination.households", "monitoring.total.households"):
        assert code in str(refusal.value)
    assert "monitoring.total.persons" not in str(refusal.value)
    assert not Household.objects.exists()
    assert not Demonstration.objects.exists()
    assert not User.objects.filter(username__startswith="demonstration").exists()


def test_a_demonstration_is_never_mixed_with_real_records(world: World, tmp_path: Path):
    world.household(date(2022, 4, 1))
    with pytest.raises(CommandError, match="never mixed"):
        said("demo", source=written(tmp_path, SMALL))
    assert Household.objects.count() == 1


def test_running_it_again_changes_nothing(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    said("demo", source=source)
    before = set(Member.objects.values_list("pk", flat=True))
    status, printed = said("demo", source=source)
    assert (status, set(Member.objects.values_list("pk", flat=True))) == (0, before)
    assert "there already: 40 households" in printed


def test_another_source_in_the_same_place_replaces_only_when_told_to(world: World, tmp_path: Path):
    said("demo", source=written(tmp_path, SMALL))
    other = written(tmp_path, SMALL.replace("value: 130", "value: 138"), name="other")
    with pytest.raises(CommandError, match="--replace"):
        said("demo", source=other)
    said("demo", source=other, replace=True)
    assert Member.objects.count() == 138
    assert [each.source_id for each in Demonstration.objects.all()] == ["other"]


def test_a_replacement_that_cannot_be_made_leaves_the_one_held(world: World, tmp_path: Path):
    said("demo", source=written(tmp_path, SMALL))
    with pytest.raises(CommandError):
        said("demo", source=written(tmp_path, CONTRADICTION, name="other"), replace=True)
    assert Member.objects.count() == 130


def test_demonstrations_of_two_counties_stand_side_by_side(world: World, tmp_path: Path):
    said("demo", source=written(tmp_path, SMALL))
    said("demo", source=written(tmp_path, SMALL, division=OTHER_COUNTY, name="other"))
    assert (Household.objects.under(COUNTY).count(), Household.objects.under(OTHER_COUNTY).count()) == (40, 40)


def test_the_division_can_be_another_than_the_sources(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    said("demo", source=source, division=CITY)
    assert {each["verdict"] for each in reconciled(source, division=CITY)["figures"].values()} == {
        "matches",
        "not_computable",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "Name a source"),
        ({"source": "atlantis"}, "no published source"),
        ({"source": "lanzhou-2022-09-05", "division": "99"}, "Division 99 is not known"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_with_status_2(
    world: World, arguments: dict[str, str], sentence: str
):
    with pytest.raises(CommandError, match=sentence) as refusal:
        said("demo", **arguments)
    assert refusal.value.returncode == 2


def test_it_is_refused_in_production(world: World, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="never in production"):
        said("demo", source="lanzhou-2022-09-05")


def test_the_sign_ins_it_prints_work(world: World, tmp_path: Path, client):
    said("demo", source=written(tmp_path, SMALL))
    _status, printed = said("demo", sign_ins=True)
    names = [line.split()[0] for line in printed.splitlines()[2:]]
    assert len(names) == 7
    for name in names:
        assert client.login(username=name, password="shouwang-demo")
        assert client.get("/", {"division": COUNTY}).status_code == 200 or name not in {"supervisor", "administrator"}
