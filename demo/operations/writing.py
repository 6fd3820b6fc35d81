"""Writing planned records by the operations of the product, as if each step had been taken on its day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.operations import users
from accounts.permissions import Role
from assistance.operations import eliminations, gates, measures
from assistance.operations.planning import Help
from common.ids import new_id
from demo.rules.courses import steps_of
from demo.rules.records import PlannedHousehold, PlannedSurvey
from households.models import (
    Case,
    Division,
    Household,
    Member,
)
from households.operations import cases, conditions, households, moves, people, risks, surveys, waivers
from households.operations import gates as exit_gates
from households.operations.cases import Feedback, Report
from households.operations.conditions import Observation
from households.operations.gates import Question
from households.operations.households import Registration
from households.operations.members import Person
from households.operations.moves import Step
from households.operations.risks import Assessment
from households.operations.surveys import Guarantees, Income
from households.operations.waivers import Waiving
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, Risk
from households.rules.gate import RiskState, unmet
from households.rules.incomes import IncomeItems
from households.rules.procedure import Comparison, Meeting, Notice, Record, Register, Verification
from households.workflow import UNDER_ELIMINATION, Status

EVENING = time(18)
TOLD_AFTER = timedelta(days=2)
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
LEAVING = UNDER_ELIMINATION | {Status.ELIMINATED}
WAIVED = "演示数据：按公布数字生成，不满足本条件。"
WHY_WAIVED = {"line_unknown": "演示数据：当年本省监测范围未查到，按当时认定处理。"}


@dataclass(frozen=True, slots=True)
class Clerks:
    """The system accounts under which synthetic histories are written, one for each step of a procedure."""

    reporter: User
    verifier: User
    comparer: User
    convener: User
    reviewer: User
    approver: User
    supervisor: User


# Names as a person has one: records show them as they are, in whatever language they are read.
CLERK_NAMES = {
    "reporter": "演示登记员",
    "verifier": "演示核实员",
    "comparer": "演示比对员",
    "convener": "演示评议主持人",
    "reviewer": "演示乡镇审核员",
    "approver": "演示县级审定员",
    "supervisor": "演示督导员",
}
CLERK_ROLES = {
    "reporter": Role.CASEWORKER,
    "verifier": Role.CASEWORKER,
    "comparer": Role.REVIEWER,
    "convener": Role.CONVENER,
    "reviewer": Role.REVIEWER,
    "approver": Role.APPROVER,
    "supervisor": Role.SUPERVISOR,
}


def clerks_of(division: Division, since: date, at: datetime) -> Clerks:
    accounts = {}
    for name, role in CLERK_ROLES.items():
        account = users.system_account(f"demonstration.{name}", CLERK_NAMES[name], is_demonstration=True)
        people.post_from_console(
            user=account, role=role, division=division, starts_on=since, by=users.system_account(), at=at
        )
        accounts[name] = account
    return Clerks(**accounts)


def write(planned: Sequence[PlannedHousehold], clerks: Clerks, as_of: date) -> list[tuple[PlannedHousehold, Household]]:
    """Write these records: households with their members, what was found of them, cases, measures, eliminations.

    Gives each plan with the household that it became.
    """
    registrations = [_registration(each, clerks) for each in planned]
    homes = households.register_all(registrations=registrations)
    pairs = list(zip(planned, homes, strict=True))
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
    surveys.record_incomes(incomes=[income for each, home in pairs for income in _incomes(each, home, clerks)])
    surveys.record_all_guarantees(checks=[check for each, home in pairs for check in _guarantees(each, home, clerks)])
    opened = cases.report_all(reports=[_report(each, home, clerks) for each, home in pairs])
    followed = list(zip(planned, opened, strict=True))
    steps = [step for each, case in followed for step in _steps(each, case, clerks, as_of)]
    moves.move_all(steps=[step for step in steps if step.to not in LEAVING])
    cases.give_all_feedback(given=list(_feedback(followed, Status.MONITORED, clerks, as_of)))
    measures.record_all(
        helps=[
            given
            for (each, case), who in zip(followed, who_lives, strict=True)
            for given in _helps(each, case, who, clerks)
        ]
    )
    risks.assess_all(assessments=[found for each, case in followed for found in _assessments(each, case, clerks)])
    _waive(followed, clerks)
    eliminations.move_all(steps=[step for step in steps if step.to in LEAVING])
    cases.give_all_feedback(given=list(_feedback(followed, Status.ELIMINATED, clerks, as_of)))
    return pairs


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
        phone=each.phone,
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
    told = len(list(_told_days(course, Status.MONITORED, as_of)))
    for version, (status, day) in enumerate(steps_of(course, as_of), start=case.version):
        way = course.way if status is Status.ELIMINATED else None
        if status is Status.ELIMINATION_PROPOSED:
            way = course.way or EliminationWay.ASSISTED
        by, record = STEPS[status]
        seen = version + told if status in LEAVING else version
        yield Step(case, status, day, getattr(clerks, by), _evening(day), seen, way=way, record=record)


def _feedback(
    followed: Sequence[tuple[PlannedHousehold, Case]], decision: Status, clerks: Clerks, as_of: date
) -> Iterator[Feedback]:
    """Each household is told the outcome two days after the decision."""
    held = Case.objects.in_bulk([case.pk for _, case in followed])
    for each, case in followed:
        for day in _told_days(each, decision, as_of):
            version = held[case.pk].version
            yield Feedback(case, "演示数据：上门告知结果。", day, clerks.reporter, _evening(day), version)


def _told_days(each: PlannedHousehold, decision: Status, as_of: date) -> Iterator[date]:
    decided = each.identified_on if decision is Status.MONITORED else each.eliminated_on
    if decided is not None and (day := decided + TOLD_AFTER) <= as_of:
        yield day


def _assessments(each: PlannedHousehold, case: Case, clerks: Clerks) -> Iterator[Assessment]:
    """When an elimination is proposed, each risk was found gone at home."""
    if (day := each.elimination_proposed_on) is not None:
        for risk in each.risks:
            yield Assessment(case, risk, RiskState.GONE, day, clerks.verifier, _evening(day))


def _waive(followed: Sequence[tuple[PlannedHousehold, Case]], clerks: Clerks) -> None:
    """Where a source prints an elimination that the exit gate would not let pass, a waiver says so."""
    proposed = {
        case.pk: (each.elimination_proposed_on, each.way or EliminationWay.ASSISTED)
        for each, case in followed
        if each.elimination_proposed_on is not None
    }
    landed = gates.landed(cases=proposed, on=date.max)
    questions = [
        Question(case, *proposed[key], landed[key]) for key, case in Case.objects.in_bulk(list(proposed)).items()
    ]
    waivers.waive_all(
        waivings=[
            Waiving(question.case, shut.rule, WHY_WAIVED.get(shut.outcome, WAIVED), clerks.supervisor, at)
            for question, found in zip(questions, exit_gates.answers(questions), strict=True)
            for shut, at in ((each, _evening(question.on)) for each in unmet(found))
        ]
    )


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
            risk=planned.risk,
            responsible_unit=planned.responsible_unit,
            due_on=planned.due_on,
        )
