"""A document number is shown in full to who may see it, for a reason, once, and the audit trail tells of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.models import AuditEvent
from common.refusals import Invalid, NotAllowed, NotFound
from households.models import Membership
from households.operations import numbers
from tests.cast import CHEN, FAR_VILLAGE, LI, STRANGER, VILLAGE, World, evening

APRIL = date(2022, 4, 1)


@pytest.fixture
def head(world: World) -> Membership:
    """The head of a household; the first number of the tests' nobody."""
    return world.household(APRIL).memberships.get(relationship="head")


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world[name])
    return client


def test_the_number_is_told_and_the_reason_kept(world: World, head: Membership):
    number = numbers.unmask(membership=head, reason=" 核对医保 ", by=world[CHEN], at=evening(APRIL))
    assert (len(number), number[:6]) == (18, "629999")
    event = AuditEvent.objects.get(action="number.shown")
    assert (event.actor, event.subject_id, event.division_code) == (world[CHEN], str(head.member_id), VILLAGE)
    assert event.changes == {"reason": "核对医保", "household": str(head.household_id)}
    assert number not in str(event.changes)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_without_a_reason_nothing_is_told(world: World, head: Membership, reason: str):
    with pytest.raises(Invalid) as refusal:
        numbers.unmask(membership=head, reason=reason, by=world[CHEN], at=evening(APRIL))
    assert refusal.value.field == "reason"
    assert not AuditEvent.objects.filter(action="number.shown").exists()


def test_a_caseworker_may_not(world: World, head: Membership):
    with pytest.raises(NotAllowed):
        numbers.unmask(membership=head, reason="核对", by=world[LI], at=evening(APRIL))


def test_who_has_no_number_is_told_so(world: World, head: Membership):
    type(head.member).objects.filter(pk=head.member_id).update(document_token=None, document_hash=None)
    head.member.refresh_from_db()
    with pytest.raises(NotFound):
        numbers.unmask(membership=head, reason="核对", by=world[CHEN], at=evening(APRIL))


def test_the_page_shows_it_once_and_offers_it_to_none_else(world: World, head: Membership):
    number = numbers.unmask(membership=head, reason="核对", by=world[CHEN], at=evening(APRIL))
    page, address = f"/households/{head.household_id}/", f"/members/{head.pk}/number/"
    chen, li = signed_in(world, CHEN), signed_in(world, LI)
    assert address in chen.get(page).content.decode()
    assert address not in li.get(page).content.decode()
    shown = chen.post(address, {"reason": "核对"})
    part = chen.post(address, {"reason": "核对"}, headers={"hx-request": "true"})
    assert number in shown.content.decode()
    assert number in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert number not in chen.get(page).content.decode()
    assert (chen.get(address).status_code, li.post(address, {"reason": "核对"}).status_code) == (405, 403)


def test_a_reason_that_is_refused_stays_in_the_form(world: World, head: Membership):
    chen, address, long = signed_in(world, CHEN), f"/members/{head.pk}/number/", "核" * 201
    whole = chen.post(address, {"reason": long})
    part = chen.post(address, {"reason": long}, headers={"hx-request": "true"})
    assert (whole.status_code, part.status_code) == (400, 200)
    for answer in (whole, part):
        assert f'value="{long}"' in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()
    assert not AuditEvent.objects.filter(action="number.shown").exists()


def test_the_api_tells_it_for_a_reason(world: World, head: Membership):
    number = numbers.unmask(membership=head, reason="核对", by=world[CHEN], at=evening(APRIL))
    address, chen = f"/api/v1/members/{head.pk}/number", signed_in(world, CHEN)
    answer = chen.post(address, {"reason": "核对"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"id": str(head.pk), "number": number})
    assert answer.headers["Cache-Control"] == "no-store"
    assert chen.post(address, {}, content_type="application/json").status_code == 400
    assert signed_in(world, LI).post(address, {"reason": "x"}, content_type="application/json").status_code == 403


def test_of_another_county_there_is_nobody(world: World):
    far = world.household(APRIL, village=FAR_VILLAGE).memberships.get(relationship="head")
    world[STRANGER].postings.create(role="approver", division_id="620121", starts_on=date(2020, 1, 1))
    reader = signed_in(world, STRANGER)
    assert reader.post(f"/members/{far.pk}/number/", {"reason": "核对"}).status_code == 404
    answer = reader.post(f"/api/v1/members/{far.pk}/number", {"reason": "核对"}, content_type="application/json")
    assert answer.status_code == 404
