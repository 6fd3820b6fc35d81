"""Pages that put a case right: the day of a step, and from a day on another type or other risks."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from households.models import Case
from tests.cast import CHEN, SUN, WAY_TO_MONITORED, ZHAO, World, fresh
from tests.pages import signed_in

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


@pytest.fixture
def case(world: World) -> Case:
    """Monitored since April."""
    return world.steps(world.report(world.household(MARCH), MARCH), WAY_TO_MONITORED, APRIL)


def number_of(case: Case, kind: str) -> int:
    return case.events.get(kind=kind).sequence


def correct(client: Client, case: Case, kind: str, **typed: str):
    sent = {"on": "2022-05-01", "reason": "会议记录载明", "version": str(fresh(case).version), **typed}
    return client.post(f"/cases/{case.pk}/events/{number_of(case, kind)}/day/", sent)


def change_class(client: Client, case: Case, **typed: object):
    sent = {"on": "2022-05-01", "household_type": "sudden", "risks": ["accident"], "version": str(fresh(case).version)}
    return client.post(f"/cases/{case.pk}/class/", sent | typed)


def test_the_history_leads_a_supervisor_to_each_step_and_to_nothing_that_follows_from_elsewhere(world, case):
    page = signed_in(world[SUN]).get(f"/cases/{case.pk}/").content.decode()
    assert f"/cases/{case.pk}/events/{number_of(case, 'identified')}/day/" in page
    assert page.count("/day/") == case.events.exclude(kind="household_changed").count()
    assert "/day/" not in signed_in(world[CHEN]).get(f"/cases/{case.pk}/").content.decode()


def test_a_day_that_was_written_down_wrong_is_put_right_and_says_so_in_the_history(world, case):
    client = signed_in(world[SUN])
    opened = client.get(f"/cases/{case.pk}/events/{number_of(case, 'identified')}/day/")
    assert opened.context["form"]["on"].value() == APRIL
    answer = correct(client, case, "identified")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}/#history")
    assert fresh(case).identified_on == MAY
    assert "会议记录载明" in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_day_out_of_the_order_of_the_steps_is_refused_at_its_field(world, case):
    answer = correct(signed_in(world[SUN]), case, "identified", on="2022-02-01")
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["on"]
    assert fresh(case).identified_on == APRIL


def test_what_changed_meanwhile_is_shown_before_a_day_is_put_right(world, case):
    answer = correct(signed_in(world[SUN]), case, "identified", version="1")
    assert answer.status_code == 412
    assert fresh(case).identified_on == APRIL


def test_only_steps_have_a_day_that_is_put_right(world, case):
    assert signed_in(world[SUN]).get(f"/cases/{case.pk}/events/999/day/").status_code == 404


def test_type_and_risks_change_from_a_day_on(world, case):
    client = signed_in(world[ZHAO])
    opened = client.get(f"/cases/{case.pk}/class/").context["form"]
    assert (opened["household_type"].value(), opened["risks"].value()) == (
        case.household_type,
        [row.risk for row in case.risks.all()],
    )
    answer = change_class(client, case)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}/")
    found = fresh(case)
    assert (found.household_type, [row.risk for row in found.risks.all()]) == ("sudden", ["accident"])
    assert [str(span.valid.lower) for span in found.spans.known_at(None).filter(household_type="sudden")] == [
        "2022-05-01"
    ]


def test_a_risk_that_is_not_said_in_full_is_refused_where_it_was_entered(world, case):
    answer = change_class(signed_in(world[ZHAO]), case, risks=["other"])
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["risks"]
    assert fresh(case).household_type == case.household_type


def test_who_may_review_finds_the_page_on_that_of_an_open_case_alone(world, case):
    address = f"/cases/{case.pk}/class/"
    assert address in signed_in(world[ZHAO]).get(f"/cases/{case.pk}/").content.decode()
    assert address not in signed_in(world[SUN]).get(f"/cases/{case.pk}/").content.decode()
    assert "Change type or risks" in signed_in(world[ZHAO]).get(address).content.decode()
