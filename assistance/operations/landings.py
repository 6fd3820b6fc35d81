"""Landings: many measures land at once, and what was told to have landed in error is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from accounts.operations import audit
from accounts.permissions import Permission
from assistance.models import Measure
from assistance.operations import measures, spans
from common.bulk import insert_all, update_all
from common.faults import Faults
from common.fitting import check_rows
from common.moments import day_of
from common.refusals import Conflict, NotAllowed
from households import access

WRITTEN = ("landed_on", "evidence", "version")


@dataclass(frozen=True, slots=True)
class Landing:
    """`measure` landed on that day, which `evidence` shows; None where it is only planned."""

    measure: Measure
    on: date | None
    evidence: str
    by: User
    at: datetime
    expected_version: int | None


@transaction.atomic
def land_all(*, landings: Sequence[Landing]) -> list[Measure]:
    """Measures landed, or on other days than were written down before; an empty text leaves the evidence as it was."""
    desk, faults = access.Desk(), Faults()
    held = measures.locked([each.measure.pk for each in landings])
    for place, each in enumerate(landings):
        measure = held[each.measure.pk]
        with faults.of(place):
            measures.check_held(measure, each.expected_version, Permission.RECORD_MEASURE, desk, by=each.by, at=each.at)
            if each.on is not None:
                measures.check_landed_on(measure, each.on, each.at)
            measure.evidence = each.evidence.strip() or measure.evidence
            check_rows([measure])
    faults.stop()
    return _written("measure.landed", landings, [held[each.measure.pk] for each in landings])


@transaction.atomic
def take_back_all(*, landings: Sequence[Landing]) -> list[Measure]:
    """The landings were told in error: `on` and `evidence` say what each measure was before, landed or only planned.

    Only who told of them takes them back, or who may withdraw measures there; Conflict once the help has ended.
    """
    desk, faults = access.Desk(), Faults()
    held = measures.locked([each.measure.pk for each in landings])
    acts = AuditEvent.objects.filter(subject_kind="measure", subject_id__in=[str(key) for key in held])
    told = set(acts.filter(action="measure.landed").values_list("subject_id", "actor"))
    for place, each in enumerate(landings):
        measure = held[each.measure.pk]
        with faults.of(place):
            withdraws = desk.can(each.by, Permission.WITHDRAW_MEASURE, measure.village_id, day_of(each.at))
            needed = Permission.WITHDRAW_MEASURE if withdraws else Permission.RECORD_MEASURE
            measures.check_held(measure, each.expected_version, needed, desk, by=each.by, at=each.at)
            if not withdraws and (str(measure.pk), each.by.pk) not in told:
                raise NotAllowed(_("Only who wrote this down can take it back, or a supervisor."))
            if measure.ended_on is not None:
                raise Conflict(_("The help has ended since. Correct it there."), code="wrong_state")
            measure.evidence = each.evidence
    faults.stop()
    return _written("measure.landing_taken_back", landings, [held[each.measure.pk] for each in landings])


def _written(action: str, landings: Sequence[Landing], rows: Sequence[Measure]) -> list[Measure]:
    """The measures with their days, and from when on each is known."""
    entries = []
    for measure, each in zip(rows, landings, strict=True):
        changes = {"landed_on": _told(each.on), "was": _told(measure.landed_on)}
        entries.append(
            audit.entry(
                action=action,
                subject=measure,
                by=each.by,
                at=each.at,
                division_code=measure.village_id,
                changes=changes,
            )
        )
        measure.landed_on = each.on
        measure.version += 1
    update_all(rows, WRITTEN)
    moments = spans.close_all({each.measure.pk: each.at for each in landings})
    insert_all(spans.span_of(row, row.landed_on, moments[row.pk]) for row in rows if row.landed_on is not None)
    spans.tell_first_days({row.case_id for row in rows})
    audit.write(entries)
    return list(rows)


def _told(day: date | None) -> str | None:
    return day.isoformat() if day else None
