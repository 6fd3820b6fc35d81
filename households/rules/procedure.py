"""What is written down at each step of a procedure, and when it says too little (DOMAIN §3.1, §3.2, §3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from common.names import Name
from households.rules.codes import Risk
from households.rules.history import EventKind


class ClueSource(StrEnum):
    """Where a clue comes from (线索来源)."""

    SELF_APPLICATION = "self_application"
    INSPECTION = "inspection"
    DEPARTMENT_WARNING = "department_warning"
    HOTLINE = "hotline"
    VISIT = "visit"
    RECORD_CHECK = "record_check"


CLUE_SOURCES: dict[ClueSource, Name] = {
    ClueSource.SELF_APPLICATION: Name("农户自主申报", "self-application"),
    ClueSource.INSPECTION: Name("基层干部排查", "grass-roots inspection"),
    ClueSource.DEPARTMENT_WARNING: Name("部门筛查预警", "department warning"),
    ClueSource.HOTLINE: Name("热线和社会监督", "hotline and public oversight"),
    ClueSource.VISIT: Name("入户走访", "visit"),
    ClueSource.RECORD_CHECK: Name("平台监测分析", "check of the records"),
}


class Register(StrEnum):
    """A department's register against which a household is compared (信息比对)."""

    CIVIL = "civil"
    PROPERTY = "property"
    VEHICLES = "vehicles"
    TAX = "tax"
    COMPANIES = "companies"
    BENEFITS = "benefits"
    MEDICAL = "medical"
    EDUCATION = "education"


REGISTERS: dict[Register, Name] = {
    Register.CIVIL: Name("公安户籍", "police household register"),
    Register.PROPERTY: Name("不动产登记", "property register"),
    Register.VEHICLES: Name("机动车登记", "vehicle register"),
    Register.TAX: Name("税务", "tax"),
    Register.COMPANIES: Name("市场主体登记", "company register"),
    Register.BENEFITS: Name("民政低保特困", "social assistance"),
    Register.MEDICAL: Name("医疗保障", "medical insurance"),
    Register.EDUCATION: Name("教育", "education"),
}

# Facts so clear that help may come first and the procedure after (绿色通道).
CLEAR_AT_ONCE = frozenset({Risk.NATURAL_DISASTER, Risk.ACCIDENT, Risk.ILLNESS})
LONGEST_TEXT = 4000
# The detail of an event that another system decided: which one.
TAKEN_OVER = "taken_over"


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification at home: whether the authorisation of all members is on file, and what was found.

    `new_risks` are risks that the proposal of an elimination did not know of.
    """

    is_authorised: bool
    findings: str
    new_risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The registers that were asked, and what they say."""

    registers: tuple[Register, ...]
    findings: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A democratic review (民主评议): how many attended, the votes, the minutes."""

    attended: int
    votes_for: int
    votes_against: int
    minutes: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A public notice in the village, and where it hangs."""

    place: str


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection during the notice; who raised it may stay unnamed."""

    statement: str
    raised_by: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a township or a county wrote beside its decision."""

    text: str = ""


Record = Verification | Comparison | Meeting | Notice | Objection | Opinion

# What has to be written down at each step; a step that is not named here asks for nothing but its day.
ASKED: dict[EventKind, type[Record]] = {
    EventKind.VERIFIED: Verification,
    EventKind.COMPARED: Comparison,
    EventKind.REVIEWED: Meeting,
    EventKind.NOTICE_POSTED: Notice,
    EventKind.OBJECTED: Objection,
    EventKind.REVIEWED_AGAIN: Meeting,
    EventKind.ELIMINATION_VERIFIED: Verification,
    EventKind.ELIMINATION_REVIEWED: Meeting,
    EventKind.ELIMINATION_NOTICE_POSTED: Notice,
    EventKind.ELIMINATION_OBJECTED: Objection,
    EventKind.ELIMINATION_REVIEWED_AGAIN: Meeting,
}
OPTIONAL = frozenset(
    {
        EventKind.TOWNSHIP_PASSED,
        EventKind.IDENTIFIED,
        EventKind.ELIMINATION_TOWNSHIP_PASSED,
        EventKind.ELIMINATED,
    }
)
NEEDS_REASON = frozenset({EventKind.REFUSED, EventKind.ELIMINATION_DECLINED, EventKind.ROLLED_BACK})


def record_of(kind: EventKind) -> type[Record] | None:
    """What is written down at the step that makes such an event; None where nothing is."""
    return ASKED.get(kind) or (Opinion if kind in OPTIONAL else None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is missing from a record, as a sentence, and the field that is to blame."""

    sentence: str
    field: str


def fault_of(kind: EventKind, record: Record | None) -> Fault | None:
    """The first thing that the record of this step lacks; None where nothing is missing."""
    asked = ASKED.get(kind)
    if asked is None:
        if record is None or (kind in OPTIONAL and isinstance(record, Opinion)):
            return None
        return Fault(_("This step has no such record."), "record")
    if not isinstance(record, asked):
        return Fault(_TOLD_OF[asked](), "record")
    return next(_FAULTS[asked](record), None)


def details_of(record: Record | None) -> dict[str, Any]:
    """The record as plain JSON values, empty texts left out."""
    if record is None:
        return {}
    values = asdict(record).items()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value not in ("", ())}


def ends_of_notice(posted_on: date, days: int) -> date:
    """The first day on which a notice that was posted on that day has hung for so many whole days."""
    return date.fromordinal(posted_on.toordinal() + days)


def _of_verification(record: Verification) -> Iterator[Fault]:
    if not record.is_authorised:
        yield Fault(
            _("The written authorisation of all members is not on file. Obtain it before the household is verified."),
            "is_authorised",
        )
    yield from _written(record.findings, "findings", _("Write down what was found at home."))


def _of_comparison(record: Comparison) -> Iterator[Fault]:
    if not record.registers:
        yield Fault(_("Name the registers that were compared."), "registers")
    yield from _written(record.findings, "findings", _("Write down what the registers say."))


def _of_meeting(record: Meeting) -> Iterator[Fault]:
    if min(record.votes_for, record.votes_against) < 0 or record.attended < 1:
        yield Fault(_("Count those who attended and the votes; none is below zero, and somebody attended."), "attended")
    if record.votes_for + record.votes_against > record.attended:
        yield Fault(
            _("%(votes)d votes were cast and only %(attended)d attended. Count again.")
            % {"votes": record.votes_for + record.votes_against, "attended": record.attended},
            "votes_for",
        )
    if 2 * record.votes_for <= record.attended:
        yield Fault(
            _("%(votes)d of %(attended)d voted for it, which is not more than half. Record a refusal with its reason.")
            % {"votes": record.votes_for, "attended": record.attended},
            "votes_for",
        )
    yield from _written(record.minutes, "minutes", _("Write down the minutes of the meeting."))


def _of_notice(record: Notice) -> Iterator[Fault]:
    yield from _written(record.place, "place", _("Say where in the village the notice hangs."))


def _of_objection(record: Objection) -> Iterator[Fault]:
    yield from _written(record.statement, "statement", _("Write down what the objection says."))


def _written(text: str, field: str, sentence: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(sentence, field)
    if len(text) > LONGEST_TEXT:
        yield Fault(_("At most %(most)d characters.") % {"most": LONGEST_TEXT}, field)


_FAULTS: dict[type[Record], Callable[[Any], Iterator[Fault]]] = {
    Verification: _of_verification,
    Comparison: _of_comparison,
    Meeting: _of_meeting,
    Notice: _of_notice,
    Objection: _of_objection,
}
_TOLD_OF: dict[type[Record], Callable[[], str]] = {
    Verification: lambda: _("Say what was found at home and whether the authorisation is on file."),
    Comparison: lambda: _("Say which registers were compared and what they say."),
    Meeting: lambda: _("Say how many attended the meeting, how they voted, and what the minutes are."),
    Notice: lambda: _("Say where in the village the notice hangs."),
    Objection: lambda: _("Write down what the objection says."),
}
