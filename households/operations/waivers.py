"""Waivers: letting a condition of elimination pass for one case, with a name and a reason, and taking that back."""

from __future__ import annotations

from datetime import datetime

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


@transaction.atomic
def waive(*, case: Case, rule: str, reason: str, by: User, at: datetime) -> GateWaiver:
    """Let the condition pass for this case; never by who proposed its elimination."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    access.check(by, Permission.WAIVE_GATE_RULE, case.village_id, day_of(at))
    if rule not in CONDITIONS:
        raise Invalid(_("There is no condition “%(rule)s”.") % {"rule": rule[:40]}, field="rule")
    if Status(case.status) not in UNDER_MONITORING:
        raise Conflict(_("Conditions are waived while the household is monitored."), code="wrong_state")
    if _proposer(case) == by.pk:
        raise Conflict(
            _("You proposed the elimination. Another person decides whether a condition is waived."), code="same_person"
        )
    _check_reason(reason)
    waiver = GateWaiver(
        case=case,
        village_id=case.village_id,
        rule=rule,
        reason=reason.strip(),
        waived_on=day_of(at),
        waived_at=at,
        waived_by=by,
    )
    taken = Conflict(_("This condition is waived for the case already."), code="waived")
    if GateWaiver.objects.in_force().filter(case=case, rule=rule).exists():
        raise taken
    with refused_by("waiver_is_one_per_condition", taken):
        waiver.save(force_insert=True)
    _audit("gate.waived", waiver, by, at, waiver.reason)
    return waiver


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
    _audit("gate.waiver_withdrawn", waiver, by, at, waiver.withdrawal_reason)
    return waiver


def _proposer(case: Case) -> object:
    """Who proposed the elimination last, None while nobody has."""
    proposals = CaseEvent.objects.filter(case=case, kind=EventKind.ELIMINATION_PROPOSED).order_by("-sequence")
    return proposals.values_list("recorded_by", flat=True).first()


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Give the reason of the waiver."), field="reason")
    check_text(reason, field="reason")


def _audit(action: str, waiver: GateWaiver, by: User, at: datetime, reason: str) -> None:
    changes = {"case": str(waiver.case_id), "rule": waiver.rule, "reason": reason}
    place = waiver.village_id
    audit.write([audit.entry(action=action, subject=waiver, by=by, at=at, division_code=place, changes=changes)])
