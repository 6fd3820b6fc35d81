"""The cast of the tests, and builders that make a small world through the product's own operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from zoneinfo import ZoneInfo

from PIL import Image

from accounts.models import User
from accounts.permissions import Role
from assistance.models import Measure
from assistance.operations import eliminations, measures, relocations
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from common.ids import new_id
from households.models import Case, Division, Household, HouseholdLink, Member, Posting, Standard, Visit
from households.operations import cases, corrections, households, lineages, members, surveys, visits
from households.operations.households import Registration
from households.operations.lineages import Split
from households.operations.members import Person
from households.operations.moves import Step
from households.operations.surveys import Income
from households.operations.visits import Submission
from households.rules.admission import RiskFound
from households.rules.codes import EliminationWay, HouseholdType, Relationship, Risk, Sex
from households.rules.documents import check_character
from households.rules.history import EVENT_OF_TRANSITION
from households.rules.incomes import IncomeItems
from households.rules.initials import initials
from households.rules.levels import parent_of
from households.rules.procedure import (
    ASKED,
    Comparison,
    Meeting,
    Notice,
    Objection,
    Record,
    Register,
    Verification,
)
from households.rules.standards import Kind, defaults
from households.rules.visits import Purpose
from households.workflow import Status

# One city of two counties; the first county has a township of two villages, the second one of one.
PROVINCE, CITY, COUNTY, OTHER_COUNTY = "62", "6201", "620121", "620122"
TOWNSHIP, OTHER_TOWNSHIP = "620121100", "620122100"
VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = "620121100201", "620121100202", "620122100201"
NAMES = {
    PROVINCE: "甘肃省",
    CITY: "兰州市",
    COUNTY: "永登县",
    OTHER_COUNTY: "皋兰县",
    TOWNSHIP: "城关镇",
    OTHER_TOWNSHIP: "石洞镇",
    VILLAGE: "高坪村",
    NEXT_VILLAGE: "满城村",
    FAR_VILLAGE: "文山村",
}
HIRED_ON = date(2020, 1, 1)
LI, WANG, HUANG, ZHAO, CHEN, SUN, ZHOU, BUREAU, STRANGER = (
    "li.mei", "wang.jun", "huang.lan", "zhao.hong", "chen.wei", "sun.li", "zhou.kai", "bureau", "stranger"
)  # fmt: skip
POSTED: dict[str, tuple[Role, str]] = {
    LI: (Role.CASEWORKER, CITY),
    WANG: (Role.CASEWORKER, CITY),
    HUANG: (Role.CONVENER, CITY),
    ZHAO: (Role.REVIEWER, CITY),
    CHEN: (Role.APPROVER, CITY),
    SUN: (Role.SUPERVISOR, CITY),
    ZHOU: (Role.ADMINISTRATOR, CITY),
    BUREAU: (Role.CLIENT, CITY),
}
# Who usually takes the step to each state, and what is written down there.
MEETING = Meeting(attended=12, votes_for=11, votes_against=1, minutes="同意")
NOTICE = Notice("村务公开栏")
TAKEN_BY: dict[Status, str] = {
    Status.VERIFIED: WANG,
    Status.COMPARED: BUREAU,
    Status.REVIEWED: HUANG,
    Status.NOTICED: HUANG,
    Status.OBJECTED: LI,
    Status.TOWNSHIP_PASSED: ZHAO,
    Status.MONITORED: CHEN,
    Status.ELIMINATION_PROPOSED: LI,
    Status.ELIMINATION_VERIFIED: WANG,
    Status.ELIMINATION_REVIEWED: HUANG,
    Status.ELIMINATION_NOTICED: HUANG,
    Status.ELIMINATION_OBJECTED: LI,
    Status.ELIMINATION_TOWNSHIP_PASSED: ZHAO,
    Status.ELIMINATED: CHEN,
    Status.REFUSED: CHEN,
}
VERIFICATION = Verification(is_authorised=True, findings="情况属实")
COMPARISON = Comparison((Register.CIVIL, Register.PROPERTY), "无异常")
RECORDS: dict[type[Record], Record] = {
    Verification: VERIFICATION,
    Comparison: COMPARISON,
    Meeting: MEETING,
    Notice: NOTICE,
    Objection: Objection("家中有车"),
}
WAY_TO_MONITORED = (
    Status.VERIFIED,
    Status.COMPARED,
    Status.REVIEWED,
    Status.NOTICED,
    Status.TOWNSHIP_PASSED,
    Status.MONITORED,
)
WAY_FROM_MONITORED = (
    Status.ELIMINATION_PROPOSED,
    Status.ELIMINATION_VERIFIED,
    Status.ELIMINATION_REVIEWED,
    Status.ELIMINATION_NOTICED,
    Status.ELIMINATION_TOWNSHIP_PASSED,
    Status.ELIMINATED,
)
WAY_TO_ELIMINATED = (*WAY_TO_MONITORED, *WAY_FROM_MONITORED)


def evening(day: date, hour: int = 18) -> datetime:
    """A moment of that day in the deployment's time zone."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def picture(kind: str = "JPEG") -> bytes:
    """A small green picture."""
    written = BytesIO()
    Image.new("RGB", (40, 30), "green").save(written, kind)
    return written.getvalue()


def numbers() -> Iterator[str]:
    """Valid identity numbers of men, all different, of nobody: the area 629999 is not in use."""
    for number in count():
        born, sequence = date(1980, 1, 1) + timedelta(days=number // 500), 2 * (number % 500) + 1
        first = f"629999{born:%Y%m%d}{sequence:03d}"
        yield first + check_character(first)


@dataclass
class World:
    """Places, people who act, and builders; every record is made by an operation."""

    cast: dict[str, User]
    numbers: Iterator[str]

    @classmethod
    def begin(cls) -> World:
        """An empty world: its divisions and its cast, everyone posted to the city, the stranger to nothing."""
        Division.objects.bulk_create(
            Division(code=code, name=name, initials=initials(name), parent_id=parent_of(code))
            for code, name in NAMES.items()
        )
        cast = {name: User.objects.create(username=name) for name in (*POSTED, STRANGER)}
        Posting.objects.bulk_create(
            Posting(user=cast[name], role=role.value, division_id=code, starts_on=HIRED_ON)
            for name, (role, code) in POSTED.items()
        )
        world = cls(cast, numbers())
        world.without_waiting()
        return world

    def without_waiting(self) -> None:
        """In this world no notice has to hang and no gate is shut, so that a story can be told in a day."""
        self._turn_off(Kind.CLOCK, ["notice"])
        self.without_gate()

    def without_gate(self) -> None:
        """From now on nothing but the procedure stands between a household and elimination."""
        self._turn_off(Kind.GATE_RULE, list(defaults(Kind.GATE_RULE)))

    def _turn_off(self, kind: Kind, codes: Sequence[str]) -> None:
        Standard.objects.bulk_create(
            Standard(
                kind=kind.value,
                code=code,
                division_id=PROVINCE,
                valid_from=HIRED_ON,
                value={**defaults(kind)[code].value, "is_on": False},
                source="测试",
                recorded_at=evening(HIRED_ON),
                recorded_by=self[ZHOU],
            )
            for code in codes
        )

    def with_waiting(self) -> None:
        """From now on the standards hold that ship."""
        Standard.objects.all().delete()

    def with_gate(self) -> None:
        """From now on the exit gate asks what it ships with; a notice still need not hang."""
        Standard.objects.filter(kind=Kind.GATE_RULE.value).delete()

    def __getitem__(self, name: str) -> User:
        return self.cast[name]

    def household(
        self, on: date, *, persons: int = 3, village: str = VILLAGE, is_former_poor: bool = True
    ) -> Household:
        """A household registered on that day with so many members, the first its head."""
        people = tuple(
            self.person(on, Relationship.HEAD if number == 0 else Relationship.OTHER) for number in range(persons)
        )
        registration = Registration(
            village, people, on, self[LI], evening(on), is_former_poor=is_former_poor, phone="13900000000"
        )
        return households.register(registration=registration)

    def person(self, on: date, relationship: Relationship = Relationship.OTHER) -> Person:
        """A person who joins on that day."""
        return Person("张三", Sex.MALE, relationship, on, number=next(self.numbers))

    def report(
        self,
        household: Household,
        on: date,
        *,
        household_type: HouseholdType = HouseholdType.UNSTABLE,
        risks: Sequence[Risk] = (Risk.ILLNESS,),
        has_no_labour: bool = False,
    ) -> Case:
        """A clue about the household."""
        return cases.report(
            household=household,
            household_type=household_type,
            risks=[RiskFound(risk) for risk in risks],
            on=on,
            by=self[LI],
            at=evening(on),
            has_no_labour=has_no_labour,
        )

    def surveyed(self, household: Household, on: date) -> Household:
        """The household with an income survey and a check of its guarantees of that day on file."""
        year = on - timedelta(days=365)
        who, at = self[LI], evening(on)
        none = IncomeItems(*[Decimal(0)] * 6, self_paid=Decimal(100))
        surveys.record_income(income=Income(household, "identification", on, year, on, 3, none, who, at))
        surveys.record_guarantees(
            household=household,
            checked_on=on,
            is_housing_safe=True,
            is_schooling_kept=True,
            is_everyone_insured=True,
            is_water_safe=True,
            by=who,
            at=at,
        )
        return household

    def unsafe(self, household: Household, on: date) -> Household:
        """The household, whose housing was found unsafe on that day."""
        seen = {"is_schooling_kept": True, "is_everyone_insured": True, "is_water_safe": True}
        surveys.record_guarantees(
            household=household, checked_on=on, is_housing_safe=False, **seen, by=self[LI], at=evening(on)
        )
        return household

    def step(self, case: Case, to: Status, on: date, *, by: str | None = None, at: datetime | None = None) -> Case:
        """The case as it stands in the database moved to the state `to`."""
        case = fresh(case)
        self._prepare(case, [to], on)
        step = self._step(case, Status(case.status), to, on, 0, by=by, at=at)
        return eliminations.move_all(steps=[step])[0]

    def steps(self, case: Case, way: Sequence[Status], on: date) -> Case:
        """The steps of `way`, all on one day."""
        case = fresh(case)
        self._prepare(case, way, on)
        froms = [Status(case.status), *way]
        taken = [self._step(case, froms[number], to, on, number) for number, to in enumerate(way)]
        return eliminations.move_all(steps=taken)[-1] if taken else case

    def _prepare(self, case: Case, way: Sequence[Status], on: date) -> None:
        if {Status.VERIFIED, Status.ELIMINATION_VERIFIED} & set(way):
            self.surveyed(case.household, on)

    def _step(
        self,
        case: Case,
        was: Status,
        to: Status,
        on: date,
        number: int,
        by: str | None = None,
        at: datetime | None = None,
    ) -> Step:
        way = EliminationWay.ASSISTED if to in {Status.ELIMINATION_PROPOSED, Status.ELIMINATED} else None
        who = self[by or TAKEN_BY[to]]
        record = RECORDS.get(ASKED.get(EVENT_OF_TRANSITION.get((was, to))))
        return Step(
            case, to, on, who, at or evening(on), case.version + number, way=way, reason="依据核实结果", record=record
        )

    def monitored(self, on: date, **household: object) -> Case:
        """A new household, reported and identified on that day."""
        return self.steps(self.report(self.household(on, **household), on), WAY_TO_MONITORED, on)

    def eliminated(self, on: date, eliminated_on: date, **household: object) -> Case:
        """A new household, identified on the one day and eliminated on the other."""
        return self.steps(self.monitored(on, **household), WAY_FROM_MONITORED, eliminated_on)

    def help(self, case: Case, category: Category, landed_on: date | None, *, at: datetime | None = None) -> Measure:
        """A measure for the case, landed on that day or only planned."""
        on = landed_on or fresh(case).reported_on
        return measures.plan(
            measure=Help(case, category, "一户一策", on, self[LI], at or evening(on), landed_on=landed_on)
        )

    def visit(self, household: Household, on: date, **told: object) -> Visit:
        """A visit on that day by the caseworker, with whatever else is told of it."""
        given = {"purpose": Purpose.ROUTINE, "findings": "一切正常", **told}
        sent = Submission(new_id(), household, happened_at=evening(on, 15), **given)
        return visits.log(visit=sent, by=self[LI], at=evening(on))

    def join(self, household: Household, on: date, *, at: datetime | None = None) -> Member:
        """One person more in the household from that day on."""
        household.refresh_from_db()
        return members.add(
            household=household,
            person=self.person(on),
            by=self[LI],
            at=at or evening(on),
            expected_version=household.version,
        )

    def moved(self, household: Household, village: str, on: date, *, at: datetime | None = None) -> Household:
        """The household lives in that village from that day on."""
        household.refresh_from_db()
        relocations.relocate(
            household=household,
            village=village,
            address="",
            on=on,
            by=self[ZHAO],
            at=at or evening(on),
            expected_version=household.version,
        )
        return Household.objects.get(pk=household.pk)

    def merged(self, household: Household, into: Household, on: date, *, at: datetime | None = None) -> HouseholdLink:
        """All of the one household belong to the other from that day on."""
        household.refresh_from_db()
        into.refresh_from_db()
        return lineages.merge(
            household=household,
            into=into,
            relationships={},
            on=on,
            by=self[ZHAO],
            at=at or evening(on),
            expected_version=household.version,
            into_version=into.version,
        )

    def unmerged(self, link: HouseholdLink, on: date, *, at: datetime | None = None) -> Household:
        """The merge is undone from that day on."""
        into = Household.objects.get(pk=link.to_household_id)
        return lineages.unmerge(
            link=link, reason="误并", on=on, by=self[ZHAO], at=at or evening(on), expected_version=into.version
        )

    def split(self, household: Household, on: date, *, village: str = "", at: datetime | None = None) -> Household:
        """The member who joined last leaves for a household of his own."""
        household.refresh_from_db()
        held = household.memberships.filter(left_on__isnull=True).exclude(relationship=Relationship.HEAD)
        leaving = {row.member_id: Relationship.HEAD for row in held.order_by("joined_on", "id").reverse()[:1]}
        when, place = at or evening(on), village or household.village_id
        told = Split(household, place, leaving, on, self[ZHAO], when, household.version)
        return lineages.split(split=told)

    def correct(self, case: Case, kind: str, on: date, at: datetime) -> Case:
        """The last event of that kind happened on another day."""
        event = case.events.filter(kind=kind).latest("sequence")
        return corrections.correct_day(
            event=event, on=on, reason="误写", by=self[SUN], at=at, expected_version=fresh(case).version
        )

    def remove(self, household: Household, at: datetime) -> Household:
        """The household was registered in error."""
        household.refresh_from_db()
        return households.remove(
            household=household, reason="误登", by=self[SUN], at=at, expected_version=household.version
        )


def fresh(case: Case) -> Case:
    """The case as it stands in the database."""
    return Case.objects.get(pk=case.pk)
