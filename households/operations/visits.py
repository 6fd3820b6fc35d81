"""Visits: logging what was found at a household, with what follows from it, and putting a visit right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.operations import audit
from accounts.permissions import Permission
from common.bulk import insert_all
from common.constraints import refused_by
from common.faults import Faults
from common.fingerprints import check_repeated, fingerprint, id_taken
from common.fitting import check_rows, check_text
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households import access
from households.models import Case, GuaranteeCheck, Household, IncomeSurvey, Visit, VisitPhoto
from households.operations import cases, risks, standards, surveys, visit_photos
from households.operations.pictures import album
from households.operations.risks import Assessment
from households.operations.surveys import Income
from households.rules import photos
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType
from households.rules.gate import RiskState
from households.rules.incomes import IncomeItems
from households.rules.photos import Picture, Unusable
from households.rules.standards import Kind
from households.rules.visits import (
    LONGEST_FINDINGS,
    MOST_PHOTOS,
    Checklist,
    Position,
    Purpose,
    is_of_the_future,
    unknown_answer,
)
from households.workflow import OPEN, UNDER_MONITORING, Status

FAULTS = {
    photos.TOO_LARGE: gettext_lazy("The file is too large. Take the photo with fewer pixels."),
    photos.NO_PICTURE: gettext_lazy("The file is no picture that can be read. Send a JPEG, PNG or WebP photo."),
    photos.TOO_MANY_PIXELS: gettext_lazy("The picture has too many pixels. Take the photo with fewer pixels."),
}


@dataclass(frozen=True, slots=True)
class IncomeSeen:
    """Income and spending as told on the visit: yuan for the whole household over the period, both days included."""

    period_from: date
    period_to: date
    household_size: int
    items: IncomeItems


@dataclass(frozen=True, slots=True)
class GuaranteesSeen:
    """Housing, schooling, insurance and water as seen on the visit; None is what was not looked at."""

    is_housing_safe: bool | None = None
    is_schooling_kept: bool | None = None
    is_everyone_insured: bool | None = None
    is_water_safe: bool | None = None


@dataclass(frozen=True, slots=True)
class RiskSeen:
    """A new risk found on the visit: a clue where no case is open, else a finding of the case that is."""

    household_type: HouseholdType
    risks: tuple[RiskFound, ...]
    has_no_labour: bool = False


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """A photo as it was sent."""

    content: bytes
    keep_position: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A visit as it was sent: `key` chosen by the device, `happened_at` its time.

    A correction may keep photos of the visit that it corrects: `kept_photos` are their positions in that one.
    """

    key: UUID
    household: Household
    purpose: Purpose
    happened_at: datetime
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    findings: str = ""
    next_visit_on: date | None = None
    position: Position | None = None
    photos: Sequence[PhotoTaken] = ()
    kept_photos: Sequence[int] = ()
    signature: bytes = b""
    signed_name: str = ""
    device: str = ""
    income: IncomeSeen | None = None
    guarantees: GuaranteesSeen | None = None
    risk: RiskSeen | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A visit to log, by whom and when it was received."""

    visit: Submission
    by: User
    at: datetime


def log(*, visit: Submission, by: User, at: datetime) -> Visit:
    """Log a visit, with the survey, the check and the clue that follow from it; the same visit sent again is kept once.

    `at` is when it was received. Conflict where another visit came under its key before.
    """
    return _log(visit, by, at, supersedes=None, reason="")


def correct(*, wrong: Visit, visit: Submission, reason: str, by: User, at: datetime) -> Visit:
    """The visit was otherwise than `wrong` says: `visit` takes its place, and both stay readable.

    What the wrong one changed in the record stays as it is; a survey or check of the new one is recorded beside it.
    """
    if not reason.strip():
        raise Invalid(_("Give the reason of the correction."), field="reason")
    check_text(reason, field="reason")
    if wrong.household_id != visit.household.pk:
        raise Invalid(_("A correction is of the same household. Log a new visit for another one."), field="household")
    return _log(visit, by, at, supersedes=wrong, reason=reason.strip())


@transaction.atomic
def log_all(*, logs: Sequence[Logged]) -> list[Visit]:
    """Log new visits that say in words and answers what was found, all or none; a constant number of queries."""
    desk, book = access.Desk(), standards.Book(Kind.CHECKLIST)
    homes = {each.visit.household.pk for each in logs}
    cases_of = {case.household_id: case for case in Case.objects.filter(household__in=homes).order_by("episode")}
    rows, faults = [], Faults()
    for place, (visit, by, at) in enumerate((each.visit, each.by, each.at) for each in logs):
        home = visit.household
        with faults.of(place):
            desk.check(by, Permission.LOG_VISIT, home.village_id, day_of(at), home.pk)
            if any((visit.photos, visit.kept_photos, visit.signature, visit.income, visit.guarantees, visit.risk)):
                raise Invalid(_("A visit with pictures, or with something for the record, is logged by itself."))
            lists = _checklists(book, home.village_id, day_of(visit.happened_at))
            _check(visit, lists, at)
            row = _row(visit, lists, cases_of.get(home.pk), by, at)
            row.fingerprint = _fingerprint(visit, None, "")
            check_rows([row])
            rows.append(row)
    faults.stop()
    faults.add_repeated([each.visit.key for each in logs], id_taken())
    faults.stop()
    with refused_by("visit_pkey", id_taken()):
        insert_all(rows)
    audit.write(_entry(row, each.by, each.at) for row, each in zip(rows, logs, strict=True))
    return rows


def checklists_on(*, village: str, on: date) -> list[Checklist]:
    """The checklists of a village on that day, as a visit keeps them."""
    return _checklists(standards.Book(Kind.CHECKLIST), village, on)


def _checklists(book: standards.Book, village: str, on: date) -> list[Checklist]:
    held = book.in_force(Kind.CHECKLIST, village, on)
    return [
        {
            "code": code,
            "title": each.value["title"],
            "items": each.value["items"],
            "valid_from": each.valid_from.isoformat() if each.valid_from else None,
            "division": each.division,
        }
        for code, each in held.items()
    ]


@transaction.atomic
def _log(visit: Submission, by: User, at: datetime, *, supersedes: Visit | None, reason: str) -> Visit:
    household = Household.objects.select_for_update(no_key=True).get(pk=visit.household.pk)
    access.check(by, Permission.LOG_VISIT, household.village_id, day_of(at), household.pk)
    mark = _fingerprint(visit, supersedes, reason)
    held: Visit | None = Visit.objects.filter(pk=visit.key).first()
    if held is not None:
        check_repeated(held.fingerprint, mark if held.visited_by_id == by.pk else "")
        return held
    visit = replace(visit, household=household)
    lists = checklists_on(village=household.village_id, on=day_of(visit.happened_at))
    _check(visit, lists, at)
    earlier = visit_photos.kept(visit.kept_photos, supersedes)
    if supersedes is not None and Visit.objects.filter(supersedes=supersedes).exists():
        raise _corrected_before()
    pictures, signature = _pictures(visit)
    open_case = household.cases.order_by("-episode").first()
    row = _row(visit, lists, open_case, by, at)
    row.fingerprint, row.supersedes, row.reason = mark, supersedes, reason
    check_rows([row])
    row.income_survey, row.guarantee_check, row.reported_case = _consequences(visit, open_case, by, at)
    with album() as kept, refused_by("visit_pkey", id_taken()), refused_by("supersedes", _corrected_before()):
        if signature is not None:
            row.signature.name = kept.keep(f"{visit_photos.folder(row)}/signature.png", signature.content)
        row.save(force_insert=True)
        VisitPhoto.objects.bulk_create(
            [*visit_photos.again(row, earlier), *visit_photos.added(row, pictures, kept, len(earlier))]
        )
        audit.write([_entry(row, by, at)])
    return row


def _check(visit: Submission, lists: Sequence[Checklist], at: datetime) -> None:
    if visit.household.removed_at is not None:
        raise Conflict(_("The household was removed as registered in error."))
    if is_of_the_future(visit.happened_at, at):
        raise Invalid(_("The visit lies in the future. Check the clock of the device."), field="happened_at")
    on = day_of(visit.happened_at)
    if on < visit.household.registered_on:
        raise Invalid(
            _("The household was registered on %(day)s; a visit cannot be older.")
            % {"day": visit.household.registered_on},
            field="happened_at",
        )
    if visit.next_visit_on is not None and visit.next_visit_on <= on:
        raise Invalid(_("The next visit must lie after this one."), field="next_visit_on")
    if unknown := unknown_answer(lists, visit.answers):
        raise Invalid(
            _("“%(item)s” is not asked here on that day, or not answered so.") % {"item": unknown}, field="answers"
        )
    check_text(visit.findings, field="findings", most=LONGEST_FINDINGS)
    if visit.position is not None and not visit.position.is_on_earth:
        raise Invalid(_("There is no such position."), field="position")
    if len(visit.photos) + len(visit.kept_photos) > MOST_PHOTOS:
        raise Invalid(_("At most %(most)d photos belong to a visit.") % {"most": MOST_PHOTOS}, field="photos")
    seen = (visit.photos, visit.kept_photos, visit.income, visit.guarantees)
    if not (visit.findings.strip() or any(visit.answers.values()) or any(seen)):
        raise Invalid(_("Say what you found: an answer of a checklist, a sentence or a photo."), field="findings")


def _pictures(visit: Submission) -> tuple[list[Picture], Picture | None]:
    name = "photos"
    try:
        pictures = [photos.photo(each.content, keep_position=each.keep_position) for each in visit.photos]
        name = "signature"
        return pictures, photos.signature(visit.signature) if visit.signature else None
    except Unusable as error:
        raise Invalid(FAULTS[str(error)], field=name) from error


def _row(visit: Submission, lists: Sequence[Checklist], case: Case | None, by: User, at: datetime) -> Visit:
    place = visit.position
    return Visit(
        pk=visit.key,
        household=visit.household,
        case=case,
        village_id=visit.household.village_id,
        purpose=visit.purpose.value,
        visited_by=by,
        happened_at=visit.happened_at,
        received_at=at,
        checklists=list(lists),
        answers={code: dict(found) for code, found in visit.answers.items() if found},
        findings=visit.findings.strip(),
        next_visit_on=visit.next_visit_on,
        latitude=round(place.latitude, 6) if place else None,
        longitude=round(place.longitude, 6) if place else None,
        accuracy=place.accuracy if place else None,
        signed_name=visit.signed_name.strip(),
        device=visit.device,
    )


def _consequences(
    visit: Submission, case: Case | None, by: User, at: datetime
) -> tuple[IncomeSurvey | None, GuaranteeCheck | None, Case | None]:
    """What the visit changes in the record, each by its own operation."""
    on, home = day_of(visit.happened_at), visit.household
    survey = check = reported = None
    if visit.income is not None:
        seen = visit.income
        survey = surveys.record_income(
            income=Income(home, "yearly", on, seen.period_from, seen.period_to, seen.household_size, seen.items, by, at)
        )
    if visit.guarantees is not None:
        names = GuaranteesSeen.__dataclass_fields__
        found = {name: getattr(visit.guarantees, name) for name in names}
        check = surveys.record_guarantees(household=home, checked_on=on, by=by, at=at, **found)
    if visit.risk is not None:
        reported = _risk_noted(visit.risk, home, case, on, by, at)
    return survey, check, reported


def _risk_noted(
    risk: RiskSeen, household: Household, case: Case | None, on: date, by: User, at: datetime
) -> Case | None:
    """A clue where no case is open, gives its case; a finding of the open case where the household is monitored."""
    if case is None or Status(case.status) not in OPEN:
        return cases.report(
            household=household,
            household_type=risk.household_type,
            risks=risk.risks,
            has_no_labour=risk.has_no_labour,
            on=on,
            by=by,
            at=at,
        )
    if Status(case.status) not in UNDER_MONITORING:
        raise Conflict(
            _("The household's case is being reviewed. Write the new risk into what you found."),
            code="case_open",
            field="risk",
        )
    found = [Assessment(case, each.risk, RiskState.NEW, on, by, at, note=each.remark) for each in risk.risks]
    risks.assess_all(assessments=found)
    return None


def _fingerprint(visit: Submission, supersedes: Visit | None, reason: str) -> str:
    """What was sent, in short."""
    content: dict[str, Any] = {
        name: getattr(visit, name)
        for name in Submission.__dataclass_fields__
        if name not in {"household", "photos", "kept_photos"}
    }
    if visit.kept_photos:
        content["kept_photos"] = sorted(visit.kept_photos)
    content |= {
        "household": visit.household.pk,
        "signature": sha256(visit.signature).hexdigest(),
        "photos": [[sha256(each.content).hexdigest(), each.keep_position] for each in visit.photos],
        "supersedes": supersedes.pk if supersedes else None,
        "reason": reason,
    }
    return fingerprint(content)


def _entry(visit: Visit, by: User, at: datetime) -> audit.AuditEvent:
    changes: dict[str, Any] = {"household": str(visit.household_id), "happened_at": visit.happened_at.isoformat()}
    if visit.supersedes_id:
        changes |= {"supersedes": str(visit.supersedes_id), "reason": visit.reason}
    return audit.entry(
        action="visit.corrected" if visit.supersedes_id else "visit.logged",
        subject=visit,
        by=by,
        at=at,
        division_code=visit.village_id,
        changes=changes,
    )


def _corrected_before() -> Conflict:
    return Conflict(_("The visit was corrected before. Correct the correction."), code="superseded")
