"""Setting what holds in a division, and what holds where nothing is set."""

from datetime import date

import pytest
from django.utils import translation

from accounts.models import AuditEvent, User
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.models import Division, Standard
from households.operations import standards
from households.rules.standards import Kind, defaults
from tests.cast import CITY, COUNTY, FAR_VILLAGE, LI, VILLAGE, ZHOU, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


def lateness(world: World, days: int = 9, **changed: object) -> Standard:
    given = {
        "kind": Kind.LATENESS,
        "code": "reported",
        "division": Division.objects.get(pk=CITY),
        "valid_from": APRIL,
        "value": {"days": days},
        "source": "兰州市通知",
        "is_official": True,
        "by": world[ZHOU],
        "at": evening(MARCH),
    }
    return standards.set_value(**{**given, **changed})


def days(place: str, on: date) -> int:
    return standards.in_force(kind=Kind.LATENESS, division=place, on=on)["reported"].value["days"]


def test_what_ships_holds_where_nothing_is_set(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        held = standards.in_force(kind=Kind.CLOCK, division=VILLAGE, on=MAY)
    assert set(held) == set(defaults(Kind.CLOCK))
    verify = held["verify"]
    assert (verify.value["length"], verify.is_official, verify.valid_from, verify.is_shipped) == (5, True, None, True)


def test_a_division_sets_its_own_from_a_day_on_for_itself_and_all_below(world):
    lateness(world, 9)
    lateness(world, 7, division=Division.objects.get(pk=COUNTY), valid_from=MAY)
    assert [days(VILLAGE, day) for day in (MARCH, APRIL, MAY)] == [15, 9, 7]
    assert [days(FAR_VILLAGE, day) for day in (MARCH, APRIL, MAY)] == [15, 9, 9]
    held = standards.in_force(kind=Kind.LATENESS, division=VILLAGE, on=APRIL)["reported"]
    assert (str(held.source), held.is_official, held.valid_from, held.division) == ("兰州市通知", True, APRIL, CITY)
    with translation.override("en"):
        assert str(held.name) == "clue reported"


def test_a_book_is_read_once_for_all_divisions_and_kinds(world, django_assert_num_queries):
    lateness(world, 9)
    with django_assert_num_queries(1):
        book = standards.Book(Kind.LATENESS, Kind.CLOCK)
        found = [book.in_force(Kind.LATENESS, place, APRIL)["reported"].value for place in (VILLAGE, FAR_VILLAGE, "62")]
        assert book.in_force(Kind.CLOCK, VILLAGE, APRIL)["verify"].is_shipped
    assert found == [{"days": 9}, {"days": 9}, {"days": 15}]


def test_setting_and_changing_leave_audit_rows_with_what_was_before(world):
    made = lateness(world, 9)
    lateness(world, 8, expected_version=1)
    first, second = AuditEvent.objects.filter(action="standard.set").order_by("id")
    assert (first.subject_id, first.actor, first.division_code) == (str(made.pk), world[ZHOU], CITY)
    assert first.changes["value"] == [None, {"days": 9}]
    assert second.changes["value"] == [{"days": 9}, {"days": 8}]
    assert second.changes["valid_from"] == "2022-04-01"
    assert Standard.objects.filter(kind=Kind.LATENESS).count() == 1


def test_a_change_says_which_version_it_is_based_on(world):
    lateness(world)
    with pytest.raises(VersionMissing):
        lateness(world, 8)
    with pytest.raises(Stale):
        lateness(world, 8, expected_version=2)
    assert days(VILLAGE, APRIL) == 9


def test_a_withdrawn_standard_holds_nowhere_and_stays_in_the_history(world):
    made = lateness(world)
    standards.withdraw(standard=made, reason="文号写错", by=world[ZHOU], at=evening(APRIL), expected_version=1)
    assert days(VILLAGE, MAY) == 15
    [row] = standards.history(kind=Kind.LATENESS, code="reported", division=VILLAGE)
    assert (row.withdrawal_reason, row.withdrawn_at, row.value) == ("文号写错", evening(APRIL), {"days": 9})
    trail = AuditEvent.objects.get(action="standard.withdrawn")
    assert (trail.changes["value"], trail.changes["reason"]) == ([{"days": 9}, None], "文号写错")
    lateness(world, 8)  # the day is free again
    assert days(VILLAGE, MAY) == 8
    with pytest.raises(Conflict):
        standards.withdraw(standard=made, reason="再次", by=world[ZHOU], at=evening(APRIL), expected_version=2)


def test_a_withdrawal_has_a_reason_and_a_version(world):
    made = lateness(world)
    with pytest.raises(Invalid):
        standards.withdraw(standard=made, reason=" ", by=world[ZHOU], at=evening(APRIL), expected_version=1)
    with pytest.raises(VersionMissing):
        standards.withdraw(standard=made, reason="误", by=world[ZHOU], at=evening(APRIL), expected_version=None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": {"days": 0}}, "days"),
        ({"value": {"days": 5, "hours": 1}}, "hours"),
        ({"code": "dance"}, "code"),
        ({"source": " "}, "source"),
        ({"source": "长" * 301}, "source"),
        ({"note": "\0"}, "note"),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(world, changed, field):
    with pytest.raises(Invalid) as refusal:
        lateness(world, **changed)
    assert refusal.value.field == field
    assert Standard.objects.filter(kind=Kind.LATENESS).count() == 0


def test_only_who_administers_the_division_sets_anything_there(world):
    made = lateness(world)
    with pytest.raises(NotAllowed):
        lateness(world, by=world[LI])
    with pytest.raises(NotAllowed):
        lateness(world, division=Division.objects.get(pk="62"))
    with pytest.raises(NotAllowed):
        standards.withdraw(standard=made, reason="误", by=world[LI], at=evening(APRIL), expected_version=1)


def test_what_holds_everywhere_is_set_by_who_manages_the_whole_site(world):
    with pytest.raises(NotAllowed):
        lateness(world, division=None)
    lateness(world, 11, division=None, by=User.objects.create(username="root", is_superuser=True))
    assert [days(place, APRIL) for place in (VILLAGE, "62")] == [11, 11]
