"""A file is tried, shown and written: the trial keeps nothing, and what it showed is what is written."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import translation

from accounts.models import AuditEvent
from common.crypto import decrypt
from common.refusals import Conflict, Invalid, NotAllowed
from exchange.models import KnownHeading, Run, RunItem
from exchange.models.run import unsealed
from exchange.operations import runs, vault, work
from exchange.rules.headings import SheetPlan
from exchange.rules.kinds import KindCode
from exchange.rules.runs import RunState
from households.models import Case, Division, Household, Member, Membership
from households.operations import descriptions
from households.operations.descriptions import HouseholdAmendment
from tests.cast import LI, STRANGER, SUN, VILLAGE, ZHOU, World, evening
from tests.exchange.sheets import hidden, workbook

MAY = date(2022, 5, 1)
HOMES = ["户编号", "行政村代码", "户主姓名", "户主性别", "户主证件号码", "户联系电话", "登记日期"]
PEOPLE = ["户编号", "姓名", "性别", "与户主关系", "证件号码", "出生日期"]
HOME = ["6201-1", VILLAGE, "张三", "男", None, "13900000000", "2022-03-01"]
SON = ["6201-1", "张小三", "男", "之子", None, "2010-02-03"]


def sent(world: World, content: bytes, *, by: str = LI, at: datetime | None = None, **how) -> Run:
    return runs.open_import(
        file=BytesIO(content), size=len(content), name="户.xlsx", by=world[by], at=at or evening(MAY), **how
    )


def worked(run: Run, at: datetime | None = None) -> Run:
    """The run after a job has gone on with it as far as it can."""
    now = at or evening(MAY)
    while work.step(key=run.pk, at=now, clock=lambda: now):
        pass
    return Run.objects.get(pk=run.pk)


def tried(world: World, content: bytes, **how) -> Run:
    return worked(sent(world, content, **how))


def applied(world: World, content: bytes, *, by: str = LI, at: datetime | None = None, **how) -> Run:
    run = tried(world, content, by=by, at=at, **how)
    runs.apply(run=run, by=world[by], at=at or evening(MAY))
    return worked(run, at)


def book(homes=(HOME,), people=()) -> bytes:
    return workbook(户=[HOMES, *homes], 家庭成员=[PEOPLE, *people])


def became(run: Run) -> list[tuple[str, str]]:
    return list(run.items.order_by("position").values_list("became", "code"))


def messages(run: Run) -> list[str]:
    return [unsealed(row.told).get("message", "") for row in run.items.order_by("position")]


def test_the_trial_tells_what_would_happen_and_keeps_nothing(world):
    run = tried(world, book([HOME], [SON]))
    assert (run.state, run.counts, run.total, run.done) == ("tried", {"created": 2}, 2, 2)
    assert not Household.objects.exists()
    assert not Member.objects.exists()


def test_applying_writes_what_the_trial_showed_and_each_item_names_its_record(world):
    run = applied(world, book([HOME], [SON]))
    home = Household.objects.get()
    assert (run.state, run.counts) == ("applied", {"created": 2})
    assert (home.national_number, home.memberships.count()) == ("6201-1", 2)
    rows = list(run.items.order_by("position").values_list("record", "household", "version", "is_applied"))
    son = Member.objects.get(name="张小三")
    assert rows == [(str(home.pk), home.pk, home.version, True), (str(son.pk), home.pk, 1, True)]


def test_the_same_file_again_changes_nothing_and_cannot_be_applied(world):
    applied(world, book([HOME], [SON]))
    again = tried(world, book([HOME], [SON]))
    assert again.counts == {"unchanged": 2}
    with pytest.raises(Conflict) as refusal:
        runs.apply(run=again, by=world[LI], at=evening(MAY))
    assert refusal.value.stable_code == "nothing_to_do"


def test_a_change_is_shown_field_by_field_and_written_on_the_version_of_the_trial(world):
    applied(world, book())
    run = tried(world, book([[*HOME[:5], "13800000000", *HOME[6:]]]))
    [row] = run.items.all()
    assert (row.became, unsealed(row.told)["changes"]) == ("changed", {"phone": ["13900000000", "13800000000"]})
    assert Household.objects.get().phone == "13900000000"
    runs.apply(run=run, by=world[LI], at=evening(MAY))
    assert worked(run).counts == {"changed": 1}
    assert Household.objects.get().phone == "13800000000"


def test_what_somebody_changed_after_the_trial_is_refused_with_who_and_when(world):
    applied(world, book())
    run = tried(world, book([[*HOME[:5], "13800000000", *HOME[6:]]]))
    home = Household.objects.get()
    change = HouseholdAmendment(home, {"phone": "13700000000"}, world[LI], evening(MAY), home.version)
    descriptions.amend_households(amendments=[change])
    runs.apply(run=run, by=world[LI], at=evening(MAY))
    with translation.override("en"):
        run = worked(run)
        assert became(run) == [("refused", "changed_since")]
        assert messages(run) == [
            "li.mei changed the record on 2022-05-01, after the trial. Send the file again to see what it would change."
        ]
    assert Household.objects.get().phone == "13700000000"


def test_what_somebody_registered_after_the_trial_is_not_overwritten(world):
    run = tried(world, book())
    other = [*HOME[:5], "13700000000", *HOME[6:]]
    applied(world, book([other]))
    runs.apply(run=run, by=world[LI], at=evening(MAY))
    assert became(worked(run)) == [("refused", "changed_since")]
    assert Household.objects.get().phone == "13700000000"


def test_a_row_said_twice_counts_once_and_in_other_words_not_at_all(world):
    other = [*HOME[:2], "李四", *HOME[3:]]
    different = [["6201-2", *HOME[1:]], ["6201-3", *HOME[1:]], ["6201-3", *other[1:]]]
    run = tried(world, book([HOME, HOME, *different]))
    assert became(run) == [
        ("created", ""), ("unchanged", "repeated"), ("created", ""),
        ("refused", "given_twice"), ("refused", "given_twice"),
    ]  # fmt: skip


def test_two_members_with_one_number_are_refused_wherever_they_are(world):
    number = "629999198001010011"
    people = [["6201-1", "张甲", "男", "之子", number, None], ["6201-2", "张乙", "男", "之子", number, None]]
    run = tried(world, book([HOME, ["6201-2", *HOME[1:]]], people))
    assert became(run)[2:] == [("refused", "given_twice")] * 2


def test_members_of_one_household_are_tried_with_it_wherever_they_stand(world, monkeypatch):
    monkeypatch.setattr("exchange.operations.parts.ITEMS_A_PART", 2)
    homes = [[f"6201-{number}", *HOME[1:]] for number in range(4)]
    people = [[f"6201-{number}", f"张{number}", "男", "之子", None, "2010-01-01"] for number in (3, 0, 2, 1)]
    run = applied(world, book(homes, people))
    assert run.counts == {"created": 8}
    assert Membership.objects.filter(relationship="son").count() == 4


def test_one_bad_row_never_stops_another_and_says_what_is_wrong(world):
    homes = [HOME, ["6201-2", "620121100999", *HOME[2:]], ["6201-3", *HOME[1:3], "女男", *HOME[4:]]]
    with translation.override("en"):
        run = applied(world, book(homes, [["6201-9", *SON[1:]]]))
    assert became(run) == [
        ("created", ""), ("refused", "invalid"), ("refused", "unreadable"), ("refused", "not_found"),
    ]  # fmt: skip
    assert messages(run)[2].startswith("'女男' is none of: ")
    assert list(run.items.order_by("position").values_list("sheet", "line", "field"))[1:] == [
        (0, 3, "village"), (0, 4, "head_sex"), (1, 2, "household"),
    ]  # fmt: skip


def test_all_or_nothing_is_not_applied_where_a_row_is_refused(world):
    run = tried(world, book([HOME, ["6201-2", "", *HOME[2:]]]), is_whole=True)
    with pytest.raises(Conflict) as refusal:
        runs.apply(run=run, by=world[LI], at=evening(MAY))
    assert refusal.value.stable_code == "held_back"
    assert not Household.objects.exists()


def test_all_or_nothing_keeps_nothing_where_somebody_was_faster(world, monkeypatch):
    monkeypatch.setattr("exchange.operations.parts.ITEMS_A_PART", 1)
    homes = [[f"6201-{number}", *HOME[1:]] for number in range(3)]
    run = tried(world, book(homes), is_whole=True)
    applied(world, book([["6201-2", *HOME[1:5], "13700000000", *HOME[6:]]]))
    runs.apply(run=run, by=world[LI], at=evening(MAY))
    run = worked(run)
    assert (run.state, run.counts, run.applied_at) == ("tried", {"created": 2, "refused": 1}, None)
    assert Household.objects.count() == 1


def test_cases_of_a_list_are_taken_over_from_the_system_that_is_named(world):
    world[LI].postings.create(role="supervisor", division_id=VILLAGE, starts_on=date(2020, 1, 1))
    headings = [*HOMES[:4], "监测对象类别", "致贫/返贫风险1", "致贫/返贫风险2", "识别监测时间"]
    row = ["6201-1", VILLAGE, "张三", "男", "突发严重困难户", "因病", "因残", "202203"]
    run = applied(world, workbook(名单=[headings, row]), origin="全国防返贫监测信息系统")
    case = Case.objects.get()
    assert run.counts == {"created": 2}
    assert (case.status, case.identified_on, case.risks.count()) == ("monitored", date(2022, 3, 1), 2)


def test_nothing_personal_stands_in_plain_in_what_is_kept(world):
    run = sent(world, book([[*HOME[:4], "629999198001010011", *HOME[5:]]]))
    with default_storage.open(run.stored_as) as kept:
        assert b"PK" not in kept.read()[:4]
    worked(run)
    row = RunItem.objects.get()
    told = bytes(row.content)
    assert b"629999" not in told
    assert "629999198001010011" in decrypt(told)
    assert not any("629999198001010011" in str(getattr(row, field.name)) for field in RunItem._meta.concrete_fields)


def test_a_kept_file_is_read_from_any_place_as_it_was_sent():
    content = bytes(number % 251 for number in range(200_000))
    name = vault.keep(name="imports/x", chunks=[content[:70_000], content[70_000:]])
    with vault.opened(name, len(content)) as file:
        assert file.read() == content
        file.seek(131_000)
        assert file.read(500) == content[131_000:131_500]
    vault.forget(name=name)
    assert not default_storage.exists(name)


def test_the_file_is_gone_once_it_is_applied_or_cancelled(world):
    first, second = tried(world, book()), tried(world, book())
    names = [first.stored_as, second.stored_as]
    runs.apply(run=first, by=world[LI], at=evening(MAY))
    runs.cancel(run=second, by=world[LI], at=evening(MAY))
    assert [default_storage.exists(name) for name in names] == [False, False]


def test_strange_headings_wait_for_somebody_and_are_known_the_next_time(world):
    content = workbook(表=[["户号", "住在", "当家的", "男女"], ["6201-1", VILLAGE, "张三", "男"]])
    run = sent(world, content)
    assert run.state == "waiting"
    [plan] = run.plans
    kinds = {KindCode.HOUSEHOLD: {0: "national_number", 1: "village", 2: "head_name", 3: "head_sex"}}
    told = SheetPlan(plan.number, plan.name, plan.line, plan.headings, kinds)
    runs.begin(run=run, plans=[told], by=world[LI], at=evening(MAY))
    assert worked(run).counts == {"created": 1}
    assert KnownHeading.objects.count() == 4
    assert sent(world, content).state == "reading"


def test_a_sheet_without_a_required_column_cannot_begin(world):
    run = sent(world, workbook(表=[["户编号", "姓名"], ["1", "张三"]]), kind=KindCode.MEMBER)
    with pytest.raises(Invalid) as refusal:
        runs.begin(run=run, plans=run.plans, by=world[LI], at=evening(MAY))
    assert refusal.value.stable_code == "missing"


def test_only_who_sent_a_file_goes_on_with_it_and_a_stranger_sends_none(world):
    run = tried(world, book())
    for act in (runs.apply, runs.cancel):
        with pytest.raises(NotAllowed):
            act(run=run, by=world[SUN], at=evening(MAY))
    with pytest.raises(NotAllowed):
        sent(world, book(), by=STRANGER)


def test_a_run_is_only_asked_for_what_may_follow(world):
    run = applied(world, book())
    for act in (runs.apply, runs.cancel):
        with pytest.raises(Conflict) as refusal:
            act(run=run, by=world[LI], at=evening(MAY))
        assert refusal.value.stable_code == "wrong_state"


def test_cancelling_while_it_is_written_leaves_what_is_written(world, monkeypatch):
    monkeypatch.setattr("exchange.operations.parts.ITEMS_A_PART", 1)
    run = tried(world, book([[f"6201-{number}", *HOME[1:]] for number in range(3)]))
    runs.apply(run=run, by=world[LI], at=evening(MAY))
    work.step(key=run.pk, at=evening(MAY), clock=lambda: evening(MAY))
    runs.cancel(run=run, by=world[LI], at=evening(MAY))
    run = worked(run)
    assert (run.state, run.items.filter(is_applied=True).count(), Household.objects.count()) == ("cancelled", 1, 1)
    assert (run.counts, run.done) == ({"created": 1}, 1)
    assert sorted(run.items.values_list("became", flat=True)) == ["", "", "created"]


def test_a_damaged_file_fails_with_its_reason_and_a_large_one_is_refused_at_once(world, monkeypatch):
    with pytest.raises(Invalid) as refusal:
        sent(world, b"%PDF-1.7")
    assert (refusal.value.stable_code, refusal.value.field) == ("not_a_sheet", "file")
    run = sent(world, book())
    monkeypatch.setattr("exchange.operations.staging.MOST_ROWS", 0)
    monkeypatch.setattr("exchange.operations.staging.ITEMS_A_STATEMENT", 1)
    run = worked(run)
    assert (run.state, run.fault_code) == (RunState.FAILED, "too_many_rows")


def test_runs_on_which_nobody_works_are_found_again_and_old_files_go(world):
    run = sent(world, book())
    assert work.silent(at=evening(MAY)) == []
    assert work.silent(at=evening(date(2022, 5, 2))) == [run.pk]
    waiting = tried(world, book())
    assert work.tidy(at=evening(date(2022, 5, 3))) == 1
    assert not default_storage.exists(waiting.stored_as)
    under_way = tried(world, book())
    Run.objects.filter(pk=under_way.pk).update(state=RunState.APPLYING.value)
    worked(run)
    assert work.tidy(at=evening(date(2022, 9, 1))) == 3, "the file of the run now tried, and what both tried ones hold"
    assert set(RunItem.objects.values_list("run", flat=True)) == {under_way.pk}


def test_what_was_asked_of_a_run_stands_in_the_trail(world):
    applied(world, book())
    found = AuditEvent.objects.filter(subject_kind="run").order_by("id").values_list("action", flat=True)
    assert list(found) == ["run.opened", "run.applied"]


def test_who_manages_divisions_sends_their_list_and_it_is_applied(world):
    told = workbook(行政区划=[["区划代码", "区划名称"], [f"{VILLAGE[:9]}377", "新村"]])
    run = applied(world, told, by=ZHOU)
    assert (run.state, run.counts) == ("applied", {"created": 1})
    assert Division.objects.get(pk=f"{VILLAGE[:9]}377").name == "新村"


def test_a_refusal_of_the_head_names_the_column_of_the_head(world):
    long = ["6201-2", VILLAGE, "名" * 500, *HOME[3:]]
    late = ["6201-3", *HOME[1:5], "13900000001", "2099-01-01"]
    run = tried(world, book([long, late]))
    assert [row.field for row in run.items.order_by("position")] == ["head_name", "registered_on"]


def test_a_sheet_that_says_another_day_of_registration_is_refused_and_one_of_the_identification_is_not(world):
    applied(world, book())
    headings = ["户编号", "户联系电话", "识别监测时间"]
    run = tried(world, workbook(户=[headings, [HOME[0], "13912345678", "2022-04-01"]]), kind=KindCode.HOUSEHOLD)
    assert run.counts == {"changed": 1}
    run = tried(world, workbook(户=[[*headings[:2], "登记日期"], [HOME[0], "13912345679", "2022-04-01"]]))
    assert [(row.code, row.field) for row in run.items.all()] == [("says_otherwise", "registered_on")]


def test_a_hidden_sheet_is_read_only_when_somebody_says_so(world):
    run = tried(world, hidden(book([HOME], [SON]), "家庭成员"))
    assert run.counts == {"created": 1}
    assert [bool(plan.kinds) for plan in run.plans] == [True, False]


def test_a_run_that_was_cancelled_before_anything_was_written_has_nothing_to_take_back(world):
    run = tried(world, book([HOME]))
    runs.cancel(run=run, by=world[LI], at=evening(MAY))
    with pytest.raises(Conflict) as refusal:
        runs.roll_back(run=Run.objects.get(pk=run.pk), by=world[LI], at=evening(MAY))
    assert refusal.value.stable_code == "nothing_to_do"
