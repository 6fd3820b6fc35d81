"""Undoing: what a run wrote is taken back from the last row on; what somebody changed since stays, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from assistance.models import Measure
from assistance.operations import landings, measures
from assistance.operations.landings import Landing
from assistance.operations.measures import Withdrawal
from common.bulk import update_all
from common.database import look_up_by_index
from common.faults import Faults, sorted_out, standing_at
from common.moments import day_of
from common.refusals import Conflict, Refused
from exchange.models import ExternalKey, Run, RunItem
from exchange.models.run import unsealed
from exchange.operations import runs
from exchange.operations.parts import MOST_OF_A_HOME, VERSIONED
from exchange.rules.kinds import KINDS, KindCode
from exchange.rules.outcomes import Became
from exchange.rules.runs import RunState, Undone
from households.models import (
    Assignment,
    Case,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    Member,
    MemberCondition,
    Membership,
    Visit,
)
from households.operations import descriptions, members, retractions
from households.operations.descriptions import HouseholdAmendment, MemberAmendment
from households.operations.retractions import Retraction
from households.rules.history import EventKind

ITEMS_A_PART = 1000
Undo = Callable[[Sequence[RunItem], User, datetime], None]
# What else may be known of a household that the run itself registered, and how it leads there.
FOLLOWING: tuple[tuple[type[Model], str], ...] = (
    (Case, "household"),
    (Measure, "case__household"),
    (IncomeSurvey, "household"),
    (GuaranteeCheck, "household"),
    (Visit, "household"),
    (Assignment, "household"),
    (MemberCondition, "member__memberships__household"),
)
# What somebody wrote beside it and took back again.
TAKEN_BACK: dict[type[Model], dict[str, Any]] = {
    Case: {"events__kind": EventKind.REMOVED.value},
    Measure: {"withdrawn_at__isnull": False},
}


@transaction.atomic
def undo_part(*, key: UUID, at: datetime) -> bool:
    """Take back the rows of the next households from the end; gives whether there may be more to do."""
    run = runs.locked(key)
    if run is None or RunState(run.state) is not RunState.ROLLING_BACK:
        return False
    look_up_by_index()
    rows = _next(run)
    if not rows:
        runs.move(run, RunState.ROLLED_BACK, at, done=run.total, ended_at=at)
        return False
    whole: dict[RunItem, list[RunItem]] = {}
    single: list[RunItem] = []
    for _place, group in groupby(rows, key=lambda row: row.place):
        together = list(group)
        new = next((row for row in together if row.kind == KindCode.HOUSEHOLD and row.became == Became.CREATED), None)
        if new is None:
            single += together
        else:
            whole[new] = together
    _undo_homes(run, whole, at)
    _undo_rows(run, single, at)
    update_all(rows, ("undone", "undone_told"))
    run.done, run.beat_at = min(run.done + len(rows), run.total), at
    run.save(update_fields=("done", "beat_at"))
    return True


def _next(run: Run) -> list[RunItem]:
    rows = list(
        run.items.filter(is_applied=True, undone="").order_by("-place", "-position")[: ITEMS_A_PART + MOST_OF_A_HOME]
    )
    end = min(len(rows), ITEMS_A_PART)
    while end < len(rows) and rows[end].place == rows[end - 1].place != 0:
        end += 1
    return rows[:end]


def _undo_homes(run: Run, whole: Mapping[RunItem, Sequence[RunItem]], at: datetime) -> None:
    """Households that the run registered are taken back, each with all that the run wrote of it."""
    homes = Household.objects.in_bulk([UUID(new.record) for new in whole])
    for new in whole:
        if UUID(new.record) not in homes:
            _note_kept(new, _gone())
        elif homes[UUID(new.record)].removed_at is not None:
            _note_undone(new)
    wanted = {new: rows for new, rows in whole.items() if not new.undone}
    touched = _touched_homes(run, wanted)
    reasons = _reasons(run, touched)

    def retract(some: Sequence[RunItem]) -> Sequence[Household]:
        keys = [UUID(new.record) for new in some]
        ExternalKey.objects.filter(household__in=keys).delete()
        given = [Retraction(homes[key], _reason(), run.by, at, homes[key].version) for key in keys]
        return retractions.retract_households(retractions=given)

    _settle([new for new in wanted if new.record not in touched], retract)
    for new, rows in whole.items():
        if new.record in touched:
            _note_kept(new, reasons[touched[new.record]])
        for row in rows:
            if row is not new:
                row.undone, row.undone_told = new.undone, ""
                if new.undone == Undone.KEPT.value:
                    row.undone_told = (_("Its household stays: %(reason)s") % {"reason": new.undone_told})[:500]


def _touched_homes(run: Run, whole: Mapping[RunItem, Sequence[RunItem]]) -> dict[str, str]:
    """Of which households more is recorded than the run wrote, or something else now; with the key of what that is."""
    written: dict[str, int | None] = {row.record: row.version for rows in whole.values() for row in rows}
    keys = [new.record for new in whole]
    held = Household.objects.filter(pk__in=keys).values_list("pk", "version")
    changed = [str(home) for home, version in held if version != written[str(home)]]
    as_before = _as_before(run, changed, written)
    found = {home: home for home in changed if home not in as_before}
    kinds: tuple[tuple[type[Any], str], ...] = ((Member, "memberships__household"), *FOLLOWING)
    for model, path in kinds:
        has_version = any(field.name == "version" for field in model._meta.concrete_fields)
        columns = ("pk", path, *(["version"] if has_version else []))
        there = model._base_manager.filter(**{f"{path}__in": keys}).exclude(**TAKEN_BACK.get(model, {"pk": None}))
        for subject, home, *versions in there.values_list(*columns):
            # Who heads a household is no row of the run.
            expected = written.get(str(subject), 1 if model is Member else None)
            is_known = str(subject) in written or model is Member
            if not is_known or (versions and versions[0] != expected):
                found.setdefault(str(home), str(subject))
    return found


def _as_before(run: Run, homes: Collection[str], written: Collection[str]) -> set[str]:
    """Of these households those to which others were only added since, by other files, and taken out again."""
    if not homes:
        return set()
    people: dict[str, set[str]] = {home: set() for home in homes}
    events = AuditEvent.objects.filter(subject_kind="household", subject_id__in=homes, pk__gt=_began(run))
    for home, action, changes in events.order_by("pk").values_list("subject_id", "action", "changes"):
        if action == "household.member_added":
            people[home].add(changes["member"])
        elif action == "household.member_retracted":
            people[home].discard(changes["member"])
        elif action != "household.registered":
            people[home].add(action)
    return {home for home, added in people.items() if added <= set(written)}


def _began(run: Run) -> int:
    """The row of the trail that tells of the run's opening: whatever it wrote, and others after it, stands behind."""
    told = AuditEvent.objects.filter(subject_kind="run", subject_id=str(run.pk), action="run.opened")
    return told.values_list("pk", flat=True).first() or 0


def _undo_rows(run: Run, rows: Sequence[RunItem], at: datetime) -> None:
    """Each row is taken back by itself, what refers to others before them."""
    changed, missing = _changed_since(rows)
    reasons = _reasons(run, {key: key for key in changed})
    for row in rows:
        if row.record in missing:
            _note_kept(row, _gone())
        elif row.record in changed:
            _note_kept(row, reasons[row.record])
        elif (KindCode(row.kind), Became(row.became)) not in UNDO:
            _note_kept(row, _not_undoable(KindCode(row.kind)))
    for (kind, became), undo in UNDO.items():
        some = [row for row in rows if (row.kind, row.became, row.undone) == (kind, became, "")]
        _settle(some, partial(_undo_alike, undo, run, at))


def _undo_alike(undo: Undo, run: Run, at: datetime, rows: Sequence[RunItem]) -> Sequence[RunItem]:
    undo(rows, run.by, at)
    created = [row.record for row in rows if row.became == Became.CREATED]
    ExternalKey.objects.filter(record__in=created).delete()
    return rows


def _settle(rows: Sequence[RunItem], act: Callable[[Sequence[RunItem]], Sequence[Any]]) -> None:
    """Take back all at once but those that are refused, and note what became of each."""
    done, refused = sorted_out(rows, act)
    for row, _result in done:
        _note_undone(row)
    for row, refusal in refused:
        _note_kept(row, refusal if isinstance(refusal, Refused) else _more())


def _note_undone(row: RunItem) -> None:
    row.undone, row.undone_told = Undone.UNDONE.value, ""


def _note_kept(row: RunItem, refusal: Refused) -> None:
    row.undone, row.undone_told = Undone.KEPT.value, str(refusal)[:500]


def _reason() -> str:
    return _("The import that wrote it was taken back.")


def _gone() -> Conflict:
    return Conflict(_("The record is not there any more."), code="changed_since")


def _more() -> Conflict:
    return Conflict(_("More was recorded since."), code="changed_since")


def _not_undoable(kind: KindCode) -> Conflict:
    return Conflict(
        _("%(kind)s: what was written is not taken back by itself. Correct it on its page.")
        % {"kind": KINDS[kind].name},
        code="not_undoable",
    )


def _changed_since(rows: Sequence[RunItem]) -> tuple[set[str], set[str]]:
    """The records that are not as the run left them, and those that are not there any more."""
    changed, missing = set(), set()
    for kind, model in VERSIONED.items():
        told = {row.record: row.version for row in rows if row.kind == kind.value}
        found = model._base_manager.filter(pk__in=list(told)) if told else model._base_manager.none()
        held = {str(key): version for key, version in found.values_list("pk", "version")}
        missing |= told.keys() - held.keys()
        changed |= {key for key, version in held.items() if version != told[key]}
    return changed, missing


def _reasons(run: Run, touched: Mapping[str, str]) -> dict[str, Conflict]:
    """For each of the records who changed it, or recorded more of it, and when."""
    keys = set(touched.values())
    if not keys:
        return {}
    # Rows of the trail are found by record; by household only among those since the run was opened.
    about = Q(subject_id__in=keys) | Q(changes__household__in=list(keys))
    reasons = {key: _more() for key in keys}
    for event in AuditEvent.objects.filter(about, pk__gt=_began(run)).select_related("actor").order_by("pk"):
        told = {"who": event.actor, "day": day_of(event.at)}
        sentence = _("%(who)s changed it on %(day)s, after the import.") % told
        for key in keys & {event.subject_id, event.changes.get("household")}:
            reasons[key] = Conflict(sentence, code="changed_since")
    return reasons


def _amend_households(rows: Sequence[RunItem], by: User, at: datetime) -> None:
    homes = Household.objects.in_bulk([UUID(row.record) for row in rows])
    amendments = []
    for row in rows:
        home = homes[UUID(row.record)]
        given = {name: pair[0] for name, pair in unsealed(row.told)["changes"].items()}
        amendments.append(HouseholdAmendment(home, given, by, at, home.version))
    descriptions.amend_households(amendments=amendments)


def _amend_members(rows: Sequence[RunItem], by: User, at: datetime) -> None:
    columns = KINDS[KindCode.MEMBER].by_name
    held = _memberships(rows)
    faults = Faults()
    amendments: dict[int, MemberAmendment] = {}
    related: dict[int, Any] = {}
    for place, row in enumerate(rows):
        changes = {name: pair[0] for name, pair in unsealed(row.told)["changes"].items()}
        with faults.of(place):
            if descriptions.NUMBER in changes:
                raise Conflict(_("A document number that was added is not taken away again."), code="not_undoable")
            membership = _held(held, row)
            given = {name: columns[name].read(value) if value else value for name, value in changes.items()}
            if "relationship" in given:
                related[place] = given.pop("relationship")
            if given:
                amendments[place] = MemberAmendment(membership, given, by, at, membership.member.version)
    faults.stop()
    with standing_at(list(amendments)):
        descriptions.amend_members(amendments=list(amendments.values()))
    for place, relationship in related.items():
        with faults.of(place):
            membership = held[rows[place].record]
            version = Household.objects.get(pk=membership.household_id).version
            on = day_of(at)
            members.relate(
                membership=membership, relationship=relationship, on=on, by=by, at=at, expected_version=version
            )
    faults.stop()


def _retract_members(rows: Sequence[RunItem], by: User, at: datetime) -> None:
    held, faults, given = _memberships(rows), Faults(), []
    for place, row in enumerate(rows):
        with faults.of(place):
            membership = _held(held, row)
            given.append(Retraction(membership, _reason(), by, at, membership.member.version))
    faults.stop()
    retractions.retract_members(retractions=given)


def _retract_cases(rows: Sequence[RunItem], by: User, at: datetime) -> None:
    cases = Case.objects.in_bulk([UUID(row.record) for row in rows])
    helped = set(Measure.objects.filter(case__in=list(cases), withdrawn_at__isnull=True).values_list("case", flat=True))
    faults = Faults()
    for place, row in enumerate(rows):
        if UUID(row.record) in helped:
            told = _("Measures are recorded for the case, which therefore stays.")
            faults.add(place, Conflict(told, code="more_is_known"))
    faults.stop()
    given = [Retraction(case, _reason(), by, at, case.version) for case in (cases[UUID(row.record)] for row in rows)]
    retractions.retract_cases(retractions=given)


def _withdraw(rows: Sequence[RunItem], by: User, at: datetime) -> None:
    held = Measure.objects.in_bulk([UUID(row.record) for row in rows])
    given = [Withdrawal(each, _reason(), by, at, each.version) for each in (held[UUID(row.record)] for row in rows)]
    measures.withdraw_all(withdrawals=given)


def _take_back_landings(rows: Sequence[RunItem], by: User, at: datetime) -> None:
    held = Measure.objects.in_bulk([UUID(row.record) for row in rows])
    given = []
    for row in rows:
        measure, changes = held[UUID(row.record)], unsealed(row.told)["changes"]
        was = changes["landed_on"][0]
        evidence = changes.get("evidence", [measure.evidence])[0]
        on = date.fromisoformat(was) if was else None
        given.append(Landing(measure, on, evidence, by, at, measure.version))
    landings.take_back_all(landings=given)


def _memberships(rows: Sequence[RunItem]) -> dict[str, Membership]:
    found = Membership.objects.filter(member__in=[row.record for row in rows], left_on__isnull=True)
    return {str(row.member_id): row for row in found.select_related("member", "household")}


def _held(held: Mapping[str, Membership], row: RunItem) -> Membership:
    if row.record not in held:
        raise Conflict(_("The person does not belong to the household any more."))
    return held[row.record]


# In the order in which they are taken back: what refers to others first.
UNDO: dict[tuple[KindCode, Became], Undo] = {
    (KindCode.MEASURE, Became.CHANGED): _take_back_landings,
    (KindCode.MEASURE, Became.CREATED): _withdraw,
    (KindCode.CASE, Became.CREATED): _retract_cases,
    (KindCode.MEMBER, Became.CHANGED): _amend_members,
    (KindCode.MEMBER, Became.CREATED): _retract_members,
    (KindCode.HOUSEHOLD, Became.CHANGED): _amend_households,
}
