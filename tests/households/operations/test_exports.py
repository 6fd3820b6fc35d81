"""Every list that leaves the system is written down."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import AuditEvent
from common.refusals import Invalid, NotAllowed
from households.operations import exports
from households.operations.exports import Export
from tests.cast import CITY, STRANGER, SUN, ZHOU, World, evening

AT = evening(date(2022, 9, 5))


def taken(purpose: str) -> Export:
    """Three households of the city."""
    return Export("households", CITY, {"status": "eliminated"}, 3, purpose)


def test_an_export_is_kept_with_its_purpose_its_parameters_and_how_many_rows_it_took(world: World):
    exports.record(export=taken(" 月度抽查 "), by=world[SUN], at=AT)
    event = AuditEvent.objects.get(action="export")
    assert (event.actor, event.at, event.subject_kind, event.subject_id) == (world[SUN], AT, "division", CITY)
    assert event.division_code == CITY
    assert event.changes == {
        "list": "households",
        "purpose": "月度抽查",
        "rows": 3,
        "parameters": {"status": "eliminated"},
    }


@pytest.mark.parametrize("purpose", ["", "   ", "长" * 201])
def test_without_a_purpose_that_can_be_read_nothing_leaves(world: World, purpose: str):
    with pytest.raises(Invalid) as refusal:
        exports.record(export=taken(purpose), by=world[SUN], at=AT)
    assert refusal.value.field == "purpose"
    assert not AuditEvent.objects.filter(action="export").exists()


@pytest.mark.parametrize("who", [ZHOU, STRANGER])
def test_who_may_not_read_records_takes_none_along(world: World, who: str):
    with pytest.raises(NotAllowed):
        exports.record(export=taken("抽查"), by=world[who], at=AT)


@pytest.mark.parametrize(("status", "purpose"), [("\x00", "抽查"), ("eliminated", "抽\x00查")])
def test_characters_that_cannot_be_kept_are_refused(world: World, status: str, purpose: str):
    with pytest.raises(Invalid):
        exports.record(export=Export("households", CITY, {"status": status}, 3, purpose), by=world[SUN], at=AT)
