"""What a source demands of the records: exactly the figures that a reconciliation can judge."""

from demo.rules.demands import demands_of, left_out_of
from reports.indicators import Basis
from reports.readings import Misfit
from reports.rules.sources import parse_source

HEADER = """\
source: {id: invented, title: a, publisher: b, published_on: 2024-12-31, division: '6201',
  as_of: 2022-09-05, period_start: 2022-01-01}
figures:
"""
HOUSEHOLD, PERSON = (Basis.HOUSEHOLD,), (Basis.PERSON,)


def source(*figures: str):
    return parse_source(HEADER + "".join(f"  - {{{figure}, step: 0}}\n" for figure in figures), name="invented.yaml")


def test_what_no_record_can_give_is_left_out_with_its_reason():
    read = source(
        "id: monitoring.total.households, value: 10, unit: household",
        "id: monitoring.total.persons, value: 30, unit: person, basis: household",
        "id: monitoring.new.persons, value: 3, unit: yuan",
        "id: elimination.rate, value: 1, unit: fraction",
        "id: funds.arrived, value: 7, unit: yuan",
        "id: rainfall.days, value: 4, unit: day",
    )
    assert [demand.figure for demand in demands_of(read)] == ["monitoring.total.households"]
    assert [(figure.id, asked.misfit) for figure, asked in left_out_of(read)] == [
        ("monitoring.total.persons", Misfit.BASIS),
        ("monitoring.new.persons", Misfit.UNIT),
        ("elimination.rate", Misfit.UNIT),
        ("funds.arrived", Misfit.NOT_KEPT),
        ("rainfall.days", Misfit.UNKNOWN),
    ]


def test_a_rate_of_open_basis_had_best_hold_both_ways_and_a_count_as_its_unit_says():
    read = source(
        "id: elimination.rate, value: 60, unit: percent",
        "id: measures.coverage_rate, value: 60, unit: percent, basis: person",
        "id: measures.public_post.persons, value: 7, unit: person, basis: unstated",
        "id: measures.landed, value: 70, unit: measure",
    )
    assert [demand.readings for demand in demands_of(read)] == [
        ((Basis.HOUSEHOLD, Basis.PERSON), HOUSEHOLD, PERSON),
        (PERSON,),
        (PERSON, HOUSEHOLD),
        ((Basis.MEASURE,),),
    ]


def test_of_many_counts_of_open_basis_only_four_are_read_both_ways():
    names = ("health", "industry", "employment", "education", "finance", "water")
    read = source(*(f"id: measures.{name}.households, value: 7, unit: household, basis: unstated" for name in names))
    assert [len(demand.readings) for demand in demands_of(read)] == [2, 2, 2, 2, 1, 1]


def test_long_numbers_are_told_with_every_digit():
    (demand,) = demands_of(source("id: monitoring.total.persons, value: 100000000000000000001, unit: person"))
    assert demand.printed == "100,000,000,000,000,000,001"
