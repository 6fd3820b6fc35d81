"""Waivers: letting a condition of elimination pass for one case, with a name and a reason, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.constraints import refused_by
from common.fitting import check_text
from common.moments import day_of
from common.refusals import Conflict, Invalid
from common.versions import check_version
from households import access
from households.models import Case, CaseEvent, GateWaiver
from households.rules.gate import CONDITIONS
from households.rules.history import EventKind
from households.workflow import UNDER_MONITORING, Status

ROWS_A_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class Waiving:
    """The condition `rule` shall pass for `case`."""

    case: Case
    rule: str
    reason: str
    by: User
    at: datetime


def waive(*, case: Case, rule: str, reason: str, by: User, at: datetime) -> GateWaiver:
    """Let the condition pass for this case; never by who proposed its elimination."""
    return waive_all(waivings=[Waiving(case, rule, reason, by, at)])[0]


@transaction.atomic
def waive_all(*, waivings: Sequence[Waiving]) -> list[GateWaiver]:
    """Let conditions pass, all or none; five queries, however many."""
    desk = access.Desk()
    keys = {each.case.pk for each in waivings}
    locked = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    cases = {case.pk: case for case in locked}
    proposers = _proposers(keys)
    held = set(GateWaiver.objects.in_force().filter(case__in=keys).values_list("case_id", "rule"))
    rows = []
    for each in waivings:
        case = cases[each.case.pk]
        desk.check(each.by, Permission.WAIVE_GATE_RULE, case.village_id, day_of(each.at))
        _check(each, case, proposers.get(case.pk))
        if (case.pk, each.rule) in held:
            raise _taken()
        held.add((case.pk, each.rule))
        rows.append(_row(each, case))
    with refused_by("waiver_is_one_per_condition", _taken()):
        GateWaiver.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    audit.write(_entry("gate.waived", row, row.waived_by, row.waived_at, row.reason) for row in rows)
    return rows


@transaction.atomic
def withdraw(*, waiver: GateWaiver, reason: str, by: User, at: datetime, expected_version: int | None) -> GateWaiver:
    """The condition counts again for this case; the waiver stays in the record."""
    waiver = GateWaiver.objects.select_for_update(of=("self",), no_key=True).get(pk=waiver.pk)
    access.check(by, Permission.WAIVE_GATE_RULE, waiver.village_id, day_of(at))
    check_version(waiver, expected_version)
    if waiver.withdrawn_at is not None:
        raise Conflict(_("The waiver was withdrawn."), code="wrong_state")
    _check_reason(reason)
    waiver.withdrawn_at, waiver.withdrawal_reason = at, reason.strip()
    waiver.version += 1
    waiver.save(update_fields=("withdrawn_at", "withdrawal_reason", "version"))
    audit.write([_entry("gate.waiver_withdrawn", waiver, by, at, waiver.withdrawal_reason)])
    return waiver


def _proposers(keys: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who proposed the elimination of each case last."""
    proposals = CaseEvent.objects.filter(case__in=list(keys), kind=EventKind.ELIMINATION_PROPOSED)
    return dict(proposals.order_by("sequence").values_list("case_id", "recorded_by_id"))


def _check(each: Waiving, case: Case, proposer: UUID | None) -> None:
    if each.rule not in CONDITIONS:
        raise Invalid(_("There is no condition “%(rule)s”.") % {"rule": each.rule[:40]}, field="rule")
    if Status(case.status) not in UNDER_MONITORING:
        raise Conflict(_("Conditions are waived while the household is monitored."), code="wrong_state")
    if proposer == each.by.pk:
        raise Conflict(
            _("You proposed the elimination. Another person decides whether a condition is waived."), code="same_person"
        )
    _check_reason(each.reason)


def _row(each: Waiving, case: Case) -> GateWaiver:
    return GateWaiver(
        case=case,
        village_id=case.village_id,
        rule=each.rule,
        reason=each.reason.strip(),
        waived_on=day_of(each.at),
        waived_at=each.at,
        waived_by=each.by,
    )


def _taken() -> Conflict:
    return Conflict(_("This condition is waived for the case already."), code="waived")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Give the reason of the waiver."), field="reason")
    check_text(reason, field="reason")


def _entry(action: str, waiver: GateWaiver, by: User, at: datetime, reason: str) -> audit.AuditEvent:
    changes = {"case": str(waiver.case_id), "rule": waiver.rule, "reason": reason}
    return audit.entry(action=action, subject=waiver, by=by, at=at, division_code=waiver.village_id, changes=changes)
