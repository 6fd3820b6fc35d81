"""One's own webhooks on pages: the key shown once, the messages with their state, and what can be done."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from exchange.models import Delivery, Subscription
from exchange.operations import subscriptions
from households.models import Division
from tests.cast import BUREAU, COUNTY, LI, OTHER_COUNTY, World
from tests.pages import posted_to, read, signed_in

pytestmark = pytest.mark.django_db
SENT = {"division": COUNTY, "address": "https://bureau.example.org/changes", "kinds": ["households", "cases"]}


@pytest.fixture
def client() -> Client:
    return signed_in(World.begin()[BUREAU])


@pytest.fixture
def held(client: Client) -> Subscription:
    """The bureau's subscription with one message that was given up."""
    by = User.objects.get(username=BUREAU)
    place = Division.objects.get(pk=COUNTY)
    now = timezone.now()
    made, _key = subscriptions.subscribe(
        division=place, kinds=["households"], address="https://a.example/", by=by, at=now
    )
    Delivery.objects.create(
        subscription=made,
        position=7,
        kind="households",
        record="r",
        state="given_up",
        attempts=9,
        answer="HTTP 503",
        queued_at=now,
        next_at=now,
        ended_at=now,
    )
    return made


def test_subscribing_shows_the_key_once_and_the_list_afterwards(client: Client):
    told = client.post("/profile/webhooks/", SENT).content.decode()
    made = Subscription.objects.get()
    (key,) = subscriptions.keys_of(made, timezone.now()).values()
    assert key in told
    again = client.get("/profile/webhooks/").content.decode()
    assert key not in again
    assert made.address in again
    assert made.kinds == ["households", "cases"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"division": "99"}, "There is no division of this code."),
        ({"address": "ftp://x"}, "Give an address such as"),
        ({"division": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(client: Client, changed, sentence: str):
    answer = client.post("/profile/webhooks/", SENT | changed)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Subscription.objects.exists()


def test_who_is_posted_elsewhere_is_refused(client: Client):
    other = signed_in(posted_to(OTHER_COUNTY))
    assert "holds no posting" in other.post("/profile/webhooks/", SENT).content.decode()


def test_messages_stand_with_their_state_and_are_sent_once_more(client: Client, held: Subscription):
    page = read(client, f"/profile/webhooks/{held.pk}/")
    assert page.rows[1][1:4] == ["given up", "9", "HTTP 503"]
    assert page.inline == []
    assert len(read(client, f"/profile/webhooks/{held.pk}/", {"state": "delivered"}).rows) == 0
    message = Delivery.objects.get()
    assert client.post(f"/profile/webhooks/messages/{message.pk}/replay/").status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)


def test_it_is_paused_gone_on_with_given_another_key_and_ended(client: Client, held: Subscription):
    address = f"/profile/webhooks/{held.pk}"
    assert client.post(f"{address}/pause/", {"version": 1}).status_code == 302
    assert client.post(f"{address}/resume/", {"version": 2}).status_code == 302
    told = client.post(f"{address}/rotate/", {"version": 3}).content.decode()
    held.refresh_from_db()
    assert subscriptions.keys_of(held, timezone.now())[held.key_name] in told
    assert client.post(f"{address}/end/", {"version": 4}).status_code == 302
    assert client.post(f"{address}/pause/", {"version": 5}).status_code == 409
    assert client.post(f"{address}/sell/", {"version": 5}).status_code == 404


def test_nobody_else_sees_it(client: Client, held: Subscription):
    other = signed_in(User.objects.get(username=LI))
    assert other.get(f"/profile/webhooks/{held.pk}/").status_code == 404
    assert held.address not in other.get("/profile/webhooks/").content.decode()
    assert other.post(f"/profile/webhooks/messages/{Delivery.objects.get().pk}/replay/").status_code == 404


def test_subscriptions_that_go_on_stand_before_those_that_have_ended(client: Client, held: Subscription):
    told = {"subscription": held, "by": held.owner, "at": timezone.now(), "expected_version": 1}
    subscriptions.end(**told)
    client.post("/profile/webhooks/", SENT)
    shown = [row[0] for row in read(client, "/profile/webhooks/").rows[1:]]
    assert shown == [SENT["address"], "https://a.example/"]
