"""Finding the household or the village that a form asks for, without a script."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from tests.cast import FAR_VILLAGE, LI, NEXT_VILLAGE, STRANGER, VILLAGE, ZHAO, World
from tests.pages import read, signed_in

MARCH = date(2022, 3, 1)


def test_the_other_household_of_a_merge_is_found_by_name_and_chosen(world: World):
    home, other = world.household(MARCH), world.household(MARCH)
    client, address = signed_in(world[ZHAO]), reverse("household-change", args=[home.pk, "merge"])
    found = read(client, f"{address}?find=张")
    assert f"?into={other.pk}" in found.links
    assert f"?into={home.pk}" not in found.links
    assert client.get(f"{address}?into={other.pk}").context["form"]["into"].value() == str(other.pk)
    assert f"?into={other.pk}" in read(client, f"{address}?find={VILLAGE}").links
    assert "No other household is found by “赵钱孙”." in client.get(f"{address}?find=赵钱孙").content.decode()


def test_a_household_that_is_not_seen_is_not_found(world: World):
    home, far = world.household(MARCH), world.household(MARCH, village=FAR_VILLAGE)
    client = signed_in(world[LI])
    assert f"?into={far.pk}" not in client.get(reverse("household", args=[home.pk])).content.decode()
    other = signed_in(world[STRANGER]).get(reverse("household-change", args=[home.pk, "merge"]), {"find": "张"})
    assert other.status_code == 404


def test_the_village_of_a_split_and_of_a_registration_is_found_by_name_or_code(world: World):
    home = world.household(MARCH)
    client, split = signed_in(world[ZHAO]), reverse("household-change", args=[home.pk, "split"])
    assert f"?village={NEXT_VILLAGE}" in read(client, f"{split}?find={NEXT_VILLAGE}").links
    assert client.get(f"{split}?village={NEXT_VILLAGE}").context["form"]["village"].value() == NEXT_VILLAGE
    register = reverse("household-register")
    assert f"?division={NEXT_VILLAGE}" in read(signed_in(world[LI]), f"{register}?find={NEXT_VILLAGE}").links
    form = signed_in(world[LI]).get(f"{register}?division={NEXT_VILLAGE}").context["form"]
    assert [code for code, _name in form.fields["village"].choices] == [NEXT_VILLAGE]
