"""Sign-ins of a demonstration: as many people as it takes to lead a case from a clue to an eliminated risk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import SecondFactor, User
from accounts.operations import second_factors, users
from accounts.permissions import ROLES, Role
from common.names import Name
from demo.models import Demonstration
from demo.operations import entrusting
from households.models import Division
from households.operations import people
from households.rules.levels import CODE_LENGTHS, Level, below

PASSWORD = "shouwang-demo"  # noqa: S105 (printed for everyone: it opens synthetic records only)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who can sign in as what, and where."""

    username: str
    role: Role
    division: Division

    @property
    def role_name(self) -> Name:
        """The role in the reader's language."""
        return ROLES[self.role]


# (user name, role, posted to the whole division or to its largest part)
CAST = (
    ("supervisor", Role.SUPERVISOR, True),
    ("county", Role.SUPERVISOR, False),
    ("caseworker", Role.CASEWORKER, False),
    ("verifier", Role.CASEWORKER, False),
    ("convener", Role.CONVENER, False),
    ("reviewer", Role.REVIEWER, False),
    ("approver", Role.APPROVER, False),
    ("administrator", Role.ADMINISTRATOR, True),
    ("client", Role.CLIENT, True),
)


@transaction.atomic
def open_all(*, demonstration: Demonstration, at: datetime) -> list[SignIn]:
    """Open the accounts, or bring them back to signing in by the password that is printed, and by nothing else.

    Conflict where a name belongs to an account that is not a demonstration's.
    """
    refuse_taken()
    whole = demonstration.division
    part = largest_part(whole)
    hashed = make_password(PASSWORD)
    opened, accounts = [], {}
    for username, role, is_whole in CAST:
        division = whole if is_whole else part
        user = _account(username, ROLES[role].zh, hashed, at)
        people.post_from_console(
            user=user,
            role=role,
            division=division,
            starts_on=demonstration.period_start,
            by=users.system_account(),
            at=at,
        )
        opened.append(SignIn(username, role, division))
        accounts[username] = user
    entrusting.entrust_some(
        user=accounts["caseworker"], part=part, by=accounts["supervisor"], on=demonstration.as_of, at=at
    )
    return opened


def refuse_taken() -> None:
    """Conflict where somebody else has the name of an account of demonstrations: nobody is locked out."""
    names = [username for username, _role, _is_whole in CAST]
    taken = User.objects.filter(username__in=names, is_demonstration=False).order_by("username").first()
    if taken is not None:
        raise users.name_taken(taken.username)


def _account(username: str, full_name: str, hashed: str, at: datetime) -> User:
    by = users.system_account()
    held = User.objects.filter(username=username).first()
    if held is None:
        return users.open_account(
            username=username, full_name=full_name, hashed_password=hashed, by=by, at=at, is_demonstration=True
        )
    users.change_account(user=held, changes={"is_active": True}, by=by, at=at)
    if SecondFactor.objects.guards(held):
        second_factors.reset(user=held, by=by, at=at)
    return users.change_password(user=held, hashed_password=hashed, by=by, at=at)


def listed(demonstration: Demonstration) -> list[SignIn]:
    """The accounts of a demonstration."""
    part = largest_part(demonstration.division)
    return [SignIn(username, role, demonstration.division if whole else part) for username, role, whole in CAST]


def largest_part(division: Division) -> Division:
    """The division next below that has the most villages; itself where there is none below."""
    level = below(division.level)
    if level is None:
        return division
    codes = Division.objects.under(division.code).at_level(Level.VILLAGE).values_list("code", flat=True)
    villages = Counter(code[: CODE_LENGTHS[level]] for code in codes)
    if not villages:
        return division
    return Division.objects.get(pk=max(sorted(villages), key=villages.__getitem__))
