"""Who is responsible for the households of a demonstration, and the visits that these people made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from accounts.operations import users
from accounts.permissions import Role
from common.ids import new_id
from demo.rules.records import PlannedHousehold
from households.models import Division, Household
from households.operations import assignments, people, visits
from households.operations.visits import Logged, Submission
from households.rules.levels import below

# So many households are shown as those of the caseworker who signs in.
ENTRUSTED = 25
MORNING, EVENING = time(10), time(18)


def responsible_in(division: Division, since: date, at: datetime) -> dict[str, User]:
    """An account for each part of the division, by the part's code, of somebody who visits households there."""
    level = below(division.level)
    parts = list(Division.objects.under(division.code).at_level(level).order_by("code")) if level else [division]
    found = {}
    for part in parts or [division]:
        account = _account(f"demonstration.{part.code}", f"演示帮扶责任人（{part.name}）", at)
        people.post_from_console(
            user=account, role=Role.CASEWORKER, division=part, starts_on=since, by=users.system_account(), at=at
        )
        found[part.code] = account
    return found


def entrust(
    *,
    pairs: Sequence[tuple[PlannedHousehold, Household]],
    responsible: Mapping[str, User],
    by: User,
    on: date,
) -> None:
    """Each household gets its part's responsible person from that day on, who made the visits of its history."""
    homes: dict[str, list[Household]] = {}
    for _each, home in pairs:
        homes.setdefault(_part(home.village_id, responsible), []).append(home)
    for code, entrusted in homes.items():
        assignments.assign_all(households=entrusted, user=responsible[code], starts_on=on, by=by, at=_at(on, EVENING))
    visits.log_all(logs=list(_visits(pairs, responsible)))


def entrust_some(*, user: User, part: Division, by: User, on: date, at: datetime) -> None:
    """Some monitored households of the part become those of `user`, so that signing in shows work of one's own."""
    rows = Household.objects.there().under(part.code).filter(cases__status="monitored", is_synthetic=True)
    chosen = list(rows.order_by("village_id", "phone", "pk")[:ENTRUSTED])
    if chosen:
        assignments.assign_all(households=chosen, user=user, starts_on=on, by=by, at=at)


def _visits(pairs: Sequence[tuple[PlannedHousehold, Household]], responsible: Mapping[str, User]) -> Iterator[Logged]:
    for each, home in pairs:
        who = responsible[_part(home.village_id, responsible)]
        for told in each.visits:
            sent = Submission(new_id(), home, told.purpose, _at(told.on, MORNING), findings=told.findings)
            yield Logged(sent, who, _at(told.on, EVENING))


def _part(village: str, responsible: Mapping[str, User]) -> str:
    return next(code for code in responsible if village.startswith(code))


def _account(username: str, full_name: str, at: datetime) -> User:
    held: User | None = User.objects.filter(username=username).first()
    if held is not None and not held.is_demonstration:
        raise users.name_taken(username)
    return held or users.open_account(
        username=username,
        full_name=full_name,
        hashed_password=make_password(None),
        by=users.system_account(),
        at=at,
        is_demonstration=True,
    )


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
