"""What a run wrote is taken back row by row; what somebody changed since stays, and says who did and when."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assistance.models import Measure
from exchange.models import Run
from exchange.operations import runs
from households.models import Case, Household, Member, Membership
from households.operations import audits, descriptions
from households.operations.descriptions import HouseholdAmendment
from households.rules.codes import HouseholdType
from tests.cast import LI, WANG, World, evening, numbers
from tests.exchange.operations.test_runs import HOME, HOMES, MAY, PEOPLE, SON, applied, book, worked
from tests.exchange.sheets import workbook

NUMBER = next(numbers())
NUMBERED = [*HOME[:4], NUMBER, *HOME[5:]]
JUNE = date(2022, 6, 1)
CLUE = [
    ["户编号", "监测对象类别", "致贫/返贫风险", "识别监测时间"],
    ["6201-1", "突发严重困难户", "因病", "2022-04-01"],
]


def taken_back(world: World, run: Run) -> Run:
    runs.roll_back(run=Run.objects.get(pk=run.pk), by=world[LI], at=evening(JUNE))
    with translation.override("en"):
        return worked(run, evening(JUNE))


def undone(run: Run) -> list[str]:
    return list(run.items.filter(is_applied=True).order_by("position").values_list("undone", flat=True))


def reasons(run: Run) -> list[str]:
    return list(run.items.filter(is_applied=True).order_by("position").values_list("undone_told", flat=True))


def test_households_that_the_run_registered_are_gone_and_the_same_file_can_come_again(world):
    run = taken_back(world, applied(world, book([NUMBERED], [SON])))
    assert (run.state, undone(run)) == ("rolled_back", ["undone", "undone"])
    assert not Household.objects.kept().exists()
    again = applied(world, book([NUMBERED], [SON]), at=evening(JUNE))
    assert again.counts == {"created": 2}
    assert Household.objects.kept().count() == 1


def test_what_the_run_wrote_of_its_own_household_goes_with_it(world):
    told = workbook(
        户=[HOMES, HOME],
        监测对象=CLUE,
        收入调查=[
            ["户编号", "调查时点", "调查日期", "收入起始日期", "收入截止日期", "家庭人口数", "工资性收入"],
            ["6201-1", "年度", "2022-04-01", "2021-04-01", "2022-04-01", 3, 1000],
        ],
    )  # fmt: skip
    run = applied(world, told)
    assert run.counts == {"created": 3}
    run = taken_back(world, run)
    assert undone(run) == ["undone"] * 3
    assert Case.objects.get().status == "refused"
    assert not Case.objects.get().spans.filter(recorded__upper_inf=True).exists()


def test_a_household_that_somebody_changed_stays_with_who_and_when(world):
    run = applied(world, book([HOME, ["6201-2", *HOME[1:]]], [SON]))
    home = Household.objects.get(national_number="6201-1")
    change = HouseholdAmendment(home, {"phone": "13700000000"}, world[WANG], evening(MAY, 20), home.version)
    descriptions.amend_households(amendments=[change])
    run = taken_back(world, run)
    assert undone(run) == ["kept", "undone", "kept"]
    told = "wang.jun changed it on 2022-05-01, after the import."
    assert reasons(run) == [told, "", f"Its household stays: {told}"]
    assert Household.objects.kept().get().phone == "13700000000"


def test_a_household_of_which_somebody_recorded_more_stays(world):
    run = applied(world, book())
    world.visit(Household.objects.get(), MAY)
    run = taken_back(world, run)
    assert undone(run) == ["kept"]
    assert reasons(run)[0].startswith("li.mei changed it on 2022-05-01")


def test_a_change_is_undone_to_what_it_was(world):
    applied(world, book([HOME], [SON]))
    run = applied(world, book([[*HOME[:5], "13800000000", *HOME[6:]]], [[*SON[:3], "之女婿", *SON[4:]]]))
    assert run.counts == {"changed": 2}
    run = taken_back(world, run)
    assert undone(run) == ["undone", "undone"]
    assert Household.objects.get().phone == "13900000000"
    assert Membership.objects.get(member__name="张小三", left_on__isnull=True).relationship == "son"


def test_a_change_that_somebody_followed_up_stays(world):
    applied(world, book())
    run = applied(world, book([[*HOME[:5], "13800000000", *HOME[6:]]]))
    home = Household.objects.get()
    change = HouseholdAmendment(home, {"address": "三社"}, world[WANG], evening(MAY, 20), home.version)
    descriptions.amend_households(amendments=[change])
    assert undone(taken_back(world, run)) == ["kept"]
    assert Household.objects.get().phone == "13800000000"


def test_a_member_who_was_added_is_taken_out_and_the_cases_count_one_person_fewer_again(world):
    applied(world, book())
    case = world.report(Household.objects.get(), MAY, household_type=HouseholdType.SUDDEN)
    run = applied(world, workbook(家庭成员=[PEOPLE, [*SON[:4], NUMBER, None]]))
    assert case.spans.get(recorded__upper_inf=True, valid__upper_inf=True).persons == 2
    run = taken_back(world, run)
    assert undone(run) == ["undone"]
    assert not Member.objects.filter(name="张小三").exists()
    assert case.spans.get(recorded__upper_inf=True, valid__upper_inf=True).persons == 1


def test_a_clue_of_a_known_household_is_taken_back_and_can_be_reported_again(world):
    applied(world, book())
    run = taken_back(world, applied(world, workbook(监测对象=CLUE)))
    assert undone(run) == ["undone"]
    assert Case.objects.get().status == "refused"
    assert applied(world, workbook(监测对象=CLUE), at=evening(JUNE)).counts == {"created": 1}


def test_a_measure_is_withdrawn_by_who_may_and_what_was_found_stays_with_the_reason(world):
    applied(world, book())
    world.report(Household.objects.get(), MAY, household_type=HouseholdType.SUDDEN)
    world[LI].postings.create(role="reviewer", division_id="6201", starts_on=date(2020, 1, 1))
    told = workbook(
        帮扶措施=[["户编号", "帮扶类别", "帮扶措施", "计划日期"], ["6201-1", "健康帮扶", "参保资助", "2022-05-01"]],
        收入调查=[
            ["户编号", "调查时点", "调查日期", "收入起始日期", "收入截止日期", "家庭人口数"],
            ["6201-1", "年度", "2022-04-01", "2021-04-01", "2022-04-01", 3],
        ],
    )
    run = taken_back(world, applied(world, told))
    assert undone(run) == ["undone", "kept"]
    assert "not taken back by itself" in reasons(run)[1]
    assert Measure.objects.get().withdrawn_at is not None


def test_taking_back_again_tries_only_what_stayed(world):
    run = applied(world, book([HOME, ["6201-2", *HOME[1:]]]))
    world.visit(Household.objects.get(national_number="6201-1"), MAY)
    run = taken_back(world, run)
    runs.roll_back(run=run, by=world[LI], at=evening(JUNE))
    run.refresh_from_db()
    assert run.total == 1


def test_files_that_came_one_after_the_other_are_taken_back_in_the_other_order(world):
    homes = applied(world, book())
    people = applied(world, workbook(家庭成员=[PEOPLE, SON]))
    clues = applied(world, workbook(监测对象=CLUE))
    assert undone(taken_back(world, homes)) == ["kept"]
    assert undone(taken_back(world, clues)) == undone(taken_back(world, people)) == ["undone"]
    assert undone(taken_back(world, homes)) == ["undone"]
    assert not Household.objects.kept().exists()
    assert audits.audit_spans().differences == []


def test_of_many_households_only_those_that_somebody_changed_stay(world):
    run = applied(world, book([[f"6201-{number}", *HOME[1:]] for number in range(1, 7)]))
    home = Household.objects.get(national_number="6201-3")
    change = HouseholdAmendment(home, {"phone": "13800000000"}, world[WANG], evening(MAY, 20), home.version)
    descriptions.amend_households(amendments=[change])
    world.visit(Household.objects.get(national_number="6201-5"), MAY)
    run = taken_back(world, run)
    assert undone(run) == ["undone", "undone", "kept", "undone", "kept", "undone"]
    assert reasons(run)[2] == "wang.jun changed it on 2022-05-01, after the import."
    assert set(Household.objects.kept().values_list("national_number", flat=True)) == {"6201-3", "6201-5"}


def test_taking_back_more_asks_the_database_no_more_often(world):
    asked = []
    for numbers_given in (range(2), range(2, 14)):
        run = applied(world, book([[f"6201-{number}", *HOME[1:]] for number in numbers_given]))
        with CaptureQueriesContext(connection) as told:
            taken_back(world, run)
        asked.append(len(told))
    assert asked[0] == asked[1]


def test_who_added_somebody_in_between_keeps_the_household(world):
    homes = applied(world, book())
    applied(world, workbook(家庭成员=[PEOPLE, SON]))
    world.visit(Household.objects.get(), MAY)
    assert undone(taken_back(world, homes)) == ["kept"]
    assert Member.objects.count() == 2


def test_a_landing_that_the_file_told_of_is_taken_back_and_the_measure_stays_planned(world):
    held = world.monitored(date(2022, 3, 1)).household_id
    headings = ["户编号", "帮扶类别", "帮扶措施", "计划日期", "落实日期", "落实佐证"]
    planned = [str(held), "健康帮扶", "参保资助", "2022-05-01"]
    applied(world, workbook(帮扶措施=[headings[:4], planned]))
    run = applied(world, workbook(帮扶措施=[headings, [*planned, "2022-05-01", "缴费单"]]))
    assert run.counts == {"changed": 1}
    assert undone(taken_back(world, run)) == ["undone"]
    measure = Measure.objects.get()
    assert (measure.landed_on, measure.evidence, measure.withdrawn_at) == (None, "", None)
