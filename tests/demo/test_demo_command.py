"""The command that writes a demonstration: any city's source, all or nothing, never beside real records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import SecondFactor, User
from common.refusals import Conflict
from demo.models import Demonstration
from demo.operations import demonstrations
from households.models import Assignment, Division, Household, Member, Posting, Visit
from reports import work
from tests.cast import CITY, COUNTY, LI, NEXT_VILLAGE, OTHER_COUNTY, TOWNSHIP, VILLAGE, World
from tests.pages import signs_in
from tests.reading import ROOT, reconciled, said

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


def test_every_record_it_writes_is_synthetic_and_counts(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    said("demo", source=source)
    assert Household.objects.filter(is_synthetic=True).count() == Household.objects.count() == 40
    assert reconciled(source)["figures"]["monitoring.total.households"]["verdict"] == "matches"


def test_real_households_registered_beside_it_are_never_deleted(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    said("demo", source=source)
    real = world.monitored(date(2022, 4, 1)).household
    with pytest.raises(CommandError, match="never mixed"):
        said("demo", source=source, replace=True)
    with pytest.raises(Conflict):
        demonstrations.clear(division=Division.objects.get(pk=COUNTY))
    assert Household.objects.filter(pk=real.pk).exists()
    assert Household.objects.count() == 41


def test_what_its_own_accounts_register_goes_with_it(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    said("demo", source=source)
    world.cast[LI] = User.objects.get(username="caseworker")
    Posting.objects.filter(user=world[LI]).update(division_id=COUNTY)
    added = world.monitored(date(2024, 2, 1)).household
    part = world.split(added, date(2024, 2, 2), village=NEXT_VILLAGE)
    world.moved(part, VILLAGE, date(2024, 2, 3))
    world.merged(part, added, date(2024, 2, 4))
    said("demo", source=source, replace=True)
    assert not Household.objects.filter(pk=added.pk).exists()
    assert Household.objects.count() == 40


def test_a_household_is_put_only_where_a_village_is(world: World, tmp_path: Path):
    Division.objects.filter(pk=VILLAGE).update(valid_to=date(2023, 1, 1))
    said("demo", source=written(tmp_path, SMALL))
    assert set(Household.objects.values_list("village_id", flat=True)) == {NEXT_VILLAGE}


@pytest.mark.parametrize("name", ["supervisor", "client"])
def test_the_account_of_a_person_is_not_taken_over(world: World, tmp_path: Path, name: str):
    person = User.objects.create_user(username=name, password="her own password", full_name="李梅")
    with pytest.raises(CommandError, match=name) as refusal:
        said("demo", source=written(tmp_path, SMALL))
    assert refusal.value.returncode == 2
    assert not Household.objects.exists()
    person.refresh_from_db()
    assert person.check_password("her own password")
    assert (person.full_name, person.is_demonstration, person.postings.count()) == ("李梅", False, 0)


def test_a_person_is_not_made_a_clerk_of_it(world: World, tmp_path: Path):
    User.objects.create_user(username="demonstration.reporter", password="her own password")
    with pytest.raises(CommandError, match=r"demonstration\.reporter"):
        said("demo", source=written(tmp_path, SMALL))
    assert not Household.objects.exists()


def test_its_own_accounts_get_the_printed_password_back(world: World, tmp_path: Path, client):
    source = written(tmp_path, SMALL)
    said("demo", source=source)
    people = User.objects.filter(is_demonstration=True, is_system=False).exclude(username__startswith="demonstration.")
    assert set(people.values_list("username", flat=True)) == {
        "supervisor", "county", "caseworker", "verifier", "convener", "reviewer", "approver", "administrator", "client"
    }  # fmt: skip
    User.objects.filter(username="county").update(password="", is_active=False)
    said("demo", source=source, replace=True)
    assert signs_in(client, "county", "shouwang-demo")


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
        ({"source": "lanzhou-2022-09-05", "division": ""}, "division is empty"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_with_status_2(
    world: World, arguments: dict[str, str], sentence: str
):
    with pytest.raises(CommandError, match=sentence) as refusal:
        said("demo", **arguments)
    assert refusal.value.returncode == 2


def test_nothing_is_written_about_days_to_come(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    source.write_text(source.read_text(encoding="utf-8").replace("as_of: 2024", "as_of: 2996"), encoding="utf-8")
    with pytest.raises(CommandError, match="yet to come") as refusal:
        said("demo", source=source)
    assert refusal.value.returncode == 2
    assert not Household.objects.exists()


def test_figures_that_no_record_can_give_are_left_out_and_named(world: World, tmp_path: Path):
    unreadable = SMALL + "  - {id: monitoring.current.households, value: 7, step: 0, unit: person}\n"
    source = written(tmp_path, unreadable)
    _status, printed = said("demo", source=source)
    assert "Left out: monitoring.current.households." in printed
    assert "monitoring.current.persons" in printed
    assert "Left out: 1 printed figure whose records are not kept yet." in printed
    found = reconciled(source)["figures"]
    left_out = {code for code, each in found.items() if each["verdict"] == "not_computable"}
    assert left_out == {"monitoring.current.households", "funds.arrived"}
    assert {each["verdict"] for code, each in found.items() if code not in left_out} == {"matches"}


@pytest.mark.parametrize(
    "figure",
    [
        "id: elimination.rate, value: 62.3, step: 0.1, unit: percent, basis: money",
        "id: monitoring.total.households, value: 40, step: 0, unit: yuan",
    ],
)
def test_a_source_of_nothing_but_such_figures_is_refused(world: World, tmp_path: Path, figure: str):
    with pytest.raises(CommandError, match="that records can give") as refusal:
        said("demo", source=written(tmp_path, f"  - {{{figure}}}\n"))
    assert refusal.value.returncode == 2


def test_it_is_refused_in_production(world: World, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="never in production"):
        said("demo", source="lanzhou-2022-09-05")


# Who may look at the whole county, and who only at its largest township.
OF_THE_WHOLE = {"supervisor", "administrator", "client"}
OF_A_PART = {"county", "caseworker", "verifier", "convener", "reviewer", "approver"}


def test_the_sign_ins_it_prints_work(world: World, tmp_path: Path, client):
    said("demo", source=written(tmp_path, SMALL))
    _status, printed = said("demo", sign_ins=True)
    names = [line.split()[0] for line in printed.splitlines()[2:]]
    assert sorted(names) == sorted(OF_THE_WHOLE | OF_A_PART)
    for name in names:
        assert signs_in(client, name, "shouwang-demo")
        opened = {code: client.get("/", {"division": code}).status_code for code in (CITY, COUNTY, TOWNSHIP)}
        assert opened == {CITY: 404, COUNTY: 200 if name in OF_THE_WHOLE else 404, TOWNSHIP: 200}, name


def test_making_it_anew_takes_a_second_factor_from_its_accounts(world: World, tmp_path: Path):
    source = written(tmp_path, SMALL)
    said("demo", source=source)
    county, now = User.objects.get(username="county"), timezone.now()
    SecondFactor.objects.create(user=county, key=b"k", begun_at=now, confirmed_at=now, last_step=1)
    said("demo", source=source, replace=True)
    assert not SecondFactor.objects.exists()


@pytest.mark.django_db
def test_the_readme_lists_the_sign_ins_as_they_are_printed():
    assert said("import_divisions", ROOT / "data/divisions-6201.csv")[0] == 0
    city = Division.objects.get(pk=CITY)
    Demonstration.objects.create(
        division=city,
        source_id="lanzhou-2022-09-05",
        as_of=date(2022, 9, 5),
        period_start=date(2022, 1, 1),
        seed=1,
        households=1,
        persons=1,
        made_at=timezone.now(),
    )
    _status, printed = said("demo", sign_ins=True)
    assert f"```\n{printed}\n" in (ROOT / "README.md").read_text()


def test_each_household_has_somebody_responsible_and_a_history_of_visits_up_to_the_day(world: World, tmp_path: Path):
    said("demo", source=written(tmp_path, SMALL))
    homes = Household.objects.count()
    held = Assignment.objects.as_of(date(2024, 2, 29))
    assert (homes, held.values("household").distinct().count(), held.count()) == (40, 40, 40)
    caseworker = User.objects.get(username="caseworker")
    monitored = Household.objects.filter(cases__status="monitored", village__code__startswith=TOWNSHIP).count()
    assert held.filter(user=caseworker).count() == min(25, monitored) > 0
    visits = Visit.objects.all()
    assert 20 <= visits.values("household").distinct().count() <= 40
    assert visits.filter(happened_at__date__gt=date(2024, 2, 29)).count() == 0
    assert not visits.filter(visited_by=caseworker).exists()
    assert {task.kind for task in work.tasks_of(caseworker, timezone.now())} >= {work.TaskKind.VISIT}


def test_the_same_seed_gives_the_same_visits(world: World, tmp_path: Path):
    def histories() -> list[tuple[object, ...]]:
        rows = Visit.objects.order_by("household__phone", "happened_at")
        return list(rows.values_list("household__phone", "happened_at", "purpose", "findings"))

    source = written(tmp_path, SMALL)
    said("demo", source=source)
    first = histories()
    said("demo", source=source, replace=True)
    assert histories() == first
