"""The migration that finds certificates by the identity number within them."""

from datetime import date
from importlib import import_module

from django.apps import apps

from common.crypto import encrypt, keyed_hash
from households.models import Member

NUMBER = "629999197505050019"


def hashes(members: list[Member]) -> list[bytes]:
    """What each is found by."""
    return [bytes(Member.objects.get(pk=member.pk).document_hash) for member in members]


def test_a_certificate_gets_the_hash_of_its_number_and_a_second_person_keeps_the_old_one(world):
    home = world.household(date(2022, 3, 1), persons=1)
    card, *held = [home.memberships.get().member, *(world.join(home, date(2022, 3, 2)) for _number in range(2))]
    (found_by,) = hashes([card])
    numbers = [NUMBER + "42", NUMBER + "4201"]
    for number, member in zip(numbers, held, strict=True):
        Member.objects.filter(pk=member.pk).update(document_token=encrypt(number), document_hash=keyed_hash(number))
    import_module("households.migrations.0005_one_hash_a_person").hash_bodies(apps, None)
    now = hashes(held)
    assert now.count(keyed_hash(NUMBER)) == 1
    assert [
        hashed in {keyed_hash(NUMBER), keyed_hash(number)} for hashed, number in zip(now, numbers, strict=True)
    ] == [
        True,
        True,
    ]
    assert hashes([card]) == [found_by]
