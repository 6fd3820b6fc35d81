"""Reconciliation: printed figures beside computed ones, and the JSON that command and API give."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.permissions import Permission
from assistance.rules.categories import Category
from households.rules.codes import HouseholdType
from reports import documents
from reports.forms import scope_from
from reports.indicators import Basis
from reports.reconciliation import FigureResult, Reconciliation, reconcile, scope_of
from reports.rules.sources import parse_source
from tests.cast import CITY, COUNTY, FAR_VILLAGE, OTHER_COUNTY, SUN, World, evening

HEAD = """\
source:
  id: city-2022
  title: A year of work
  publisher: City News
  published_on: 2022-09-05
  division: "6201"
  as_of: 2022-09-05
  period_start: 2022-01-01
figures:
"""
FIGURES = {
    "total": "{id: monitoring.total.households, value: 3, step: 0, unit: household}",
    "persons": "{id: monitoring.total.persons, value: 10, step: 0, unit: person}",
    "rate": "{id: elimination.rate, value: 30.0, step: 0.1, unit: percent, basis: unstated}",
    "by person": "{id: elimination.rate, value: 30.0, step: 0.1, unit: percent, basis: person}",
    "by household": "{id: elimination.rate, value: 33.4, step: 0.1, unit: percent, basis: household}",
    "no basis": "{id: elimination.rate, value: 33.3, step: 0.1, unit: percent}",
    "least": "{id: measures.minimum_per_household, value: 1, step: 0, unit: measure, at_least: true}",
    "funds": "{id: funds.arrived, value: 777000000, step: 1000000, unit: yuan}",
    "strange": "{id: rainfall.days, value: 4, step: 0, unit: day, doubt: damaged}",
}
YEAR = date(2022, 2, 1)


@pytest.fixture
def held(world: World) -> World:
    """Three households of ten persons; the one of three persons eliminated: 33.33 % of households, 30 % of persons."""
    gone = world.eliminated(YEAR, date(2022, 8, 1), persons=3)
    helped = world.monitored(YEAR, persons=5)
    far = world.monitored(date(2021, 5, 1), persons=2, village=FAR_VILLAGE)
    for case in (gone, helped, far, far):
        world.help(case, Category.HEALTH, date(2022, 3, 1))
    return world


def source(*names: str, relations: str = ""):
    return parse_source(HEAD + "".join(f"  - {FIGURES[name]}\n" for name in names) + relations, name="city.yaml")


def reconciled(*names: str, relations: str = "", **scope: object) -> Reconciliation:
    read = source(*names, relations=relations)
    return reconcile(read, scope_of(read, **scope), anyway="division" in scope)


def one(name: str, **scope: object) -> FigureResult:
    [result] = reconciled(name, **scope).figures
    return result


def verdicts(result: FigureResult) -> dict[str | None, str]:
    return {basis: reading.verdict.kind.value for basis, reading in result.readings.items()}


def test_a_source_speaks_of_its_own_division_day_and_period_unless_told_otherwise():
    read = source("total")
    own = scope_of(read)
    assert (own.division, own.as_of, own.period_start, own.known_at) == (CITY, date(2022, 9, 5), date(2022, 1, 1), None)
    other = scope_of(read, division=COUNTY, as_of=YEAR, known_at=evening(YEAR))
    assert (other.division, other.as_of, other.known_at) == (COUNTY, YEAR, evening(YEAR))


def test_counts_match_exactly_or_differ_by_so_much(held):
    assert verdicts(one("total")) == {Basis.HOUSEHOLD: "matches"}
    far = one("total", division=OTHER_COUNTY)
    assert verdicts(far) == {Basis.HOUSEHOLD: "differs"}
    assert far.readings[Basis.HOUSEHOLD].verdict.difference == -2


def test_an_unstated_basis_is_answered_both_ways(held):
    result = one("rate")
    assert result.is_open_in_basis
    assert verdicts(result) == {Basis.HOUSEHOLD: "differs", Basis.PERSON: "matches"}
    assert result.kind == "matches_one_basis"
    assert documents.figure_result(result)["overall"] == "matches_one_basis"


def test_a_rate_that_says_nothing_of_its_basis_is_answered_both_ways_too(held):
    result = one("no basis")
    assert verdicts(result) == {Basis.HOUSEHOLD: "matches", Basis.PERSON: "differs"}
    assert documents.figure_result(result)["basis"] == "unstated"


def test_a_stated_basis_is_the_only_one(held):
    assert verdicts(one("by person")) == {Basis.PERSON: "matches"}
    assert verdicts(one("by household")) == {Basis.HOUSEHOLD: "differs"}


def test_at_least_matches_from_the_printed_value_on(held):
    assert verdicts(one("least")) == {Basis.MEASURE: "matches"}
    assert verdicts(one("least", division=OTHER_COUNTY)) == {Basis.MEASURE: "matches"}
    held.monitored(YEAR)
    assert verdicts(one("least")) == {Basis.MEASURE: "differs"}


@pytest.mark.parametrize("name", ["funds", "strange"], ids=["records not kept", "no such indicator"])
def test_what_no_record_can_tell_is_not_computable(held, name):
    result = one(name)
    assert verdicts(result) == {None: "not_computable"}
    assert (result.indicator is None) == (name == "strange")


MISFITS = {
    "in yuan": ("{id: monitoring.total.households, value: 3, step: 0, unit: yuan}", "yuan"),
    "in persons": ("{id: monitoring.total.households, value: 3, step: 0, unit: person}", "monitoring.total.persons"),
    "by person": (
        "{id: monitoring.total.households, value: 3, step: 0, unit: household, basis: person}",
        "monitoring.total.persons",
    ),
    "fraction": ("{id: elimination.rate, value: 30, step: 0.1, unit: fraction, basis: person}", "fraction"),
    "money": ("{id: elimination.rate, value: 30, step: 0.1, unit: percent, basis: money}", "money"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_a_figure_of_another_unit_or_basis_never_matches_and_is_told_what_does_not_fit(held, name):
    figure, told = MISFITS[name]
    read = parse_source(HEAD + f"  - {figure}\n", name="city.yaml")
    with translation.override("en"):
        [found] = documents.reconciliation(reconcile(read, scope_of(read)))["figures"]
    assert (found["computed"], found["verdict"]) == (None, "not_computable")
    assert told in found["explanation"]


def test_where_there_is_no_household_a_rate_is_not_computable_and_a_count_is_zero(world):
    assert set(verdicts(one("rate")).values()) == {"not_computable"}
    assert verdicts(one("total")) == {Basis.HOUSEHOLD: "differs"}


def test_figures_are_read_as_of_the_day_and_as_known_at_the_moment(held):
    before = evening(date(2022, 8, 31))
    held.monitored(date(2022, 8, 1), persons=1)
    held.correct(held.eliminated(YEAR, date(2022, 8, 1)), "eliminated", date(2022, 8, 2), evening(date(2022, 9, 1)))
    assert verdicts(one("total")) == {Basis.HOUSEHOLD: "differs"}
    assert verdicts(one("total", as_of=date(2021, 12, 31))) == {Basis.HOUSEHOLD: "differs"}
    known = one("rate", as_of=date(2022, 8, 1), known_at=before)
    now = one("rate", as_of=date(2022, 8, 1))
    assert [part.part.numerator for part in known.readings.values()] == [2, 6]
    assert [part.part.numerator for part in now.readings.values()] == [1, 3]


def test_differences_are_those_that_match_by_no_basis_and_relations_that_cannot_hold(held):
    assert not reconciled("total", "rate", "funds").has_differences
    assert reconciled("by household").has_differences
    relations = 'relations:\n  - {id: r.less, says: "monitoring.total.households >= monitoring.total.persons"}\n'
    assert reconciled("total", "persons", relations=relations).has_differences


RELATIONS = 'relations:\n  - {id: r.size, says: "monitoring.total.households = monitoring.total.persons"}\n'


def test_the_json_of_a_reconciliation_has_the_promised_form(held):
    with translation.override("en"):
        found = documents.reconciliation(
            reconciled("total", "persons", "rate", "funds", "strange", relations=RELATIONS)
        )
    assert json.loads(json.dumps(found)) == found
    assert {key: found[key] for key in ("source", "division", "as_of")} == {
        "source": "city-2022",
        "division": "6201",
        "as_of": "2022-09-05",
    }
    total, _persons, rate, funds, strange = found["figures"]
    keys = {"id", "published", "step", "unit", "basis", "computed", "verdict", "explanation"}
    assert all(keys <= set(figure) for figure in found["figures"])
    assert (total["published"], total["step"], total["computed"], total["verdict"]) == (3, 0, 3, "matches")
    assert (total["basis"], rate["basis"], rate["published"], rate["step"]) == ("household", "unstated", 30, 0.1)
    assert rate["computed"] == {"household": pytest.approx(100 / 3), "person": 30}
    assert rate["verdict"] == {"household": "differs", "person": "matches"}
    assert (funds["computed"], funds["verdict"], strange["verdict"]) == (None, "not_computable", "not_computable")
    [relation] = found["relations"]
    assert (relation["id"], relation["verdict"]) == ("r.size", "inconsistent")
    assert (relation["left"]["low"], relation["right"]["high"]) == (3, 10)
    assert {
        repair["figure"]: (repair["low"], repair["high"], repair["integers"]) for repair in relation["repairs"]
    } == {
        "monitoring.total.households": (10, 10, [10]),
        "monitoring.total.persons": (3, 3, [3]),
    }
    assert all(figure["explanation"].endswith(".") for figure in found["figures"])


def run(path: Path | str, *options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("reconcile", str(path), *options, stdout=out)
    except SystemExit as leaving:
        return leaving.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def write(tmp_path: Path):
    def write(*names: str) -> Path:
        path = tmp_path / "city.yaml"
        path.write_text(HEAD + "".join(f"  - {FIGURES[name]}\n" for name in names), encoding="utf-8")
        return path

    return write


def test_the_command_ends_with_0_where_nothing_differs_and_with_1_where_something_does(held, write):
    assert run(write("total", "rate"))[0] == 0
    status, out = run(write("total", "rate"), "--division", OTHER_COUNTY, "--format", "json")
    found = json.loads(out)
    assert (status, found["division"], found["figures"][0]["computed"]) == (1, OTHER_COUNTY, 1)


def test_the_command_reads_as_of_a_day_and_as_known_at_a_moment(held, write):
    options = ("--as-of", "2022-02-01", "--known-at", "2022-01-31T12:00", "--format", "json")
    status, out = run(write("total"), *options)
    assert (status, json.loads(out)["figures"][0]["computed"]) == (1, 1)
    assert json.loads(out)["known_at"].startswith("2022-01-31T12:00")


def test_before_the_period_of_the_source_the_period_begins_with_its_year(held, write):
    options = ("--as-of", "2021-06-30", "--format", "json")
    found = json.loads(run(write("total"), *options)[1])
    assert (found["as_of"], found["period_start"]) == ("2021-06-30", "2021-01-01")
    assert scope_of(source("total"), as_of=date(2022, 6, 30)).period_start == date(2022, 1, 1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--as-of", "2999-01-01"), "future"),
        (("--known-at", "2999-01-01T00:00"), "future"),
        (("--as-of", "1900-01-01"), "No record is that old"),
        (("--known-at", "1900-01-01T00:00"), "No record is that old"),
        (("--division", ""), "division is empty"),
        (("--division", "99"), "Division 99 is not known"),
    ],
)
def test_the_command_refuses_what_nobody_can_know(held, write, options, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        run(write("total"), *options)
    assert refusal.value.returncode == 2


def test_the_command_refuses_a_source_of_the_future(held, tmp_path):
    path = tmp_path / "city.yaml"
    path.write_text(HEAD.replace("as_of: 2022", "as_of: 2999") + f"  - {FIGURES['total']}\n", encoding="utf-8")
    with pytest.raises(CommandError, match="future"):
        run(path)


def test_figures_of_any_length_are_reconciled_exactly(held, tmp_path):
    path = tmp_path / "city.yaml"
    long = 123456789012345678901234567890
    path.write_text(HEAD + f"  - {{id: monitoring.total.persons, value: {long}, step: 0, unit: person}}\n")
    status, out = run(path, "--format", "json")
    assert (status, json.loads(out)["figures"][0]["published"]) == (1, long)
    assert "123,456,789,012,345,678,901,234,567,890" in run(path)[1]


def test_the_command_prints_a_table_with_a_verdict_for_each_basis(held, write):
    _status, out = run(write("rate"))
    assert "matches_one_basis (household: differs | person: matches)" in out


@pytest.mark.parametrize("options", [("no-such-source",), ("lanzhou-2022-09-05", "--division", "99")])
def test_the_command_ends_with_2_where_it_cannot_run(held, options):
    with pytest.raises(CommandError) as refusal:
        run(*options)
    assert refusal.value.returncode == 2


def test_the_parts_of_the_total_are_figures_of_their_own(held):
    read = parse_source(
        HEAD + "  - {id: monitoring.unstable.households, value: 3, step: 0, unit: household}\n", name="parts.yaml"
    )
    [result] = reconcile(read, scope_of(read)).figures
    assert (result.indicator.numerator.household_type, result.kind) == (HouseholdType.UNSTABLE, "matches")


def test_what_was_known_is_told_only_once_it_is_settled(world, monkeypatch):
    asked = []
    monkeypatch.setattr("reports.forms.settle", lambda moment: asked.append(moment) or moment)
    parameters = {"division": CITY, "as_of": "2022-06-30", "known_at": "2022-07-01T08:00:00+08:00"}
    now = evening(date(2022, 8, 1))
    scope = scope_from(parameters, user=world[SUN], permission=Permission.VIEW_FIGURES, now=now)
    assert asked == [scope.known_at] == [evening(date(2022, 7, 1), hour=8)]
