"""Logging a visit: kept once, never changed, with what follows from it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from PIL import Image

from accounts.models import AuditEvent
from common.ids import new_id
from common.refusals import Conflict, Invalid, NotAllowed
from households.models import Case, GuaranteeCheck, Household, IncomeSurvey, Visit, VisitPhoto
from households.operations import visits
from households.operations.visits import GuaranteesSeen, IncomeSeen, Logged, PhotoTaken, RiskSeen, Submission
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType, Risk
from households.rules.incomes import IncomeItems
from households.rules.visits import Answer, Position, Purpose
from tests.cast import BUREAU, CHEN, LI, STRANGER, VILLAGE, ZHAO, World, evening, picture

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
NOON, EVENING = evening(APRIL, 12), evening(APRIL)
ANSWERS = {"must_see": {"housing": "fine", "drinking_water": "problem"}, "must_check": {"income": "fine"}}
NONE_EARNED = dict.fromkeys(("business", "property", "transfer", "business_expense", "claims", "self_paid"), Decimal(0))
INCOME = IncomeSeen(date(2021, 4, 1), date(2022, 3, 31), 3, IncomeItems(wage=Decimal(30000), **NONE_EARNED))


@pytest.fixture
def home(world: World) -> Household:
    return world.household(MARCH)


def submission(home: Household, **given: object) -> Submission:
    told = {"key": uuid4(), "purpose": Purpose.ROUTINE, "happened_at": NOON, "findings": "一切正常", **given}
    return Submission(household=home, **told)


def log(world: World, visit: Submission, *, by: str = LI, at=EVENING) -> Visit:
    return visits.log(visit=visit, by=world[by], at=at)


def test_a_visit_keeps_what_was_found_and_both_times(world, home):
    visit = submission(
        home,
        answers=ANSWERS,
        position=Position(Decimal("36.7363541"), Decimal("103.2609"), 12),
        next_visit_on=date(2022, 5, 1),
        signed_name="张三",
        device="phone 7",
    )
    kept = log(world, visit)
    kept.refresh_from_db()
    assert (kept.pk, kept.household, kept.village_id, kept.visited_by) == (visit.key, home, VILLAGE, world[LI])
    assert (kept.happened_at, kept.received_at) == (NOON, EVENING)
    assert (kept.answers, kept.findings, kept.purpose) == (ANSWERS, "一切正常", "routine")
    assert (kept.latitude, kept.longitude, kept.accuracy) == (Decimal("36.736354"), Decimal("103.260900"), 12)
    assert (kept.next_visit_on, kept.signed_name, kept.device, kept.case) == (date(2022, 5, 1), "张三", "phone 7", None)
    assert AuditEvent.objects.get(action="visit.logged").subject_id == str(visit.key)


def test_a_visit_is_read_in_the_words_in_which_it_was_asked(world, home):
    lists = log(world, submission(home, answers=ANSWERS)).lists
    assert {each.code: [item.code for item in each.problems] for each in lists} == {
        "must_visit": [],
        "must_see": ["drinking_water"],
        "must_check": [],
    }
    see = next(each for each in lists if each.code == "must_see")
    assert (see.title.zh, [item.name.zh for item in see.items][:2]) == ("六必看", ["住房", "饮水"])
    assert [item.answer for item in see.items][:3] == [Answer.FINE, Answer.PROBLEM, None]


def test_a_visit_belongs_to_the_case_of_its_household(world):
    case = world.monitored(MARCH)
    assert log(world, submission(case.household)).case == case


def test_the_same_visit_sent_again_is_kept_once(world, home):
    visit = submission(home, answers=ANSWERS, photos=[PhotoTaken(picture())], income=INCOME)
    first = log(world, visit)
    second = log(world, visit, at=EVENING + timedelta(hours=1))
    assert (second.pk, second.received_at) == (first.pk, EVENING)
    kinds = (Visit, VisitPhoto, IncomeSurvey)
    assert [kind.objects.count() for kind in kinds] == [1, 1, 1]
    assert AuditEvent.objects.filter(action="visit.logged").count() == 1


@pytest.mark.parametrize("changed", [{"findings": "饮水有问题"}, {"photos": [PhotoTaken(b"x")]}, {"answers": ANSWERS}])
def test_another_visit_under_the_same_key_is_refused(world, home, changed):
    visit = submission(home)
    log(world, visit)
    with pytest.raises(Conflict) as refusal:
        log(world, replace(visit, **changed))
    assert refusal.value.stable_code == "id_taken"


def test_nobody_takes_a_visit_of_somebody_else_for_his_own(world, home):
    visit = submission(home)
    log(world, visit)
    with pytest.raises(Conflict):
        log(world, visit, by=ZHAO)


@pytest.mark.parametrize("who", [CHEN, BUREAU, STRANGER])
def test_only_who_visits_logs_visits(world, home, who):
    with pytest.raises(NotAllowed):
        log(world, submission(home), by=who)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"happened_at": EVENING + timedelta(minutes=6)}, "happened_at"),
        ({"happened_at": evening(date(2022, 2, 28))}, "happened_at"),
        ({"next_visit_on": APRIL}, "next_visit_on"),
        ({"answers": {"must_see": {"castle": "fine"}}}, "answers"),
        ({"answers": {"must_see": {"housing": "splendid"}}}, "answers"),
        ({"answers": {"eight_to_visit": {"housing": "fine"}}}, "answers"),
        ({"findings": "长" * 4001}, "findings"),
        ({"findings": "  "}, "findings"),
        ({"position": Position(Decimal(91), Decimal(0))}, "position"),
        ({"photos": [PhotoTaken(b"no picture")]}, "photos"),
        ({"photos": [PhotoTaken(b"")] * 10}, "photos"),
        ({"signature": b"no picture"}, "signature"),
        ({"device": "x" * 81}, "device"),
    ],
)
def test_what_cannot_be_a_visit(world, home, given, field):
    with pytest.raises(Invalid) as refusal:
        log(world, submission(home, **given))
    assert refusal.value.field == field
    assert not Visit.objects.exists()


def test_the_clock_of_a_device_may_be_a_little_ahead(world, home):
    assert log(world, submission(home, happened_at=EVENING + timedelta(minutes=4))).happened_at > EVENING


def test_a_removed_household_is_not_visited(world, home):
    world.remove(home, evening(MARCH))
    with pytest.raises(Conflict):
        log(world, submission(home))


def test_income_and_guarantees_are_recorded_as_of_the_day_of_the_visit(world, home):
    kept = log(world, submission(home, income=INCOME, guarantees=GuaranteesSeen(is_water_safe=False)))
    survey, check = IncomeSurvey.objects.get(), GuaranteeCheck.objects.get()
    assert (kept.income_survey, kept.guarantee_check) == (survey, check)
    assert (survey.surveyed_on, survey.net_per_capita, survey.recorded_by) == (APRIL, Decimal("10000.00"), world[LI])
    assert (check.checked_on, check.is_water_safe, check.is_housing_safe) == (APRIL, False, None)


def test_a_new_risk_becomes_a_clue(world, home):
    risk = RiskSeen(HouseholdType.UNSTABLE, (RiskFound(Risk.ILLNESS),))
    kept = log(world, submission(home, risk=risk))
    case = Case.objects.get()
    assert (kept.reported_case, case.household, case.status, case.reported_on) == (case, home, "reported", APRIL)


def test_a_new_risk_of_a_monitored_household_is_a_finding_of_its_case(world):
    case = world.monitored(MARCH)
    risk = RiskSeen(HouseholdType.UNSTABLE, (RiskFound(Risk.SCHOOLING),))
    kept = log(world, submission(case.household, risk=risk))
    found = case.risk_findings.get()
    assert (kept.reported_case, found.risk, found.state, found.found_on) == (None, "schooling", "new", APRIL)


def test_a_household_under_review_gets_no_second_case_and_nothing_is_kept(world):
    case = world.report(world.household(MARCH), MARCH)
    risk = RiskSeen(HouseholdType.UNSTABLE, (RiskFound(Risk.ILLNESS),))
    visit = submission(case.household, risk=risk, income=INCOME, photos=[PhotoTaken(picture())])
    with pytest.raises(Conflict) as refusal:
        log(world, visit)
    assert refusal.value.stable_code == "case_open"
    assert [kind.objects.count() for kind in (Visit, IncomeSurvey)] == [0, 0]


def test_photos_and_signature_lie_in_the_storage_as_their_rows_say(world, home):
    visit = submission(home, photos=[PhotoTaken(picture()), PhotoTaken(picture("PNG"))], signature=picture("PNG"))
    kept = log(world, visit)
    rows = list(kept.photos.all())
    assert [(row.position, row.width, row.height, row.has_position) for row in rows] == [
        (1, 40, 30, False),
        (2, 40, 30, False),
    ]
    assert rows[0].file.name.startswith(f"visits/2022/04/{visit.key}/")
    assert [len(default_storage.open(row.file.name).read()) for row in rows] == [row.size for row in rows]
    assert Image.open(kept.signature.open()).size == (40, 30)


def test_files_of_a_visit_that_failed_are_not_left_behind(world, home, monkeypatch):
    visit = submission(home, photos=[PhotoTaken(picture())], signature=picture("PNG"))

    def fail(entries: object) -> None:
        raise DatabaseError("the database went away")

    monkeypatch.setattr(visits.audit, "write", fail)
    with pytest.raises(DatabaseError):
        log(world, visit)
    folder = f"visits/2022/04/{visit.key}"
    assert not default_storage.exists(folder) or default_storage.listdir(folder)[1] == []


def test_a_correction_takes_the_place_of_a_visit_and_both_stay_readable(world, home):
    wrong = log(world, submission(home, findings="饮水正常"))
    right = visits.correct(
        wrong=wrong, visit=submission(home, findings="饮水有问题"), reason="看错了", by=world[ZHAO], at=EVENING
    )
    assert (right.supersedes, right.reason, right.pk != wrong.pk) == (wrong, "看错了", True)
    assert list(Visit.objects.current()) == [right]
    assert Visit.objects.get(pk=wrong.pk).findings == "饮水正常"
    assert AuditEvent.objects.get(action="visit.corrected").changes["supersedes"] == str(wrong.pk)


def test_a_correction_sent_again_is_kept_once_and_a_second_one_corrects_the_first(world, home):
    wrong, visit = log(world, submission(home)), submission(home, findings="饮水有问题")
    for _ in range(2):
        right = visits.correct(wrong=wrong, visit=visit, reason="看错了", by=world[LI], at=EVENING)
    with pytest.raises(Conflict) as refusal:
        visits.correct(wrong=wrong, visit=submission(home), reason="又看错了", by=world[LI], at=EVENING)
    assert refusal.value.stable_code == "superseded"
    visits.correct(wrong=right, visit=submission(home), reason="又看错了", by=world[LI], at=EVENING)
    assert Visit.objects.count() == 3


def test_a_correction_needs_a_reason_and_the_same_household(world, home):
    wrong = log(world, submission(home))
    for visit, reason in ((submission(home), " "), (submission(world.household(MARCH)), "看错了")):
        with pytest.raises(Invalid):
            visits.correct(wrong=wrong, visit=visit, reason=reason, by=world[LI], at=EVENING)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Visit.objects.update(findings="另一回事"),
        lambda: Visit.objects.update(received_at=NOON),
        lambda: VisitPhoto.objects.update(sha256="0" * 64),
        lambda: VisitPhoto.objects.all()._raw_delete("default"),
        lambda: Visit.objects.filter(photos__isnull=True)._raw_delete("default"),
    ],
)
def test_the_database_lets_nobody_change_or_delete_a_visit(world, home, change):
    log(world, submission(home, photos=[PhotoTaken(picture())]))
    log(world, submission(home))
    with pytest.raises(DatabaseError, match="visit"), transaction.atomic():
        change()


def test_a_visit_may_move_with_its_household(world, home):
    kept = log(world, submission(home))
    other = world.household(MARCH)
    Visit.objects.filter(pk=kept.pk).update(household=other, village=other.village)
    assert other.visits.get() == kept


def test_many_visits_are_logged_at_once_as_one_by_one(world, home):
    told = [Submission(new_id(), home, Purpose.ROUTINE, evening(MARCH, hour), findings="正常") for hour in (9, 10)]
    logged = visits.log_all(logs=[Logged(each, world[LI], evening(MARCH)) for each in told])
    assert [(row.pk, row.findings, row.visited_by) for row in logged] == [
        (each.key, "正常", world[LI]) for each in told
    ]
    assert visits.log(visit=told[0], by=world[LI], at=evening(MARCH)).pk == told[0].key  # sent again: kept once
    assert Visit.objects.count() == AuditEvent.objects.filter(action="visit.logged").count() == 2
    with_photo = Submission(new_id(), home, Purpose.ROUTINE, evening(MARCH, 11), photos=[PhotoTaken(picture())])
    with pytest.raises(Invalid):
        visits.log_all(logs=[Logged(with_photo, world[LI], evening(MARCH))])
