"""What people record at the exit gate of a case, and what the page of the case then tells."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import Case, GateWaiver, RiskFinding
from tests.cast import CHEN, LI, SUN, World, fresh
from tests.pages import posted_to, signed_in

MARCH = date(2022, 3, 1)


@pytest.fixture
def case(world: World) -> Case:
    monitored = fresh(world.monitored(MARCH))
    world.with_gate()
    return monitored


def page(client, case: Case) -> str:
    return client.get(f"/cases/{case.pk}/").content.decode()


def test_the_page_of_a_case_says_from_the_first_day_what_stands_in_the_way(world, case):
    text = page(signed_in(world[LI]), case)
    assert "What still stands between this household and elimination" in text
    assert "7 conditions are open." in text
    assert "Land a measure that answers: illness." in text
    assert "not official" in text
    assert "Waive this condition" not in text  # a caseworker waives nothing


def test_the_page_of_the_past_and_of_an_eliminated_case_has_no_gate(world, case):
    client = signed_in(world[LI])
    assert "gate-list" not in client.get(f"/cases/{case.pk}/?known_at=2100-01-01T00:00").content.decode()
    world.without_gate()
    assert "gate-list" not in page(client, world.eliminated(MARCH, date(2022, 4, 1)))


def test_a_caseworker_records_what_was_found_of_a_risk(world, case):
    client = signed_in(world[LI])
    answer = client.post(
        reverse("risk-assess", args=[case.pk]),
        {"risk": "illness", "state": "present", "on": "2022-04-01", "note": "仍在治疗"},
    )
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.pk}/#gate")
    assert RiskFinding.objects.get().note == "仍在治疗"
    text = page(client, case)
    assert "Go on until these are found gone: illness." in text
    assert "What was found of the risk is recorded." in text


@pytest.mark.parametrize("entered", [{}, {"risk": "magic", "state": "gone", "on": "2022-04-01"}, {"risk": "illness"}])
def test_what_cannot_be_read_is_refused_with_a_sentence(world, case, entered):
    assert signed_in(world[LI]).post(reverse("risk-assess", args=[case.pk]), entered).status_code == 400


def test_a_supervisor_waives_a_condition_and_an_approver_takes_that_back(world, case):
    client = signed_in(world[SUN])
    client.post(reverse("gate-waive", args=[case.pk]), {"rule": "risks_answered", "reason": "自然好转"})
    text = page(client, case)
    assert "6 conditions are open." in text
    assert "自然好转" in text
    waiver = GateWaiver.objects.get()
    approver = signed_in(world[CHEN])
    assert "Withdraw the waiver" in page(approver, case)
    entered = {"reason": "复发", "version": "1"}
    assert approver.post(reverse("gate-waiver-withdraw", args=[waiver.pk]), entered).status_code == 302
    assert "7 conditions are open." in page(approver, case)
    assert approver.post(reverse("gate-waiver-withdraw", args=[waiver.pk]), entered).status_code == 412


def test_whose_postings_do_not_reach_the_case_finds_nothing(world, case):
    stranger = signed_in(posted_to("620122"))
    GateWaiver.objects.create(
        case=case,
        village_id=case.village_id,
        rule="has_labour",
        reason="x",
        waived_on=MARCH,
        waived_at="2022-03-01T00:00Z",
        waived_by=world[SUN],
    )
    for name, key in (("risk-assess", case.pk), ("gate-waive", case.pk)):
        assert stranger.post(reverse(name, args=[key]), {}).status_code == 404
    assert stranger.post(reverse("gate-waiver-withdraw", args=[GateWaiver.objects.get().pk]), {}).status_code == 404
