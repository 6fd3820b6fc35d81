"""Demonstrations: writing the synthetic records of a published source, and clearing them away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from itertools import islice

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from assistance.models import Measure, MeasureSpan, Plan
from assistance.operations import quality
from common.moments import day_of
from common.querysets import begins_with
from common.refusals import Conflict, Invalid, NotFound
from demo.models import Demonstration
from demo.operations import entrusting, sign_ins, writing
from demo.rules import plan as plans
from demo.rules.courses import LONGEST_BEFORE_IDENTIFIED, Calendar
from demo.rules.identity import UNASSIGNED_AREAS
from demo.rules.records import PlannedHousehold
from households.models import (
    Assignment,
    Case,
    CaseEvent,
    CaseRisk,
    CaseSpan,
    Clue,
    Deadline,
    DeadlinePause,
    Division,
    Escalation,
    Finding,
    GateWaiver,
    GuaranteeCheck,
    Household,
    HouseholdLink,
    HouseholdMove,
    IncomeSurvey,
    Member,
    MemberCondition,
    Membership,
    RiskFinding,
    Visit,
    VisitPhoto,
)
from households.models import Conflict as KeptConflict
from households.rules.levels import Level
from reports.rules.sources import Source

CHUNK = 500
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
    Clue,
    KeptConflict,
    Assignment,
)
WITH_VILLAGE_BELOW_EVENTS: tuple[type[Model], ...] = (Finding, Case, IncomeSurvey, GuaranteeCheck)
Progress = Callable[[int, int], None]


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
        clerks = writing.clerks_of(division, _first_day(plan.households, source.as_of), at)
        responsible = entrusting.responsible_in(division, _first_day(plan.households, source.as_of), at)
        for done, chunk in _chunks(plan.households):
            _plan_anew()
            pairs = writing.write(chunk, clerks, source.as_of)
            entrusting.entrust(pairs=pairs, responsible=responsible, by=clerks.supervisor, on=source.as_of)
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
    _plan_anew()
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
    HouseholdLink.objects.filter(Q(from_household__in=homes) | Q(to_household__in=homes))._raw_delete("default")
    HouseholdMove.objects.filter(household__in=homes)._raw_delete("default")
    # A person is within scope by a membership alone, so what is known of people goes before their memberships.
    MemberCondition.objects.filter(member__in=members)._raw_delete("default")
    Member.objects.filter(pk__in=members)._raw_delete("default")
    Membership.objects.filter(household__in=homes)._raw_delete("default")
    count = homes._raw_delete("default")
    Demonstration.objects.filter(pk=division.pk).delete()
    return count


def _plan_anew() -> None:
    """Let the database forget how it meant to read tables that were empty before: they are no longer."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


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


def _first_day(planned: Sequence[PlannedHousehold], as_of: date) -> date:
    return min((household.reported_on for household in planned), default=as_of)


def _chunks(planned: Sequence[PlannedHousehold]) -> Iterator[tuple[int, list[PlannedHousehold]]]:
    rest = iter(planned)
    done = 0
    while chunk := list(islice(rest, CHUNK)):
        done += len(chunk)
        yield done, chunk
