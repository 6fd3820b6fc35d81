"""Where a role may be held."""

import pytest

from accounts.permissions import Role
from households.rules.postings import may_be_held

PROVINCE_TO_VILLAGE = ["62", "6201", "620121", "620121100", "620121100201"]


@pytest.mark.parametrize(
    ("role", "held"),
    [
        (Role.APPROVER, [True, True, True, False, False]),
        (Role.REVIEWER, [True, True, True, True, False]),
        (Role.CONVENER, [True] * 5),
        (Role.CASEWORKER, [True] * 5),
        (Role.ADMINISTRATOR, [True] * 5),
    ],
)
def test_what_is_decided_above_is_not_decided_below(role: Role, held: list[bool]):
    assert [may_be_held(role, code) for code in PROVINCE_TO_VILLAGE] == held
