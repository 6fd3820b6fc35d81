"""Measures: recorded, landed, withdrawn, and how each of these moves the figures."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import AuditEvent
from assistance.models import Measure, MeasureSpan, Plan
from assistance.operations import audits, measures
from assistance.operations.planning import Help
from assistance.rules.categories import Category
from assistance.rules.states import State
from common.refusals import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from households.operations import cases
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType, Risk
from households.workflow import Status
from tests.cast import CHEN, LI, STRANGER, SUN, WANG, WAY_TO_MONITORED, World, evening, picture

MARCH, APRIL, MAY, JUNE = (date(2022, month, 1) for month in (3, 4, 5, 6))


def landed(day: date, known_at: datetime | None = None) -> int:
    return MeasureSpan.objects.landed_by(day).known_at(known_at).count()


def land(world: World, measure: Measure, on: date, at: datetime | None = None, **changed: object) -> Measure:
    given = {"by": world[LI], "at": at or evening(JUNE), "expected_version": Measure.objects.get(pk=measure.pk).version}
    return measures.land(measure=measure, on=on, **{**given, **changed})


def withdraw(world: World, measure: Measure, at: datetime | None = None, **changed: object) -> Measure:
    version = Measure.objects.get(pk=measure.pk).version
    given = {"reason": "未实施", "by": world[SUN], "at": at or evening(JUNE), "expected_version": version}
    return measures.withdraw(measure=measure, **{**given, **changed})


def test_a_landed_measure_counts_from_the_day_on_which_it_landed(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    assert (measure.landed_on, measure.category, measure.version) == (APRIL, "health", 1)
    assert [landed(day) for day in (MARCH, APRIL, JUNE)] == [0, 1, 1]


def test_a_planned_measure_counts_once_it_has_landed(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    assert landed(JUNE) == 0
    measure = land(world, measure, MAY)
    assert (measure.landed_on, measure.version, landed(APRIL), landed(MAY)) == (MAY, 2, 0, 1)


def test_another_day_of_landing_is_a_correction_that_leaves_what_was_known(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    land(world, measure, MAY, at=evening(JUNE))
    assert (landed(APRIL), landed(APRIL, evening(MAY)), landed(MAY)) == (0, 1, 1)


def test_a_withdrawn_measure_leaves_the_figures_and_stays_in_the_record(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    withdraw(world, measure)
    assert (landed(JUNE), landed(JUNE, evening(MAY))) == (0, 1)
    kept = Measure.objects.get()
    assert (kept.withdrawn_at, kept.withdrawal_reason, kept.landed_on) == (evening(JUNE), "未实施", APRIL)


def test_changes_of_one_moment_are_known_one_after_the_other(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    first = evening(APRIL)
    land(world, measure, date(2022, 3, 20), at=first)
    land(world, measure, date(2022, 3, 21), at=first - timedelta(hours=3))
    withdraw(world, measure, at=first)
    moments = [(span.recorded.lower, span.recorded.upper) for span in MeasureSpan.objects.order_by("id")]
    assert [upper for _lower, upper in moments[:-1]] == [lower for lower, _upper in moments[1:]]
    assert all(lower < upper for lower, upper in moments)
    assert landed(APRIL, first) == 1


def test_the_plan_is_drawn_up_with_the_first_measure(world):
    case = world.monitored(MARCH)
    one, two = world.help(case, Category.HEALTH, APRIL), world.help(case, Category.INDUSTRY, MAY)
    plan = Plan.objects.get()
    assert (one.plan, two.plan, plan.case, plan.drawn_up_on, plan.is_current) == (plan, plan, case, APRIL, True)


def test_a_measure_may_be_for_one_member_and_cost_something(world):
    case = world.monitored(MARCH)
    member = case.household.memberships.first().member
    measure = measures.plan(
        measure=Help(
            case, Category.PUBLIC_POST, "护林员", MARCH, world[LI], evening(MARCH), None, member, Decimal("500.50")
        )
    )
    assert (measure.member, Measure.objects.get().amount) == (member, Decimal("500.50"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"item": "  "}, "item"),
        ({"on": date(2022, 6, 2)}, "on"),
        ({"landed_on": date(2022, 6, 2)}, "landed_on"),
        ({"landed_on": date(2022, 2, 28)}, "landed_on"),
        ({"amount": Decimal("-0.01")}, "amount"),
        ({"amount": Decimal("1e12")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"item": "保" * 201}, "item"),
        ({"item": "医\x00保"}, "item"),
    ],
)
def test_a_measure_that_cannot_be_so_is_refused(world, changed, field):
    given = {"case": world.monitored(MARCH), "category": Category.HEALTH, "item": "医保", "on": MARCH}
    with pytest.raises(Invalid) as refusal:
        measures.plan(measure=Help(**{**given, "by": world[LI], "at": evening(JUNE), **changed}))
    assert refusal.value.field == field
    assert (Measure.objects.count(), Plan.objects.count()) == (0, 0)


@pytest.mark.parametrize("on", [date(2022, 2, 28), date(2022, 6, 2)])
def test_a_measure_lands_between_the_clue_and_today(world, on):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    with pytest.raises(Invalid):
        land(world, measure, on)


def test_a_closed_case_gets_no_measure_and_an_eliminated_one_does(world):
    eliminated = world.eliminated(MARCH, APRIL)
    world.help(eliminated, Category.HEALTH, MAY)
    world.steps(world.report(eliminated.household, MAY), WAY_TO_MONITORED, MAY)
    refused = world.step(world.report(world.household(MARCH), MARCH), Status.REFUSED, MARCH, by=WANG)
    removed = world.eliminated(MARCH, APRIL)
    world.remove(removed.household, evening(MAY))
    for case in (eliminated, refused, removed):
        with pytest.raises(Conflict):
            world.help(case, Category.HEALTH, MAY, at=evening(JUNE))


def test_a_change_needs_the_right_the_version_and_a_measure_that_stands(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    for change, refusal in (
        ({"by": world[CHEN]}, NotAllowed),
        ({"expected_version": None}, VersionMissing),
        ({"expected_version": 9}, Stale),
    ):
        with pytest.raises(refusal):
            land(world, measure, MAY, **change)
        with pytest.raises(refusal):
            withdraw(world, measure, **change)
    with pytest.raises(NotAllowed):
        withdraw(world, measure, by=world[LI])
    with pytest.raises(Invalid):
        withdraw(world, measure, reason="")
    withdraw(world, measure)
    for late in (land, withdraw):
        with pytest.raises(Conflict):
            late(world, measure, *([MAY] if late is land else []))


def test_measures_are_recorded_all_or_none(world):
    case = world.monitored(MARCH)
    rows = AuditEvent.objects.count()
    good = Help(case, Category.HEALTH, "医保", MARCH, world[LI], evening(MARCH), MARCH)
    bad = Help(case, Category.HEALTH, "", MARCH, world[LI], evening(MARCH))
    with pytest.raises(Invalid):
        measures.record_all(helps=[good, bad])
    assert (Measure.objects.count(), MeasureSpan.objects.count(), AuditEvent.objects.count()) == (0, 0, rows)


def test_the_audit_of_measures_finds_what_was_changed_behind_the_operations(world):
    world[LI].is_demonstration = True  # of invented households alone the database lets a span go
    case = world.monitored(MARCH)
    kept, lost, moved = (world.help(case, Category.HEALTH, APRIL) for _ in range(3))
    world.help(case, Category.HEALTH, None)
    assert (audits.audit_spans().checked, audits.audit_spans().differences) == (4, [])
    MeasureSpan.objects.filter(measure=lost).delete()
    Measure.objects.filter(pk=moved.pk).update(landed_on=MAY)
    found = audits.audit_spans(under=case.village_id).differences
    assert sorted(sentence.split(":")[0] for sentence in found) == sorted(
        f"measure {measure.pk}" for measure in (lost, moved, moved)
    )
    assert not any(str(kept.pk) in sentence for sentence in found)
    assert audits.audit_spans(under="63").checked == 0


@pytest.mark.parametrize("reason", ["误" * 501, "\x00"])
def test_a_reason_that_cannot_be_kept_is_refused(world, reason):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    with pytest.raises(Invalid) as refusal:
        measures.withdraw(measure=measure, reason=reason, by=world[SUN], at=evening(JUNE), expected_version=1)
    assert refusal.value.field == "reason"


# --- planned, under way, landed, ended --------------------------------------------------------------------------------


def step(world: World, verb, measure: Measure, on: date, **changed: object) -> Measure:
    given = {"by": world[LI], "at": evening(JUNE), "expected_version": Measure.objects.get(pk=measure.pk).version}
    return verb(measure=measure, on=on, **{**given, **changed})


def test_a_measure_goes_from_planned_over_under_way_and_landed_to_ended(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    assert measure.state is State.PLANNED
    assert step(world, measures.start, measure, APRIL).state is State.UNDER_WAY
    assert step(world, measures.land, measure, MAY).state is State.LANDED
    assert step(world, measures.end, measure, JUNE).state is State.ENDED
    kept = Measure.objects.get()
    assert (kept.started_on, kept.landed_on, kept.ended_on, kept.version) == (APRIL, MAY, JUNE, 4)
    assert (landed(APRIL), landed(JUNE)) == (0, 1)
    actions = AuditEvent.objects.filter(subject_id=str(measure.pk)).values_list("action", flat=True)
    assert set(actions) == {"measure.recorded", "measure.started", "measure.landed", "measure.ended"}


@pytest.mark.parametrize(
    ("verb", "on", "field"),
    [
        (measures.start, date(2022, 2, 28), "started_on"),
        (measures.start, date(2022, 6, 2), "started_on"),
        (measures.start, date(2022, 4, 2), "started_on"),
        (measures.end, date(2022, 3, 31), "ended_on"),
        (measures.end, date(2022, 6, 2), "ended_on"),
    ],
)
def test_the_days_of_a_measure_follow_one_another(world, verb, on, field):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    with pytest.raises(Invalid) as refusal:
        step(world, verb, measure, on)
    assert refusal.value.field == field


def test_a_landing_before_the_start_or_after_the_end_is_refused(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    step(world, measures.start, measure, APRIL)
    with pytest.raises(Invalid):
        step(world, measures.land, measure, date(2022, 3, 31))
    step(world, measures.land, measure, APRIL)
    step(world, measures.end, measure, MAY)
    with pytest.raises(Invalid):
        step(world, measures.land, measure, JUNE)


def test_what_has_not_landed_cannot_end(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    with pytest.raises(Conflict):
        step(world, measures.end, measure, APRIL)


@pytest.mark.parametrize("verb", [measures.start, measures.land, measures.end])
def test_each_step_needs_the_right_and_the_version(world, verb):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    for changed, refusal in (
        ({"by": world[CHEN]}, NotAllowed),
        ({"expected_version": None}, VersionMissing),
        ({"expected_version": 7}, Stale),
    ):
        with pytest.raises(refusal):
            step(world, verb, measure, APRIL, **changed)


def test_a_landing_keeps_what_shows_it(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    step(world, measures.land, measure, MAY, evidence=" 缴费凭证 ", photo=picture("PNG"))
    kept = Measure.objects.get()
    assert kept.evidence == "缴费凭证"
    assert kept.evidence_photo.name == f"measures/2022/05/{measure.pk}.jpg"
    assert default_storage.open(kept.evidence_photo.name).read(3) == b"\xff\xd8\xff"
    step(world, measures.land, measure, APRIL)
    assert Measure.objects.get().evidence == "缴费凭证"


def test_evidence_that_is_no_picture_is_refused_and_the_measure_stays_planned(world):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, None)
    with pytest.raises(Invalid) as refusal:
        step(world, measures.land, measure, MAY, photo=b"%PDF-1.7")
    assert (refusal.value.field, Measure.objects.get().state) == ("photo", State.PLANNED)


# --- what a measure answers, and who is responsible -------------------------------------------------------------------


def test_a_measure_answers_a_risk_of_its_case_by_somebody_until_a_day(world):
    case = world.monitored(MARCH)
    given = Help(
        case,
        Category.HEALTH,
        "大病救治",
        MARCH,
        world[LI],
        evening(MARCH),
        risk=Risk.ILLNESS,
        responsible_unit="县医保局",
        responsible=world[WANG],
        due_on=APRIL,
    )
    measures.plan(measure=given)
    kept = Measure.objects.get()
    assert (kept.risk, kept.responsible_unit, kept.responsible, kept.due_on) == (
        "illness",
        "县医保局",
        world[WANG],
        APRIL,
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (lambda world: {"risk": Risk.UNSAFE_WATER}, "risk"),
        (lambda world: {"due_on": date(2022, 2, 28)}, "due_on"),
        (lambda world: {"responsible": world[STRANGER]}, "responsible"),
        (lambda world: {"member": world.household(MARCH).memberships.first().member}, "member"),
        (lambda world: {"responsible_unit": "局" * 201}, "responsible_unit"),
    ],
)
def test_a_measure_for_another_risk_person_or_day_is_refused(world, changed, field):
    given = Help(world.monitored(MARCH), Category.HEALTH, "医保", MARCH, world[LI], evening(MARCH))
    with pytest.raises(Invalid) as refusal:
        measures.plan(measure=replace(given, **changed(world)))
    assert (refusal.value.field, Measure.objects.count()) == (field, 0)


def test_measures_are_due_from_their_day_on_until_they_land_or_are_withdrawn(world):
    case = world.monitored(MARCH)
    given = Help(case, Category.HEALTH, "医保", MARCH, world[LI], evening(MARCH))
    days = (APRIL, APRIL, APRIL, MAY, None)
    due, done, gone, later, _never = (measures.plan(measure=replace(given, due_on=day)) for day in days)
    land(world, done, APRIL)
    withdraw(world, gone)
    keys = {due.pk: "due", later.pk: "later"}
    found = {day: {keys[row.pk] for row in Measure.objects.due(day)} for day in (date(2022, 3, 31), APRIL, MAY)}
    assert found == {date(2022, 3, 31): set(), APRIL: {"due"}, MAY: {"due", "later"}}


# --- before the household is identified -------------------------------------------------------------------------------


def clue(world: World, *, is_green_channel: bool):
    return cases.report(
        household=world.household(MARCH),
        household_type=HouseholdType.SUDDEN,
        risks=[RiskFound(Risk.ACCIDENT)],
        on=MARCH,
        by=world[LI],
        at=evening(MARCH),
        is_green_channel=is_green_channel,
    )


@pytest.mark.parametrize("is_green_channel", [True, False])
def test_before_the_identification_help_is_planned_and_lands_by_the_green_channel_only(world, is_green_channel):
    case = clue(world, is_green_channel=is_green_channel)
    measure = world.help(case, Category.RELIEF, None)
    if is_green_channel:
        assert land(world, measure, APRIL).landed_on == APRIL
        assert world.help(case, Category.RELIEF, APRIL).landed_on == APRIL
        return
    for act in (lambda: land(world, measure, APRIL), lambda: world.help(case, Category.RELIEF, APRIL)):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.stable_code == "not_identified"
    world.steps(case, WAY_TO_MONITORED, APRIL)
    assert land(world, measure, MAY).landed_on == MAY


# --- what was known stays -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", [{"landed_on": MAY}, {"category": "water"}, {"recorded": None}])
def test_the_database_changes_nothing_of_a_span_but_the_end_of_knowledge(world, changed):
    measure = world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    if "recorded" in changed:
        withdraw(world, measure)
        changed = {"recorded": DateTimeTZRange(evening(APRIL), None)}
    with pytest.raises(ProgrammingError, match="end of what was known"), transaction.atomic():
        MeasureSpan.objects.update(**changed)


def test_the_database_loses_no_span_of_a_real_household(world):
    world.help(world.monitored(MARCH), Category.HEALTH, APRIL)
    with pytest.raises(ProgrammingError, match="synthetic"), transaction.atomic():
        MeasureSpan.objects.all().delete()
    assert MeasureSpan.objects.count() == 1
