"""An item of a batch is read as what its sender means, or refused with the field that is at fault."""

import pytest

from exchange.rules.intake import item_of
from exchange.rules.kinds import KINDS, KindCode, values_of
from exchange.rules.outcomes import Item, Outcome
from exchange.rules.reading import HERE

VISIT = {"household": "0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11", "purpose": "日常走访"}


def visit(happened_at: str, **more: object) -> Item | Outcome:
    return item_of(0, {"kind": "visit", "values": {**VISIT, "happened_at": happened_at}, **more})


def test_a_moment_with_its_offset_is_taken_wherever_the_device_stands():
    read = visit("2022-04-01T04:00:00+02:00", made_at="2022-04-01T02:05:00Z")
    assert isinstance(read, Item)
    assert read.values["happened_at"].astimezone(HERE).isoformat() == "2022-04-01T10:00:00+08:00"
    assert read.made_at is not None
    assert read.made_at.astimezone(HERE).isoformat() == "2022-04-01T10:05:00+08:00"


@pytest.mark.parametrize("told", ["2022-04-01T10:00:00", "2022-04-01 10:00", "2022-04-01"])
def test_a_moment_without_its_offset_is_refused_by_its_name(told):
    for name, read in (("happened_at", visit(told)), ("made_at", visit("2022-04-01T10:00:00Z", made_at=told))):
        assert isinstance(read, Outcome)
        assert (read.status, read.code, read.field) == (400, "no_offset", name)


def test_a_cell_of_a_sheet_is_of_the_clocks_here():
    read = values_of(KINDS[KindCode.VISIT], {**VISIT, "happened_at": "2022-04-01 10:00"})
    assert read["happened_at"].isoformat() == "2022-04-01T10:00:00+08:00"
