"""Finding the household or the village that a form asks for, without a script and without losing what was typed."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from accounts.models import User
from households.models import Household
from tests.cast import COUNTY, FAR_VILLAGE, LI, NEXT_VILLAGE, STRANGER, VILLAGE, ZHAO, World
from tests.pages import posted_to, signed_in

MARCH = date(2022, 3, 1)


def looked(user: User, address: str, text: str, **entered: str) -> str:
    """The page after somebody typed `text` into its finder and pressed Enter."""
    return signed_in(user).post(address, {"find": text, "asked": "", **entered}).content.decode()


def choice(key: object) -> str:
    """The button that chooses what was found."""
    return f'name="choose" value="{key}"'


def test_the_other_household_of_a_merge_is_found_by_name_and_chosen_and_the_day_stays(world: World):
    home, other = world.household(MARCH), world.household(MARCH)
    address = reverse("household-change", args=[home.pk, "merge"])
    found = looked(world[ZHAO], address, "张")
    assert choice(other.pk) in found
    assert choice(home.pk) not in found
    assert choice(other.pk) in looked(world[ZHAO], address, VILLAGE)
    assert "No other household is found by “赵钱孙”." in looked(world[ZHAO], address, "赵钱孙")
    entered = {"on": "2022-03-07", "find": "张", "asked": "张", "choose": str(other.pk), "seen_version": "1"}
    form = signed_in(world[ZHAO]).post(address, entered).context["form"]
    assert (form["into"].value(), form["on"].value()) == (str(other.pk), "2022-03-07")
    assert not form.is_bound


def test_a_household_that_is_not_seen_is_not_found(world: World):
    home, far = world.household(MARCH), world.household(MARCH, village=FAR_VILLAGE)
    address = reverse("household-change", args=[home.pk, "merge"])
    assert choice(far.pk) not in looked(posted_to(COUNTY), address, FAR_VILLAGE)
    assert signed_in(world[STRANGER]).post(address, {"find": "张"}).status_code == 404


def test_the_village_of_a_split_and_of_a_move_is_found_by_name_or_code(world: World):
    home = world.household(MARCH)
    for address in (reverse("household-change", args=[home.pk, "split"]), reverse("household-move", args=[home.pk])):
        assert choice(NEXT_VILLAGE) in looked(world[ZHAO], address, NEXT_VILLAGE)
        chosen = {"choose": NEXT_VILLAGE, "address": "12号", "seen_version": "1"}
        form = signed_in(world[ZHAO]).post(address, chosen).context["form"]
        assert (form["village"].value(), form["address"].value()) == (NEXT_VILLAGE, "12号")
    home.refresh_from_db()
    assert home.village_id == VILLAGE


def test_a_registration_offers_the_village_that_was_found_and_keeps_its_members(world: World):
    register = reverse("household-register")
    assert choice(NEXT_VILLAGE) in looked(world[LI], register, NEXT_VILLAGE)
    answer = signed_in(world[LI]).post(
        register, {"choose": NEXT_VILLAGE, "phone": "139", "rows": "4", "m1-name": "张四"}
    )
    form, people = answer.context["form"], answer.context["people"]
    assert [code for code, _name in form.fields["village"].choices] == [NEXT_VILLAGE]
    assert (form["phone"].value(), people[1]["name"].value()) == ("139", "张四")
    assert not Household.objects.exists()


def test_a_text_not_looked_for_yet_is_looked_for_before_anything_is_recorded(world: World):
    home = world.household(MARCH)
    address = reverse("household-move", args=[home.pk])
    whole = {"on": "2022-04-01", "village": NEXT_VILLAGE, "address": "", "seen_version": str(home.version)}
    assert signed_in(world[ZHAO]).post(address, {**whole, "find": "某村"}).status_code == 200
    home.refresh_from_db()
    assert home.village_id == VILLAGE
