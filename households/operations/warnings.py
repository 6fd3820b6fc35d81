"""Warnings: proposing clues from what is recorded of many households, and deciding on one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import update_all
from common.fitting import check_text
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case, Clue, Household
from households.operations import cases, risks
from households.operations.home_facts import Lines
from households.operations.home_signs import home_signs
from households.operations.quality import batches
from households.operations.standards import Book
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType
from households.rules.gate import RiskState
from households.rules.procedure import LONGEST_TEXT, ClueSource
from households.rules.standards import Kind
from households.rules.warnings import ClueState, Sign, signs
from households.workflow import OPEN, UNDER_MONITORING, Status

ROWS_A_STATEMENT = 1000
LONGEST_REASON = 500
# One run at a time proposes.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('clues from records'))"


@dataclass(slots=True)
class Proposed:
    """How many households were looked at, and how many clues were opened, have new evidence, or lapsed."""

    households: int = 0
    opened: int = 0
    renewed: int = 0
    lapsed: int = 0


def propose(*, under: str, on: date, at: datetime) -> Proposed:
    """Propose clues for all households of a division (of everywhere where `under` is empty); repeating changes nothing.

    Each thousand households is a transaction of its own: what was done when the run is cut off stays done.
    """
    return _propose(Household.objects.under(under) if under else Household.objects.all(), on, at)


def propose_in(*, villages: Collection[str], on: date, at: datetime) -> Proposed:
    """The same for all households of these villages."""
    return _propose(Household.objects.filter(village__in=villages), on, at)


@transaction.atomic
def accept(
    *,
    clue: Clue,
    household_type: HouseholdType,
    risk: RiskFound,
    by: User,
    at: datetime,
    expected_version: int | None,
    told: str = "",
) -> Clue:
    """The clue is right: it is reported as a case, or its risk added to the case of a household that is monitored."""
    clue = _locked(clue, by, at, expected_version)
    case = Case.objects.filter(household=clue.household_id, status__in=sorted(OPEN)).first()
    why = " ".join(filter(None, (clue.sentence, told.strip())))
    if case is not None and Status(case.status) in UNDER_MONITORING:
        risks.assess(case=case, risk=risk.risk, state=RiskState.NEW, on=day_of(at), by=by, at=at, note=why[:500])
    else:
        case = cases.report(
            household=clue.household,
            household_type=household_type,
            risks=[risk],
            on=day_of(at),
            by=by,
            at=at,
            source=ClueSource(clue.source),
            told=why[:LONGEST_TEXT],
        )
    clue.case = case
    return _decide(clue, ClueState.ACCEPTED, told.strip()[:LONGEST_REASON], by, at)


@transaction.atomic
def dismiss(*, clue: Clue, reason: str, by: User, at: datetime, expected_version: int | None) -> Clue:
    """The clue is not right: it does not come back for the same cause and evidence, but does for new evidence."""
    clue = _locked(clue, by, at, expected_version)
    if not reason.strip():
        raise Invalid(_("Give the reason why the clue is dismissed."), field="reason")
    check_text(reason, field="reason", most=LONGEST_REASON)
    return _decide(clue, ClueState.DISMISSED, reason.strip(), by, at)


def _locked(clue: Clue, by: User, at: datetime, expected_version: int | None) -> Clue:
    home = Household.objects.select_for_update(no_key=True).get(pk=clue.household_id)
    row: Clue = Clue.objects.select_for_update(of=("self",), no_key=True).get(pk=clue.pk)
    access.check(by, Permission.REPORT_CASE, row.village_id, day_of(at), row.household_id)
    check_version(row, expected_version)
    if row.state != ClueState.OPEN:
        raise Conflict(_("The clue was decided before: %(state)s.") % {"state": row.state_name}, code="wrong_state")
    row.household = home
    return row


def _decide(clue: Clue, state: ClueState, reason: str, by: User, at: datetime) -> Clue:
    clue.state, clue.reason, clue.decided_at, clue.decided_by = state.value, reason, max(at, clue.proposed_at), by
    clue.version += 1
    clue.save(update_fields=("state", "reason", "decided_at", "decided_by", "case", "version"))
    told = {"household": str(clue.household_id), "cause": clue.cause, "reason": reason, "case": str(clue.case_id or "")}
    entry = audit.entry(
        action=f"clue.{state.value}", subject=clue, by=by, at=at, division_code=clue.village_id, changes=told
    )
    audit.write([entry])
    return clue


class _Settings:
    """The warning rules of each village on a day, read once."""

    def __init__(self, on: date) -> None:
        self._on, self._book = on, Book(Kind.WARNING)
        self._found: dict[str, Mapping[str, Mapping[str, Any]]] = {}

    def of(self, village: str) -> Mapping[str, Mapping[str, Any]]:
        """The values that hold in a village, by code."""
        if village not in self._found:
            held = self._book.in_force(Kind.WARNING, village, self._on)
            self._found[village] = {code: each.value for code, each in held.items()}
        return self._found[village]


def _propose(households: QuerySet[Household], on: date, at: datetime) -> Proposed:
    settings, lines, proposed = _Settings(on), Lines(), Proposed()
    for keys in batches(households):
        _propose_for(keys, on, at, settings, lines, proposed)
    return proposed


@transaction.atomic
def _propose_for(
    keys: Sequence[UUID], on: date, at: datetime, settings: _Settings, lines: Lines, proposed: Proposed
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    held = list(Household.objects.there().filter(pk__in=keys).order_by("pk"))
    found = home_signs(households=held, on=on, lines=lines)
    villages = {home.pk: home.village_id for home in held}
    wanted = {
        (key, sign.cause.value): sign for key, home in found.items() for sign in signs(home, settings.of(villages[key]))
    }
    rows = list(Clue.objects.filter(household__in=keys).exclude(state=ClueState.LAPSED.value))
    settled = {(row.household_id, row.cause, row.fingerprint) for row in rows if row.state != ClueState.OPEN}
    standing = {(row.household_id, row.cause): row for row in rows if row.state == ClueState.OPEN}
    wanted = {key: sign for key, sign in wanted.items() if (*key, sign.fingerprint) not in settled}
    proposed.households += len(held)
    proposed.opened += _open(wanted, standing, villages, at)
    proposed.renewed += _renew(wanted, standing, villages)
    proposed.lapsed += _lapse([row.pk for key, row in standing.items() if key not in wanted], at)


Key = tuple[UUID, str]


def _open(wanted: Mapping[Key, Sign], standing: Mapping[Key, Clue], villages: Mapping[UUID, str], at: datetime) -> int:
    new = [
        Clue(
            household_id=key[0],
            village_id=villages[key[0]],
            cause=sign.cause.value,
            fingerprint=sign.fingerprint,
            facts=sign.facts,
            proposed_at=at,
        )
        for key, sign in wanted.items()
        if key not in standing
    ]
    return len(Clue.objects.bulk_create(new, batch_size=ROWS_A_STATEMENT))


def _renew(wanted: Mapping[Key, Sign], standing: Mapping[Key, Clue], villages: Mapping[UUID, str]) -> int:
    """An open clue follows the evidence and its household's village."""
    changed = []
    for key, row in standing.items():
        sign = wanted.get(key)
        if sign is not None and (row.facts, row.village_id) != (sign.facts, villages[key[0]]):
            row.facts, row.fingerprint, row.village_id = sign.facts, sign.fingerprint, villages[key[0]]
            row.version += 1
            changed.append(row)
    update_all(changed, ("facts", "fingerprint", "village", "version"))
    return len(changed)


def _lapse(keys: Sequence[UUID], at: datetime) -> int:
    gone = Clue.objects.filter(pk__in=keys)
    return gone.update(state=ClueState.LAPSED.value, decided_at=at) if keys else 0
