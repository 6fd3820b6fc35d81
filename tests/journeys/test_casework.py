"""Casework from a clue to an eliminated risk, by the standards that ship: every step by another person, on its day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from assistance.operations import eliminations, measures
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from common.refusals import Conflict
from households.models import Case, MonitoringLine
from households.operations import cases, risks, surveys
from households.operations.audits import audit_spans
from households.operations.surveys import Income
from households.rules.admission import RiskFound
from households.rules.codes import Disaster, EliminationWay, HouseholdType, Risk
from households.rules.gate import RiskState
from households.rules.incomes import IncomeItems
from households.rules.procedure import (
    ClueSource,
    Comparison,
    Meeting,
    Notice,
    Objection,
    Opinion,
    Register,
    Verification,
)
from reports.figures import figures
from reports.indicators import INDICATORS
from reports.query import Scope
from tests.cast import BUREAU, CHEN, CITY, HUANG, LI, PROVINCE, WANG, ZHAO, World, evening, fresh

REPORTED = date(2022, 3, 1)
COUNTED = [
    INDICATORS[code] for code in ("monitoring.total.households", "monitoring.total.persons", "elimination.households")
]
YEAR = date(2022, 1, 1)
MEETING = Meeting(15, 13, 2, "村民代表会议：同意")


@pytest.fixture
def world(db: None) -> World:
    made = World.begin()
    made.with_waiting()
    MonitoringLine.objects.create(division_id=PROVINCE, valid_from=YEAR, amount=Decimal(6500), source="甘肃省")
    return made


class Story:
    """One household's case, moved day by day; each step loads the case as it stands and is taken in the evening."""

    def __init__(self, world: World, *, persons: int = 3) -> None:
        self.world = world
        self.home = world.household(REPORTED, persons=persons)
        self.day = REPORTED
        self.case: Case | None = None

    def after(self, days: int) -> Story:
        self.day += timedelta(days=days)
        return self

    def by(self, who: str) -> dict:
        told = {"on": self.day, "by": self.world[who], "at": evening(self.day)}
        if self.case is None:
            return told
        self.case = fresh(self.case)
        return {**told, "case": self.case, "expected_version": self.case.version}

    def reported(self, risks_found=(Risk.ILLNESS,), *, is_green_channel: bool = False) -> Story:
        self.case = None
        found = [RiskFound(risk, Disaster.FLOOD if risk is Risk.NATURAL_DISASTER else None) for risk in risks_found]
        self.case = cases.report(
            household=self.home,
            household_type=HouseholdType.UNSTABLE,
            risks=found,
            source=ClueSource.SELF_APPLICATION,
            told="户主住院，自付较多",
            is_green_channel=is_green_channel,
            **self.by(LI),
        )
        return self

    def surveyed(self, occasion: str, wage: int, self_paid: int) -> Story:
        zero = Decimal(0)
        items = IncomeItems(Decimal(wage), zero, zero, Decimal(3000), zero, zero, Decimal(self_paid))
        year = self.day - timedelta(days=364)
        who, at = self.world[LI], evening(self.day)
        surveys.record_income(income=Income(self.home, occasion, self.day, year, self.day, 3, items, who, at))
        kept = ("is_housing_safe", "is_schooling_kept", "is_everyone_insured", "is_water_safe")
        given = dict.fromkeys(kept, True)
        surveys.record_guarantees(household=self.home, checked_on=self.day, by=who, at=at, **given)
        return self

    def verified(self) -> Story:
        cases.verify(record=Verification(is_authorised=True, findings="属实"), **self.by(WANG))
        return self

    def compared(self) -> Story:
        cases.compare(record=Comparison((Register.PROPERTY, Register.VEHICLES), "无房产车辆"), **self.by(BUREAU))
        return self

    def reviewed(self) -> Story:
        cases.review(record=MEETING, **self.by(HUANG))
        return self

    def on_notice(self) -> Story:
        cases.post_notice(record=Notice("村务公开栏"), **self.by(HUANG))
        return self

    def passed(self) -> Story:
        cases.review_at_township(record=Opinion("同意上报"), **self.by(ZHAO))
        return self

    def identified(self) -> Story:
        cases.approve(**self.by(CHEN))
        return self

    def into_the_register(self, **reported: object) -> Story:
        self.reported(**reported).after(2).surveyed("identification", 9000, 8000).verified().after(2).compared()
        return self.after(1).reviewed().on_notice().after(5).passed().after(1).identified()

    def helped(self, category: Category = Category.HEALTH) -> Story:
        given = self.by(LI)
        measures.plan(
            measure=Help(given["case"], category, "大病救助", self.day, given["by"], given["at"], landed_on=self.day)
        )
        return self

    def recovered(self, risk: Risk = Risk.ILLNESS) -> Story:
        given = {"on": self.day, "by": self.world[LI], "at": evening(self.day)}
        risks.assess(case=fresh(self.case), risk=risk, state=RiskState.GONE, **given)
        return self.surveyed("elimination", 30000, 500)

    def proposed(self) -> Story:
        eliminations.propose(way=EliminationWay.ASSISTED, **self.by(LI))
        return self

    def eliminated(self) -> Story:
        eliminations.approve(**self.by(CHEN))
        return self

    def out_of_the_register(self) -> Story:
        self.after(30).helped().after(200).recovered().proposed().after(1).verified().after(1).reviewed().on_notice()
        return self.after(5).passed().after(1).eliminated()

    @property
    def status(self) -> str:
        return fresh(self.case).status

    def kinds(self) -> list[str]:
        return list(self.case.events.values_list("kind", flat=True))


def counted(as_of: date, known_at=None) -> dict[str, int]:
    found = figures(Scope(CITY, as_of, YEAR, known_at), COUNTED)
    return {code: int(figure.value) for code, figure in found.items()}


def test_a_clue_becomes_an_eliminated_risk_by_five_people_and_a_departments_system(world):
    story = Story(world).into_the_register().out_of_the_register()
    assert story.status == "eliminated"
    people = {row.recorded_by.username for row in story.case.events.select_related("recorded_by")} - {BUREAU}
    assert people == {LI, WANG, HUANG, ZHAO, CHEN}
    assert story.case.deadlines.filter(ended_on__isnull=True, limit="latest").values_list("clock").get() == (
        "feedback",
    )
    assert counted(story.day)["elimination.households"] == 1
    assert counted(story.day - timedelta(days=1))["elimination.households"] == 0
    assert audit_spans().differences == []
    assert AuditEvent.objects.filter(subject_id=str(story.case.pk)).count() == len(story.kinds())


@pytest.mark.parametrize("steps", range(6))
def test_a_household_may_be_refused_at_each_step_and_is_told_why(world, steps):
    story = Story(world).reported().after(2).surveyed("identification", 9000, 8000)
    way = [story.verified, story.compared, lambda: story.reviewed().on_notice(), lambda: None, story.passed]
    for taken in way[:steps]:
        taken()
        story.after(5)
    who = [WANG, BUREAU, HUANG, ZHAO, ZHAO, CHEN][steps]
    cases.refuse(reason="收入稳定超过监测范围", **story.by(who))
    story.after(2)
    cases.give_feedback(told="上门告知，本人无异议", **story.by(LI))
    told = story.case.events.order_by("sequence").values_list("kind", "details")
    assert [kind for kind, _details in told][-2:] == ["refused", "feedback_given"]
    assert dict(told)["refused"] == {"reason": "收入稳定超过监测范围"}
    assert not story.case.deadlines.filter(ended_on__isnull=True).exists()
    assert counted(story.day)["monitoring.total.households"] == 0


def test_an_objection_during_the_notice_leads_to_a_second_meeting_of_somebody_else(world):
    story = Story(world).reported().after(2).surveyed("identification", 9000, 8000).verified().compared()
    story.reviewed().on_notice().after(2)
    cases.object_to(record=Objection("家中新购汽车", "村民"), **story.by(LI))
    with pytest.raises(Conflict):
        cases.review_at_township(**story.by(ZHAO))
    with pytest.raises(Conflict):
        cases.review(record=MEETING, **story.by(HUANG))
    cases.review(record=Meeting(15, 12, 3, "车辆系借用，维持原议"), **story.by(ZHAO))
    assert story.status == "noticed"
    story.after(3)
    with pytest.raises(Conflict) as refusal:  # who held the second meeting does not decide for the township as well
        story.passed()
    assert refusal.value.stable_code == "same_person"


def test_a_roll_back_and_a_new_episode_leave_last_month_as_it_was(world):
    story = Story(world).into_the_register().out_of_the_register()
    last_month, known = story.day, evening(story.day, hour=23)
    was = counted(last_month, known)
    assert was == {"monitoring.total.households": 1, "monitoring.total.persons": 3, "elimination.households": 1}
    story.after(30)
    cases.roll_back(reason="再次患大病", **story.by(CHEN))
    assert (story.status, counted(story.day)["elimination.households"]) == ("monitored", 0)
    assert counted(last_month) == was
    assert counted(last_month, known) == was
    story.out_of_the_register().after(60).into_the_register()
    assert story.case.episode == 2
    assert story.home.cases.get(episode=1).status == "superseded"
    assert counted(story.day) == {
        "monitoring.total.households": 1,
        "monitoring.total.persons": 3,
        "elimination.households": 0,
    }
    assert counted(last_month) == was
    assert counted(last_month, known) == was
    assert audit_spans().differences == []


def test_by_the_green_channel_help_lands_first_and_the_procedure_follows(world):
    usual = Story(world).reported(risks_found=(Risk.NATURAL_DISASTER,))
    with pytest.raises(Conflict):
        usual.after(1).helped(Category.RELIEF)
    story = Story(world).reported(risks_found=(Risk.NATURAL_DISASTER,), is_green_channel=True)
    story.after(1).helped(Category.RELIEF)
    assert (story.status, fresh(story.case).is_green_channel) == ("reported", True)
    story.after(1).surveyed("identification", 9000, 0).verified().compared().reviewed().on_notice()
    assert story.after(5).passed().identified().status == "monitored"
    assert story.case.deadlines.get(clock="first_measure").ending == "met"


def test_steps_on_time_leave_no_clock_overdue_and_a_late_one_does(world):
    story = Story(world).reported().after(2).surveyed("identification", 9000, 8000).verified()
    assert story.case.deadlines.get(clock="verify").ending == "met"
    decide = story.case.deadlines.get(clock="decide")
    assert (decide.due_on, decide.is_late(date(2022, 3, 22)), decide.is_late(date(2022, 3, 23))) == (
        date(2022, 3, 22),
        False,
        True,
    )
