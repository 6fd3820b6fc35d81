"""Plans meet every figure of their source, refuse what cannot be met, and are the same for the same seed."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from demo.rules.plan import Unsatisfiable, plan_records
from reports.rules.sources import parse_source
from tests.demo.rules.counting import figures_of, unmet
from tests.demo.rules.sources import VILLAGES, source_of

ROOT = Path(__file__).parents[3]
LANZHOU = ROOT / "data" / "published-lanzhou-2022-09-05.yaml"


@pytest.fixture(scope="module")
def lanzhou():
    return parse_source(LANZHOU.read_text(encoding="utf-8"), name=LANZHOU.name)


@pytest.fixture(scope="module")
def lanzhou_plan(lanzhou):
    return plan_records(lanzhou, villages=VILLAGES, seed=1)


def planned(*figures, seed=1, **dates):
    source = source_of(*figures, **dates)
    plan = plan_records(source, villages=VILLAGES, seed=seed)
    assert unmet(plan, source) == []
    return figures_of(plan.households, source.period_start, source.as_of), plan


def refused(*figures, **dates):
    with pytest.raises(Unsatisfiable) as caught:
        plan_records(source_of(*figures, **dates), villages=VILLAGES, seed=1)
    return caught.value


def test_lanzhou_is_met_to_the_household_and_the_person(lanzhou, lanzhou_plan):
    counts = figures_of(lanzhou_plan.households, lanzhou.period_start, lanzhou.as_of)
    wanted = {
        "monitoring.total.households": 958,
        "monitoring.total.persons": 3248,
        "monitoring.new.households": 31,
        "monitoring.new.persons": 142,
        "elimination.households": 658,
        "elimination.persons": 2192,
        "monitoring.current.households": 300,
        "measures.industry.households": 530,
        "measures.employment.households": 392,
        "measures.education.households": 215,
        "measures.health.households": 679,
        "measures.social_security.households": 650,
        "measures.public_post.households": 137,
        "measures.minimum_per_household": 3,
    }
    assert {name: counts[name] for name in wanted} == wanted
    assert unmet(lanzhou_plan, lanzhou) == []


def test_lanzhou_reads_its_rate_by_person_and_says_why(lanzhou_plan):
    (chosen,) = lanzhou_plan.choice.unknowns
    assert (chosen.figure, chosen.basis) == ("elimination.rate", "person")
    assert (chosen.low, chosen.high, chosen.chosen) == (2191, 2194, 2192)
    by_household, by_person = chosen.readings
    assert (by_household.part, by_household.whole, by_household.fits) == (658, 958, False)
    assert (by_person.part, by_person.whole, by_person.fits) == (2192, 3248, True)
    for said in (chosen.sentence.zh, chosen.sentence.en, lanzhou_plan.choice.sentence.en):
        assert "658/958 = 68.68 %" in said
        assert "2,191" in said
        assert "2,194" in said
        assert "2,192" in said


def test_households_are_in_villagers_committees_only(lanzhou_plan):
    assert {household.village for household in lanzhou_plan.households} == {
        "620121101200",
        "620121101201",
        "620122100399",
    }


def test_where_there_are_no_villagers_committees_all_villages_serve():
    plan = plan_records(source_of(("monitoring.total.households", 40)), villages=["620102001001"], seed=1)
    assert {household.village for household in plan.households} == {"620102001001"}


@pytest.mark.parametrize(("villages", "sentence"), [([], "no villages"), (["6201"], "6201 is not a 12-digit")])
def test_villages_that_are_none_are_refused(villages, sentence):
    with pytest.raises(ValueError, match=sentence):
        plan_records(source_of(("monitoring.total.households", 4)), villages=villages, seed=1)


ANOTHER_CITY = (
    ("monitoring.total.households", 1510),
    ("monitoring.total.persons", 5321),
    ("monitoring.unstable.households", 600),
    ("monitoring.unstable.persons", 2300),
    ("monitoring.marginal.households", 700),
    ("monitoring.marginal.persons", 2300),
    ("monitoring.sudden.households", 210),
    ("monitoring.new.households", 90),
    ("monitoring.new.persons", 333),
    ("elimination.households", 900),
    ("elimination.rate", 59.60, "step: 0.01, basis: household"),
    ("elimination.natural.households", 77),
    ("elimination.natural.persons", 200),
    ("elimination.new.households", 400),
    ("elimination.assisted.persons", 3000),
    ("monitoring.no_labour.households", 101),
    ("risks.illness.households", 801),
    ("risks.illness.persons", 2801),
    ("risks.schooling.persons", 900),
    ("risks.disability.households", 300, "at_least: true"),
    ("measures.health.households", 1000),
    ("measures.health.persons", 3500),
    ("measures.education.persons", 1500),
    ("measures.compulsory_education.households", 150),
    ("measures.compulsory_education.persons", 700),
    ("measures.any.households", 1500),
    ("measures.coverage_rate", 99, "step: 1"),
    ("measures.three_or_more.persons", 4000),
    ("measures.landed", 5000),
    ("measures.average_per_household", 3.3, "step: 0.1"),
)


def test_another_city_with_every_kind_of_figure_is_met():
    counts, _ = planned(*ANOTHER_CITY, as_of="2023-06-30", period_start="2023-01-01")
    assert counts["elimination.assisted.households"] == 823
    assert counts["monitoring.sudden.persons"] == 721


def test_totals_alone_are_enough_and_every_household_then_has_three_measures():
    counts, plan = planned(("monitoring.total.households", 120), ("monitoring.total.persons", 400))
    assert counts["measures.three_or_more.households"] == 120
    assert plan.choice.unknowns == ()


def test_eliminated_and_a_rate_are_enough():
    counts, plan = planned(("elimination.households", 60), ("elimination.rate", 75, "step: 1, basis: household"))
    assert 79 <= counts["monitoring.total.households"] <= 80
    assert [unknown.figure for unknown in plan.choice.unknowns] == [
        "monitoring.total.households",
        "monitoring.total.persons",
    ]


def test_persons_alone_are_enough():
    counts, _ = planned(("monitoring.total.persons", 340))
    assert 70 <= counts["monitoring.total.households"] <= 140


def test_a_register_can_be_empty():
    counts, _ = planned(("monitoring.total.households", 0))
    assert counts["monitoring.total.persons"] == 0


def test_households_without_any_measure_follow_the_printed_count():
    counts, _ = planned(("monitoring.total.households", 50), ("measures.any.households", 20))
    assert counts["measures.three_or_more.households"] == 20


def test_a_minimum_that_is_printed_exactly_is_reached():
    counts, _ = planned(("monitoring.total.households", 50), ("measures.minimum_per_household", 2))
    assert counts["measures.minimum_per_household"] == 2


def test_a_rate_that_holds_on_both_bases_is_made_to_hold_on_both():
    _, plan = planned(
        ("monitoring.total.households", 100), ("monitoring.total.persons", 300), ("elimination.rate", 50, "step: 1")
    )
    rate = plan.choice.unknowns[0]
    assert [reading.fits for reading in rate.readings] == [True, True]


def test_all_categories_and_all_risks_printed_leave_no_way_out_and_are_met():
    categories = "industry employment public_post education health social_security housing water finance social"
    rest = "relocation living_conditions infrastructure insurance relief compulsory_education"
    risks = (
        "illness schooling disability natural_disaster accident failed_business unstable_work no_labour "
        "unsafe_housing unsafe_water other"
    )
    planned(
        ("monitoring.total.households", 66),
        *((f"measures.{name}.households", 5) for name in f"{categories} {rest}".split()),
        *((f"risks.{name}.households", 6) for name in risks.split()),
        ("measures.any.households", 66),
    )


ONE_BASIS = "step: 0.1, basis: household"


@pytest.mark.parametrize(
    ("figures", "conflict"),
    [
        (
            [
                ("monitoring.total.households", 958),
                ("monitoring.total.persons", 3248),
                ("monitoring.new.households", 31),
                ("elimination.households", 658),
                ("elimination.rate", 67.5, ONE_BASIS),
            ],
            {"monitoring.total.households", "elimination.households", "elimination.rate"},
        ),
        (
            [("monitoring.total.households", 10), ("monitoring.new.households", 11), ("monitoring.total.persons", 30)],
            {"monitoring.total.households", "monitoring.new.households"},
        ),
        (
            [("monitoring.total.households", 10), ("monitoring.total.persons", 9)],
            {"monitoring.total.households", "monitoring.total.persons"},
        ),
        (
            [("monitoring.total.households", 10), ("monitoring.total.persons", 151)],
            {"monitoring.total.households", "monitoring.total.persons"},
        ),
        (
            [("monitoring.total.households", 10), ("measures.health.households", 11)],
            {"monitoring.total.households", "measures.health.households"},
        ),
        (
            [
                ("monitoring.total.households", 10),
                ("monitoring.unstable.households", 5),
                ("monitoring.marginal.households", 4),
                ("monitoring.sudden.households", 2),
            ],
            {
                "monitoring.total.households",
                "monitoring.unstable.households",
                "monitoring.marginal.households",
                "monitoring.sudden.households",
            },
        ),
        (
            [("measures.landed", 20), ("monitoring.total.households", 10), ("measures.minimum_per_household", 3)],
            {"measures.landed", "monitoring.total.households", "measures.minimum_per_household"},
        ),
        ([("elimination.rate", 150, "step: 1")], {"elimination.rate"}),
        (
            [("measures.education.households", 4), ("measures.compulsory_education.households", 5)],
            {"measures.education.households", "measures.compulsory_education.households"},
        ),
    ],
)
def test_figures_that_conflict_are_named_and_no_others(figures, conflict):
    error = refused(*figures)
    assert set(error.figures) == conflict
    assert len(error.figures) == len(conflict)
    for name in conflict:
        assert name in str(error)
        assert name in error.sentence.zh


def test_a_source_without_monitoring_figures_is_refused_with_advice():
    error = refused(("water.households", 7045))
    assert error.figures == ()
    assert "monitoring.total.households" in str(error)


@pytest.mark.parametrize(
    ("figures", "conflict"),
    [
        (
            [("monitoring.total.households", 5), ("monitoring.total.persons", 500)],
            {"monitoring.total.households", "monitoring.total.persons"},
        ),
        (
            [("monitoring.total.households", 500), ("monitoring.total.persons", 5)],
            {"monitoring.total.households", "monitoring.total.persons"},
        ),
        ([("monitoring.total.households", 958), ("monitoring.total.persons", 10**29)], {"monitoring.total.persons"}),
        ([("monitoring.total.households", 3_000_001)], {"monitoring.total.households"}),
        ([("measures.landed", 10**29), ("monitoring.total.households", 9)], {"measures.landed"}),
    ],
    ids=["too many persons", "too few persons", "persons beyond count", "households beyond count", "too many measures"],
)
def test_figures_far_beyond_any_register_are_refused_by_name(figures, conflict):
    assert set(refused(*figures).figures) == conflict


def test_sizes_at_the_ends_of_what_a_household_can_be_are_met():
    planned(("monitoring.total.households", 5), ("monitoring.total.persons", 75))
    planned(("monitoring.total.households", 5), ("monitoring.total.persons", 5))


def test_a_count_of_unstated_basis_is_read_as_its_unit_says_where_records_can_meet_it_so():
    total = ("monitoring.total.households", 100)
    counts, plan = planned(total, ("measures.health.households", 80, "basis: unstated"))
    chosen = plan.choice.unknowns[0]
    assert (counts["measures.health.households"], chosen.basis, chosen.chosen) == (80, "household", 80)
    assert "as its unit says" in chosen.sentence.en
    plan = plan_records(
        source_of(total, ("measures.health.households", 120, "basis: unstated")), villages=VILLAGES, seed=1
    )
    chosen = plan.choice.unknowns[0]
    assert (chosen.basis, chosen.low, chosen.high, chosen.chosen) == ("person", 120, 120, 120)
    assert "no records can meet it as its unit says" in chosen.sentence.en
    assert figures_of(plan.households, date(2022, 1, 1), date(2022, 9, 5))["measures.health.persons"] == 120


def test_another_seed_gives_other_records_with_the_same_figures():
    figures = (("monitoring.total.households", 30), ("monitoring.total.persons", 100))
    (one, first), (other, second) = planned(*figures, seed=1), planned(*figures, seed=2)
    assert first.households != second.households
    assert one["monitoring.total.persons"] == other["monitoring.total.persons"] == 100


@pytest.mark.parametrize("hash_seed", ["1", "2", "4242"])
def test_the_same_seed_gives_the_same_records_in_another_process(lanzhou_plan, hash_seed):
    program = (
        "from pathlib import Path\n"
        "from demo.rules.plan import plan_records\n"
        "from reports.rules.sources import parse_source\n"
        f"source = parse_source(Path({str(LANZHOU)!r}).read_text(encoding='utf-8'), name='x')\n"
        f"print(ascii(plan_records(source, villages={VILLAGES!r}, seed=1).households))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == ascii(lanzhou_plan.households)
