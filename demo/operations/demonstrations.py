"""Demonstrations: writing the synthetic records of a published source, and clearing them away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from itertools import islice

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import users
from accounts.permissions import Role
from assistance.models import Measure, MeasureSpan, Plan
from assistance.operations import measures, quality
from assistance.operations.measures import Help
from common.ids import new_id
from common.moments import day_of
from common.querysets import begins_with
from common.refusals import Conflict, Invalid, NotFound
from demo.models import Demonstration
from demo.operations import sign_ins
from demo.rules import plan as plans
from demo.rules.courses import LONGEST_BEFORE_IDENTIFIED, Calendar, steps_of
from demo.rules.identity import UNASSIGNED_AREAS
from demo.rules.records import PlannedHousehold, PlannedSurvey
from households.models import (
    Case,
    CaseEvent,
    CaseRisk,
    CaseSpan,
    Deadline,
    DeadlinePause,
    Division,
    Escalation,
    Finding,
    GateWaiver,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    Member,
    MemberCondition,
    Membership,
    RiskFinding,
    Visit,
    VisitPhoto,
)
from households.operations import cases, conditions, households, moves, people, surveys
from households.operations.cases import Report
from households.operations.conditions import Observation
from households.operations.households import Registration
from households.operations.members import Person
from households.operations.moves import Step
from households.operations.surveys import Guarantees, Income
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, Risk
from households.rules.incomes import IncomeItems
from households.rules.levels import Level
from households.rules.procedure import Comparison, Meeting, Notice, Record, Register, Verification
from households.workflow import Status
from reports.rules.sources import Source

CHUNK = 500
EVENING = time(18)
# Records that carry a village, in the order in which they can be deleted: before and after the events of cases.
WITH_VILLAGE_ABOVE_EVENTS: tuple[type[Model], ...] = (
    MeasureSpan,
    Measure,
    Plan,
    CaseSpan,
    RiskFinding,
    GateWaiver,
    Escalation,
    DeadlinePause,
    Deadline,
    VisitPhoto,
    Visit,
)
WITH_VILLAGE_BELOW_EVENTS: tuple[type[Model], ...] = (Finding, Case, IncomeSurvey, GuaranteeCheck)
Progress = Callable[[int, int], None]
# Who takes the step to each state, and what is written down there.
MEETING = Meeting(attended=15, votes_for=15, votes_against=0, minutes="演示数据：村民代表会议评议通过。")
NOTICE = Notice(place="村务公开栏")
STEPS: dict[Status, tuple[str, Record | None]] = {
    Status.VERIFIED: ("verifier", Verification(is_authorised=True, findings="演示数据：入户核实属实。")),
    Status.COMPARED: ("comparer", Comparison(tuple(Register), "演示数据：未发现不符合条件的情形。")),
    Status.REVIEWED: ("convener", MEETING),
    Status.NOTICED: ("convener", NOTICE),
    Status.TOWNSHIP_PASSED: ("reviewer", None),
    Status.MONITORED: ("approver", None),
    Status.ELIMINATION_PROPOSED: ("reporter", None),
    Status.ELIMINATION_VERIFIED: ("verifier", Verification(is_authorised=True, findings="演示数据：风险已稳定消除。")),
    Status.ELIMINATION_REVIEWED: ("convener", MEETING),
    Status.ELIMINATION_NOTICED: ("convener", NOTICE),
    Status.ELIMINATION_TOWNSHIP_PASSED: ("reviewer", None),
    Status.ELIMINATED: ("approver", None),
}


@dataclass(frozen=True, slots=True)
class Clerks:
    """The system accounts under which synthetic histories are written, one for each step of a procedure."""

    reporter: User
    verifier: User
    comparer: User
    convener: User
    reviewer: User
    approver: User


# Names as a person has one: records show them as they are, in whatever language they are read.
CLERK_NAMES = {
    "reporter": "演示登记员",
    "verifier": "演示核实员",
    "reviewer": "演示评议员",
    "approver": "演示审定员",
}
CLERK_ROLES = {
    "reporter": Role.CASEWORKER,
    "verifier": Role.CASEWORKER,
    "comparer": Role.REVIEWER,
    "convener": Role.CONVENER,
    "reviewer": Role.REVIEWER,
    "approver": Role.APPROVER,
}


def make(
    *, source: Source, division: Division, seed: int, replace: bool, at: datetime, progress: Progress
) -> Demonstration:
    """Write records that meet every monitoring figure of `source`, spread over the villages of `division`; all or none.

    With `replace`, the demonstration held there is cleared in the same transaction.

    Conflict where the database holds other records, or where somebody has the name of an account of demonstrations;
    Invalid where no records can satisfy the source, with the figures that conflict. `progress` is told how many
    households of how many are written.
    """
    _refuse_others(division, replace)
    sign_ins.refuse_taken()
    villages = _villages(division, source)
    if not villages:
        raise NotFound(_("No village of %(division)s is known. Import its divisions first.") % {"division": division})
    area = _free_area(division)
    try:
        plan = plans.plan_records(source, villages=list(villages), seed=seed, area=area)
    except plans.Unsatisfiable as error:
        raise Invalid(str(error), code="unsatisfiable") from error
    with transaction.atomic():
        if replace and Demonstration.objects.filter(pk=division.pk).exists():
            clear(division=division)
        clerks = _clerks(division, _first_day(plan.households, source.as_of), at)
        for done, chunk in _chunks(plan.households):
            _write(chunk, clerks, source.as_of)
            progress(done, len(plan.households))
        quality.check(under=division.code, on=day_of(at), at=at)
        return Demonstration.objects.create(
            division=division,
            source_id=source.id,
            source_title=source.title,
            as_of=source.as_of,
            period_start=source.period_start,
            seed=seed,
            digest=digest(source),
            number_area=area,
            households=len(plan.households),
            persons=sum(len(planned.members) for planned in plan.households),
            choice={"zh": plan.choice.sentence.zh, "en": plan.choice.sentence.en},
            made_at=at,
        )


@transaction.atomic
def clear(*, division: Division) -> int:
    """Delete the demonstration of `division` with every record in it; gives the number of households.

    Conflict where somebody has registered real households there: nothing is deleted.
    """
    if not Demonstration.objects.filter(pk=division.pk).exists():
        raise NotFound(_("There is no demonstration in %(division)s.") % {"division": division})
    with connection.cursor() as cursor:
        # Nobody registers a household here between the look and the deletion.
        cursor.execute(f'LOCK TABLE "{Household._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
    homes = Household.objects.under(division.code)
    _refuse_real(homes)
    members = list(Membership.objects.filter(household__in=homes).values_list("member_id", flat=True))
    here = begins_with("village_id", division.code)
    for model in WITH_VILLAGE_ABOVE_EVENTS:
        model._base_manager.filter(here)._raw_delete("default")
    CaseEvent.objects.filter(here, corrects__isnull=False)._raw_delete("default")
    CaseEvent.objects.filter(here)._raw_delete("default")
    CaseRisk.objects.filter(case__in=Case.objects.filter(here))._raw_delete("default")
    for model in WITH_VILLAGE_BELOW_EVENTS:
        model._base_manager.filter(here)._raw_delete("default")
    Membership.objects.filter(household__in=homes)._raw_delete("default")
    MemberCondition.objects.filter(member__in=members)._raw_delete("default")
    Member.objects.filter(pk__in=members)._raw_delete("default")
    count = homes._raw_delete("default")
    Demonstration.objects.filter(pk=division.pk).delete()
    return count


def digest(source: Source) -> str:
    """A fingerprint of what the source says, by which a demonstration is known to be of just these figures."""
    return sha256(repr(source).encode()).hexdigest()


def _refuse_others(division: Division, replace: bool) -> None:
    for held in Demonstration.objects.select_related("division"):
        if replace and held.division_id == division.code:
            continue
        if held.division_id.startswith(division.code) or division.code.startswith(held.division_id):
            told = {"source": held.source_id, "division": held.division}
            raise Conflict(
                _("%(division)s holds the demonstration of %(source)s already. Add --replace to write another one.")
                % told,
                code="demonstration_held",
            )
    _refuse_real(Household.objects.all())


def _refuse_real(among: QuerySet[Household]) -> None:
    if among.filter(is_synthetic=False).exists():
        raise Conflict(
            _("This database holds records that are no demonstration; the two are never mixed. Use an empty database."),
            code="records_held",
        )


def _villages(division: Division, source: Source) -> Sequence[str]:
    """The villages that exist on every day on which a household of the plan can be registered."""
    calendar = Calendar.of(period_start=source.period_start, as_of=source.as_of)
    first = date.fromordinal(max(calendar.earliest - LONGEST_BEFORE_IDENTIFIED, 1))
    inside = Division.objects.under(division.code).at_level(Level.VILLAGE)
    return list(inside.in_force(first).in_force(source.as_of).values_list("code", flat=True))


def _free_area(division: Division) -> str:
    """The first area of identity numbers that no other demonstration has used."""
    used = set(Demonstration.objects.exclude(pk=division.pk).values_list("number_area", flat=True))
    return next(area for area in UNASSIGNED_AREAS if area not in used)


def _clerks(division: Division, since: date, at: datetime) -> Clerks:
    accounts = {}
    for name, role in CLERK_ROLES.items():
        account = users.system_account(f"demonstration.{name}", CLERK_NAMES[name], is_demonstration=True)
        people.post_from_console(
            user=account, role=role, division=division, starts_on=since, by=users.system_account(), at=at
        )
        accounts[name] = account
    return Clerks(**accounts)


def _first_day(planned: Sequence[PlannedHousehold], as_of: date) -> date:
    return min((household.reported_on for household in planned), default=as_of)


def _chunks(planned: Sequence[PlannedHousehold]) -> Iterator[tuple[int, list[PlannedHousehold]]]:
    rest = iter(planned)
    done = 0
    while chunk := list(islice(rest, CHUNK)):
        done += len(chunk)
        yield done, chunk


def _write(planned: Sequence[PlannedHousehold], clerks: Clerks, as_of: date) -> None:
    registrations = [_registration(each, clerks) for each in planned]
    homes = households.register_all(registrations=registrations)
    pairs = list(zip(planned, homes, strict=True))
    surveys.record_incomes(incomes=[income for each, home in pairs for income in _incomes(each, home, clerks)])
    surveys.record_all_guarantees(checks=[check for each, home in pairs for check in _guarantees(each, home, clerks)])
    opened = cases.report_all(reports=[_report(each, home, clerks) for each, home in pairs])
    followed = list(zip(planned, opened, strict=True))
    moves.move_all(steps=[step for each, case in followed for step in _steps(each, case, clerks, as_of)])
    members = Member.objects.in_bulk([person.id for each in registrations for person in each.members])
    who_lives = [[members[person.id] for person in each.members] for each in registrations]
    conditions.record_all(
        observations=[
            Observation(home, member, told.condition, told.valid_from, clerks.reporter, _evening(told.valid_from))
            for (each, home), who in zip(pairs, who_lives, strict=True)
            for member, history in zip(who, each.conditions, strict=True)
            for told in history
        ]
    )
    measures.record_all(
        helps=[
            given
            for (each, case), who in zip(followed, who_lives, strict=True)
            for given in _helps(each, case, who, clerks)
        ]
    )


def _evening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, EVENING))


def _registration(each: PlannedHousehold, clerks: Clerks) -> Registration:
    day = each.reported_on
    return Registration(
        village=each.village,
        members=tuple(
            Person(
                member.name,
                member.sex,
                member.relationship,
                day,
                number=member.document_number,
                birth_date=member.birth_date,
                ethnicity=member.ethnicity,
                political_status=member.political_status,
                id=new_id(),
            )
            for member in each.members
        ),
        on=day,
        by=clerks.reporter,
        at=_evening(day),
        is_former_poor=each.is_former_poor,
        phone=each.phone or "",
    )


def _incomes(each: PlannedHousehold, home: Household, clerks: Clerks) -> Iterator[Income]:
    days = [("identification", each.verified_on), ("elimination", each.elimination_proposed_on)]
    for survey, (occasion, day) in zip(each.surveys, days, strict=False):
        if day is not None:
            yield Income(
                household=home,
                occasion=occasion,
                surveyed_on=day,
                period_from=survey.period_from,
                period_to=survey.period_to,
                household_size=len(each.members),
                items=_items(survey),
                by=clerks.reporter,
                at=_evening(day),
            )


def _guarantees(each: PlannedHousehold, home: Household, clerks: Clerks) -> Iterator[Guarantees]:
    """What was found at identification, where a risk says that something is unsafe; all is secure at elimination."""
    for day, is_settled in ((each.verified_on, False), (each.elimination_proposed_on, True)):
        if day is not None:
            yield Guarantees(
                household=home,
                checked_on=day,
                is_housing_safe=is_settled or Risk.UNSAFE_HOUSING not in each.risks,
                is_schooling_kept=True,
                is_everyone_insured=True,
                is_water_safe=is_settled or Risk.UNSAFE_WATER not in each.risks,
                by=clerks.reporter,
                at=_evening(day),
            )


def _items(survey: PlannedSurvey) -> IncomeItems:
    return IncomeItems(
        wage=survey.wage,
        business=survey.business,
        property=survey.property,
        transfer=survey.transfer,
        business_expense=survey.business_expense,
        claims=survey.claims,
        self_paid=survey.self_paid,
    )


def _report(each: PlannedHousehold, home: Household, clerks: Clerks) -> Report:
    day = each.reported_on
    risks = tuple(
        RiskFound(
            risk,
            each.disaster if risk is Risk.NATURAL_DISASTER else None,
            each.risk_remark if risk is Risk.OTHER else "",
        )
        for risk in each.risks
    )
    return Report(home, each.household_type, risks, day, clerks.reporter, _evening(day), each.has_no_labour)


def _steps(course: PlannedHousehold, case: Case, clerks: Clerks, as_of: date) -> Iterator[Step]:
    for version, (status, day) in enumerate(steps_of(course, as_of), start=case.version):
        way = course.way if status is Status.ELIMINATED else None
        if status is Status.ELIMINATION_PROPOSED:
            way = course.way or EliminationWay.ASSISTED
        by, record = STEPS[status]
        yield Step(case, status, day, getattr(clerks, by), _evening(day), version, way=way, record=record)


def _helps(each: PlannedHousehold, case: Case, members: Sequence[Member], clerks: Clerks) -> Iterator[Help]:
    for planned in each.measures:
        yield Help(
            case=case,
            category=planned.category,
            item=planned.item.zh,
            on=planned.landed_on,
            by=clerks.reporter,
            at=_evening(planned.landed_on),
            landed_on=planned.landed_on,
            member=members[planned.member] if planned.member is not None else None,
            amount=planned.amount,
        )
