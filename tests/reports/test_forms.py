"""The scope that parameters ask for: its days are settled by the same rules at every door."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accounts.permissions import Permission
from common.refusals import Invalid
from reports.forms import scope_from
from reports.query import Scope
from tests.cast import CITY, SUN, World, evening

NOW: datetime = evening(date(2022, 9, 5))
START = date(2022, 4, 1)


def asked(world: World, *, usual_start: date | None = START, **parameters: str) -> Scope:
    return scope_from(
        {"division": CITY, **parameters},
        user=world[SUN],
        permission=Permission.VIEW_FIGURES,
        now=NOW,
        usual_start=usual_start,
    )


def test_figures_count_from_the_usual_day_unless_another_is_asked_for(world: World):
    assert asked(world).period_start == START
    assert asked(world, period_start="2021-03-04").period_start == date(2021, 3, 4)
    assert asked(world, usual_start=None).period_start == date(2022, 1, 1)


def test_before_the_usual_day_the_period_begins_with_its_year(world: World):
    assert asked(world, as_of="2021-06-30").period_start == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("parameters", "code", "field"),
    [
        ({"as_of": "2022-09-06"}, "future", "as_of"),
        ({"known_at": "2022-09-06T00:00"}, "future", "known_at"),
        ({"period_start": "2022-09-06"}, "invalid_parameter", "period_start"),
        ({"as_of": "1948-01-01"}, "invalid_parameter", "as_of"),
    ],
)
def test_what_nobody_can_know_is_refused(world: World, parameters: dict[str, str], code: str, field: str):
    with pytest.raises(Invalid) as refusal:
        asked(world, **parameters)
    assert (refusal.value.stable_code, refusal.value.field) == (code, field)
