"""Rows made behind every operation, one valid row of each kind, for tests of what the database itself refuses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from oauth2_provider.models import Application

from accounts.models import ClientSystem, KeptAnswer, RecoveryCode, SavedView, Seal, SecondFactor
from assistance.models import Measure
from exchange.models import ExternalKey
from households.models import (
    Assignment,
    Case,
    CaseEvent,
    CaseRisk,
    CaseSpan,
    Clue,
    Conflict,
    Deadline,
    DeadlinePause,
    Escalation,
    Finding,
    GateWaiver,
    HouseholdLink,
    HouseholdMove,
    IncomeSurvey,
    MemberCondition,
    Membership,
    MonitoringLine,
    Posting,
    RiskFinding,
    Standard,
    Visit,
    VisitPhoto,
)
from tests.cast import CITY, LI, NEXT_VILLAGE, VILLAGE, World, evening

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))
NO_KEY = uuid.UUID(int=0)
NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)


@dataclass
class Rows:
    """One valid row of each kind."""

    world: World
    case: Case
    closed: Case
    measure: Measure


def copy(row: models.Model, **changed: object) -> None:
    """Insert the row once more, under another key, with something changed."""
    row = type(row)._base_manager.get(pk=row.pk)
    row.pk = uuid.uuid4() if isinstance(row._meta.pk, models.UUIDField) else None
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def change(row: models.Model, **changed: object) -> None:
    """Change the stored row behind every operation."""
    type(row)._base_manager.filter(pk=row.pk).update(**changed)


def survey(rows: Rows, **changed: object) -> None:
    given: dict[str, Any] = {"occasion": "yearly", "surveyed_on": MAY, "period_from": MARCH, "period_to": APRIL}
    IncomeSurvey.objects.create(
        **{**given, **changed},
        household=rows.case.household,
        village_id=VILLAGE,
        household_size=3,
        recorded_at=NOON,
        recorded_by=rows.world[LI],
    )


def risk(rows: Rows, **changed: object) -> None:
    CaseRisk.objects.create(**{"case": rows.case, "position": 2, "risk": "accident", **changed})


def line(**changed: object) -> None:
    given = {"division_id": CITY, "valid_from": MARCH, "amount": Decimal(6500), "source": "甘肃省"}
    MonitoringLine.objects.create(**{**given, **changed})


def posting(rows: Rows, **changed: object) -> None:
    given = {"user": rows.world[LI], "role": "client", "division_id": CITY, "starts_on": APRIL}
    Posting.objects.create(**{**given, **changed})


def standard(rows: Rows, **changed: object) -> Standard:
    given = {"kind": "lateness", "code": "reported", "valid_from": MARCH, "value": {"days": 9}, "source": "甘肃省"}
    return Standard.objects.create(**{**given, **changed}, recorded_at=NOON, recorded_by=rows.world[LI])


def waiver(rows: Rows, **changed: object) -> GateWaiver:
    given = {"case": rows.case, "village_id": VILLAGE, "rule": "has_labour", "reason": "兜底", "waived_on": MARCH}
    return GateWaiver.objects.create(**{**given, **changed}, waived_at=NOON, waived_by=rows.world[LI])


def risk_finding(rows: Rows, **changed: object) -> RiskFinding:
    given = {"case": rows.case, "village_id": VILLAGE, "risk": "illness", "state": "gone", "found_on": MAY}
    return RiskFinding.objects.create(**{**given, **changed}, recorded_at=NOON, recorded_by=rows.world[LI])


def assignment(rows: Rows, **changed: object) -> Assignment:
    home = rows.case.household
    given = {"household": home, "village_id": home.village_id, "user": rows.world[LI], "starts_on": MARCH}
    return Assignment.objects.create(**{**given, **changed}, recorded_at=NOON, recorded_by=rows.world[LI])


def link(rows: Rows, **changed: object) -> HouseholdLink:
    given = {"kind": "merge", "from_household": rows.case.household, "to_household": rows.closed.household}
    told = {"linked_on": MARCH, "recorded_at": NOON, "recorded_by": rows.world[LI]}
    return HouseholdLink.objects.create(**{**given, **told, **changed})


def move(rows: Rows, **changed: object) -> HouseholdMove:
    given = {"household": rows.case.household, "from_village_id": VILLAGE, "to_village_id": NEXT_VILLAGE}
    told = {"moved_on": MAY, "recorded_at": NOON, "recorded_by": rows.world[LI]}
    return HouseholdMove.objects.create(**{**given, **told, **changed})


def head(rows: Rows) -> Membership:
    return rows.case.household.memberships.get(relationship="head")


def other(rows: Rows) -> Membership:
    return rows.case.household.memberships.filter(relationship="other").first()


def deadline(rows: Rows) -> Deadline:
    return rows.case.deadlines.get(clock="before_elimination")


def pause(rows: Rows, **changed: object) -> None:
    given = {"reason": "住院", "starts_on": MARCH, "paused_at": NOON, "paused_by": rows.world[LI]}
    DeadlinePause.objects.create(**{**given, **changed}, deadline=deadline(rows), village_id=VILLAGE)


def resumed(rows: Rows) -> dict[str, object]:
    return {"resumed_at": NOON, "resumed_by": rows.world[LI]}


def told(rows: Rows) -> None:
    Escalation.objects.create(deadline=deadline(rows), village_id=VILLAGE, level="county", due_on=MAY, at=NOON)


def visit(rows: Rows, **changed: object) -> Visit:
    home = {"household": rows.case.household, "village_id": VILLAGE, "visited_by": rows.world[LI]}
    return Visit.objects.create(**{**home, "purpose": "routine", "happened_at": NOON, "received_at": NOON, **changed})


def photograph(visited: Visit, *, times: int) -> None:
    for _ in range(times):
        VisitPhoto.objects.create(visit=visited, village_id=VILLAGE, position=1, width=1, height=1, size=1)


def span(rows: Rows) -> CaseSpan:
    return rows.case.spans.get(recorded__upper_inf=True, valid__upper_inf=True)


def second_episode(rows: Rows) -> Case:
    copy(rows.case, episode=2, status="refused")
    return rows.case.household.cases.get(episode=2)


def event(rows: Rows) -> CaseEvent:
    return rows.case.events.get(kind="identified")


def condition(rows: Rows, **changed: object) -> None:
    given = {"member": other(rows).member, "valid_from": APRIL, "recorded_at": NOON, "recorded_by": rows.world[LI]}
    MemberCondition.objects.create(**{**given, **changed})


def finding(rows: Rows, **changed: object) -> None:
    given = {"rule": "household_without_head", "severity": "block", "household": rows.case.household}
    Finding.objects.create(**{**given, "village_id": VILLAGE, "opened_at": NOON, **changed})


def clue(rows: Rows, **changed: object) -> None:
    given = {"household": rows.case.household, "village_id": VILLAGE, "cause": "dropout", "fingerprint": "f"}
    Clue.objects.create(**{**given, "proposed_at": NOON, **changed})


def conflict(rows: Rows, **changed: object) -> None:
    given = {"household": rows.case.household, "village_id": VILLAGE, "fields": ["phone"], "based_on": 1}
    sent = {"sent_by": rows.world[LI], "sent_at": NOON, "values_token": b""}
    Conflict.objects.create(**{**given, **sent, **changed})


def dismissed(rows: Rows) -> dict[str, object]:
    return {"state": "dismissed", "decided_at": NOON, "decided_by": rows.world[LI], "reason": "误报"}


def seal(**changed: object) -> None:
    """The first seal over one row of the trail."""
    given: dict[str, Any] = {"number": 1, "sealed_at": NOON, "digest": "d", "last_row": 1, "settled": 0}
    Seal.objects.create(**{**given, "rows": [1], "digests": ["d"], **changed})


def second_factor(rows: Rows, **changed: object) -> SecondFactor:
    """Confirmed by a code."""
    given = {
        "user": rows.world[LI],
        "key": b"k",
        "begun_at": evening(MAY),
        "confirmed_at": evening(MAY),
        "last_step": 1,
    }
    return SecondFactor.objects.create(**{**given, **changed})


def recovery_code(factor: SecondFactor) -> None:
    RecoveryCode.objects.create(factor=factor, digest="d")


def saved_view(rows: Rows, **changed: object) -> None:
    given = {"user": rows.world[LI], "page": "households", "name": "一户", "saved_at": NOON}
    SavedView.objects.create(**{**given, **changed})


def client(rows: Rows, **changed: object) -> None:
    user = rows.world[LI]
    application = Application.objects.create(user=user, client_id="x")
    given = {"user": user, "application": application, "scopes": ["records:read"], "registered_at": NOON}
    ClientSystem.objects.create(**{**given, "secret_made_at": NOON, **changed})


def answer(rows: Rows) -> None:
    KeptAnswer.objects.create(user=rows.world[LI], key="k", call="c", begun_at=NOON)


def external_key(rows: Rows, **changed: object) -> None:
    home = rows.case.household_id
    given = {"namespace": "civil", "value": "A-1", "kind": "household", "record": home, "household_id": home}
    ExternalKey.objects.create(**{**given, "recorded_at": NOON, "recorded_by": rows.world[LI], **changed})
