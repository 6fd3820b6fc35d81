"""Client systems of one's divisions: registered with an account and a posting, given another secret, closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import ClientSystem, User
from accounts.operations import clients
from accounts.operations.clients import Terms
from accounts.permissions import ApiScope, Role
from households.models import Division
from households.operations import accounts
from households.operations.accounts import FirstPosting, check_manages


@dataclass(frozen=True, slots=True)
class Registration:
    """A system to register: its client id, what it is called, where it works from when until when, and its scopes."""

    client_id: str
    name: str
    division: Division
    starts_on: date
    ends_on: date | None
    scopes: Collection[ApiScope]


def known_to(*, by: User, on: date) -> QuerySet[ClientSystem]:
    """The systems whose accounts `by` manages on that day."""
    return ClientSystem.objects.filter(user__in=accounts.known_to(by=by, on=on)).select_related("user", "application")


@transaction.atomic
def register(*, system: Registration, by: User, at: datetime) -> tuple[ClientSystem, str]:
    """
    The system with an account of its own, posted as an API client, and its secret, told this once; audited.

    Nobody signs in to the account by password. Conflict where the client id is taken; NotAllowed where `by` does not
    manage the people of the division.
    """
    user = accounts.open_with_posting(
        username=system.client_id,
        full_name=system.name,
        hashed_password=make_password(None),
        posting=FirstPosting(Role.CLIENT, system.division, system.starts_on, system.ends_on),
        by=by,
        at=at,
    )
    return clients.register(user=user, scopes=system.scopes, by=by, at=at)


@transaction.atomic
def rotate(*, client: ClientSystem, by: User, at: datetime) -> str:
    """Another secret, and no token that was got by the one before. NotAllowed where `by` does not manage it alone."""
    check_manages(user=client.user, by=by, at=at)
    return clients.rotate(client=client, by=by, at=at)


@transaction.atomic
def change(*, client: ClientSystem, terms: Terms, by: User, at: datetime, expected_version: int | None) -> ClientSystem:
    """Other scopes, addresses or key. NotAllowed where `by` does not manage the system alone."""
    check_manages(user=client.user, by=by, at=at)
    return clients.change(client=client, terms=terms, by=by, at=at, expected_version=expected_version)


@transaction.atomic
def set_open(*, client: ClientSystem, is_open: bool, by: User, at: datetime) -> ClientSystem:
    """Close the system, whose tokens end at once, or open it again; the secret stays. Audited."""
    accounts.set_open(user=client.user, is_open=is_open, by=by, at=at)
    if not is_open:
        clients.end_tokens(client=client, by=by, at=at)
    return client
