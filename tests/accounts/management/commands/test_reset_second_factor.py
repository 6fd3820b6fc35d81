"""Whoever runs commands on the server helps an administrator who has lost phone and recovery codes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, SecondFactor
from accounts.operations import users
from common.commands import CouldNotRun
from tests.cast import LI, World
from tests.reading import said


def test_the_account_signs_in_by_the_password_alone_and_the_trail_says_so(world: World):
    SecondFactor.objects.create(
        user=world[LI], key=b"k", begun_at=timezone.now(), confirmed_at=timezone.now(), last_step=1
    )
    assert said("reset_second_factor", username=LI) == (0, "li.mei signs in by the password alone.\n")
    assert not SecondFactor.objects.exists()
    row = AuditEvent.objects.get(action="second_factor.reset")
    assert (row.subject_id, row.actor) == (str(world[LI].pk), users.system_account())


@pytest.mark.parametrize(("username", "sentence"), [("nobody", "There is no account nobody"), (LI, "no second factor")])
def test_an_account_without_one_and_a_name_of_nobody_are_told(world: World, username: str, sentence: str):
    with pytest.raises(CouldNotRun, match=sentence):
        said("reset_second_factor", username=username)
