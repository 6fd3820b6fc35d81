"""Measures as they are planned: what is said of one, and whether that can be so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from assistance.operations.plans import check_gets_help
from assistance.rules.categories import Category
from common.fingerprints import fingerprint
from common.moments import day_of
from common.refusals import Conflict, Invalid
from households import access
from households.models import Case, CaseRisk, Member, Membership
from households.rules.codes import Risk
from households.workflow import UNDER_IDENTIFICATION, Status

BEFORE_THE_DECISION = UNDER_IDENTIFICATION | {Status.REFUSED}


@dataclass(frozen=True, slots=True)
class Help:
    """A measure for the household of `case`; `landed_on` is None while it is only planned. `amount` in yuan.

    `risk` is the one of the case that it answers, None where it answers none by itself; `id` is a key that the client
    chose, under which the same measure is recorded once.
    """

    case: Case
    category: Category
    item: str
    on: date
    by: User
    at: datetime
    landed_on: date | None = None
    member: Member | None = None
    amount: Decimal | None = None
    risk: Risk | None = None
    responsible_unit: str = ""
    responsible: User | None = None
    due_on: date | None = None
    evidence: str = ""
    id: UUID | None = None

    @property
    def fingerprint(self) -> str:
        """What is said, in short; nothing where no key was chosen to say it again under."""
        names = [name for name in self.__dataclass_fields__ if name not in {"at", "id"}]
        told = {name: getattr(self, name) for name in names}
        written = {name: told[name].strip() for name in ("item", "responsible_unit", "evidence")}
        return fingerprint(told | written) if self.id else ""


@dataclass(frozen=True, slots=True)
class Known:
    """The risks of the cases and the members of the households, of the measures that name one."""

    risks: Collection[tuple[UUID, str]]
    members: Collection[tuple[UUID, UUID]]

    @classmethod
    def of(cls, helps: Sequence[Help]) -> Known:
        """What is known for these measures; two queries at most."""
        cases = {each.case.pk for each in helps if each.risk is not None}
        homes = {each.case.household_id for each in helps if each.member is not None}
        risks = CaseRisk.objects.filter(case__in=cases).values_list("case", "risk") if cases else ()
        members = Membership.objects.filter(household__in=homes).values_list("household", "member") if homes else ()
        return cls(set(risks), set(members))


def check_day(case: Case, on: date, at: datetime, field: str) -> None:
    """Refuse with Invalid a day on which work on a measure cannot have begun."""
    if on > day_of(at):
        raise Invalid(_("A measure cannot begin in the future."), field=field)
    if on < case.reported_on:
        raise Invalid(
            _("The case was reported on %(day)s; a measure for it cannot have begun before.")
            % {"day": case.reported_on},
            field=field,
        )


def check_landing(case: Case, on: date, at: datetime) -> None:
    """Refuse a day on which a measure cannot have landed, and any where the household is not identified yet."""
    if Status(case.status) in BEFORE_THE_DECISION and not case.is_green_channel:
        raise Conflict(
            _(
                "The household is not identified yet, so a measure can be planned but not land. Finish the "
                "identification first; help before it needs a case that was reported by the green channel."
            ),
            code="not_identified",
        )
    if on > day_of(at):
        raise Invalid(_("A measure cannot land in the future."), field="landed_on")
    if on < case.reported_on:
        raise Invalid(
            _("The case was reported on %(day)s; a measure for it cannot have landed before.")
            % {"day": case.reported_on},
            field="landed_on",
        )


def check(each: Help, case: Case, known: Known) -> None:
    """Refuse what cannot be planned so for the case."""
    check_gets_help(case)
    if not each.item.strip():
        raise Invalid(_("Say what the measure is."), field="item")
    if each.on > day_of(each.at):
        raise Invalid(_("A measure cannot be planned on a day in the future."), field="on")
    if each.due_on is not None and each.due_on < each.on:
        raise Invalid(_("A measure cannot be due before it is planned."), field="due_on")
    if each.landed_on is not None:
        check_landing(case, each.landed_on, each.at)
    if each.amount is not None and not each.amount.is_nan() and each.amount < 0:
        raise Invalid(_("An amount cannot be below zero."), field="amount")
    if each.risk is not None and (case.pk, each.risk.value) not in known.risks:
        raise Invalid(_("The case has no such risk. Choose one of its risks, or none."), field="risk")
    if each.member is not None and (case.household_id, each.member.pk) not in known.members:
        raise Invalid(_("This person is no member of the household."), field="member")


def check_responsible(each: Help, case: Case, desk: access.Desk) -> None:
    """Refuse with Invalid somebody who does not see the household."""
    who = each.responsible
    if who is None:
        return
    seen = desk.can(who, Permission.VIEW_RECORDS, case.village_id, day_of(each.at), case.household_id)
    if who.is_system or not seen:
        raise Invalid(
            _("%(user)s holds no posting that shows this household. Name somebody who works here.") % {"user": who},
            field="responsible",
        )
