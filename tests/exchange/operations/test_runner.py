"""The runner: items become calls of operations, and what is wrong with one never touches another."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from assistance.models import Measure
from common.crypto import decrypt
from common.ids import new_id
from exchange.models import ExternalKey
from exchange.operations import runner
from exchange.rules.intake import item_of
from exchange.rules.kinds import KindCode
from exchange.rules.outcomes import Became, Outcome
from households.models import (
    Case,
    CaseSpan,
    Conflict,
    GuaranteeCheck,
    Household,
    IncomeSurvey,
    Member,
    Membership,
    Visit,
)
from tests.cast import COUNTY, FAR_VILLAGE, LI, STRANGER, SUN, VILLAGE, ZHOU, World, evening

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 1)
HOME = {"village": VILLAGE, "head_name": "张三", "head_sex": "male", "registered_on": "2022-03-01"}
NUMBER = "629999197505050019"
SON = {"name": "张小三", "relationship": "son", "sex": "male", "birth_date": "2010-02-03"}


def take(world: World, *given, by=LI, at: datetime | None = None, **how) -> list[Outcome]:
    items = [item_of(number, each) for number, each in enumerate(given)]
    return runner.carry_out(items=items, by=world[by], at=at or evening(MAY), **how)


def became(outcomes: list[Outcome]) -> list[str]:
    return [each.became.value for each in outcomes]


def home(**values) -> dict:
    return {"kind": "household", "values": {**HOME, **values}}


def son(household, **values) -> dict:
    return {"kind": "member", "values": {**SON, "household": household, **values}}


def test_a_household_comes_with_its_head_and_what_refers_to_it_in_any_order(world):
    key, outside = new_id(), {"namespace": "civil", "value": "A-1"}
    outcomes = take(world, son(outside), {**home(), "id": str(key), "external": outside})
    assert became(outcomes) == ["created", "created"]
    held = Household.objects.get()
    assert (held.pk, held.village_id, held.registered_on) == (key, VILLAGE, MARCH)
    people = held.memberships.order_by("joined_on", "relationship")
    assert sorted((row.member.name, row.relationship, row.joined_on) for row in people) == [
        ("张三", "head", MARCH),
        ("张小三", "son", MARCH),
    ]


def test_what_another_request_made_of_the_same_items_meanwhile_is_unchanged(world, monkeypatch):
    given = [{**home(), "id": str(new_id()), "external": {"namespace": "civil", "value": f"A-{n}"}} for n in range(3)]
    taker, others = runner.TAKERS[KindCode.HOUSEHOLD], iter([given[:2]])

    def overtaken(items, bench):
        decisions = taker.decide(items, bench)
        for each in others:
            take(world, *each)
        return decisions

    monkeypatch.setitem(runner.TAKERS, KindCode.HOUSEHOLD, replace(taker, decide=overtaken))
    assert became(take(world, *given)) == ["unchanged", "unchanged", "created"]
    assert (Household.objects.count(), ExternalKey.objects.count()) == (3, 3)


def test_two_items_of_one_key_are_told_as_such(world):
    key = str(new_id())
    outcomes = take(world, {**home(), "id": key}, {**home(head_name="李四"), "id": key})
    assert [(each.became.value, each.code) for each in outcomes] == [("created", ""), ("refused", "id_taken")]


def test_the_same_items_again_change_nothing(world):
    outside = {"namespace": "civil", "value": "A-1"}
    given = [{**home(), "external": outside}, son(outside)]
    take(world, *given)
    before = AuditEvent.objects.count()
    assert became(take(world, *given)) == ["unchanged", "unchanged"]
    assert (Household.objects.count(), Member.objects.count(), ExternalKey.objects.count()) == (1, 2, 1)
    assert AuditEvent.objects.count() == before


def test_trying_tells_the_same_and_keeps_nothing(world):
    key = new_id()
    given = [{**home(), "id": str(key)}, son(str(key)), son(str(new_id()))]
    tried = take(world, *given, keep=False)
    assert not Household.objects.exists()
    assert not Member.objects.exists()
    kept = take(world, *given)
    assert became(tried) == became(kept) == ["created", "created", "refused"]


def test_one_bad_item_among_many_is_found_and_the_others_are_taken(world):
    given = [home(phone="13900000000", head_name=f"户主{number}") for number in range(20)]
    given[7]["values"]["head_number"] = "629999197505050018"
    given[13]["values"]["village"] = "620121100999"
    outcomes = take(world, *given)
    assert [each.number for each in outcomes if each.became is Became.REFUSED] == [7, 13]
    assert (outcomes[7].code, outcomes[7].field) == ("invalid_number", "head_number")
    assert (outcomes[13].code, outcomes[13].field) == ("invalid", "village")
    assert Household.objects.count() == 18


FAULTY = {
    "in the future": {"registered_on": "2999-01-01"},
    "no such village": {"village": "620121100999"},
    "too long a name": {"head_name": "户" * 300},
    "a number given again": {"head_number": NUMBER},
}


@pytest.mark.parametrize("fault", FAULTY)
def test_however_many_are_at_fault_the_others_are_written_by_one_statement(world, fault):
    take(world, home(head_name="在册", head_number=NUMBER))
    given = [home(head_name=f"户主{number}") for number in range(12)]
    for each in given[::3]:
        each["values"].update(FAULTY[fault])
    with CaptureQueriesContext(connection) as asked:
        outcomes = take(world, *given)
    assert [each.number for each in outcomes if each.became is Became.REFUSED] == [0, 3, 6, 9]
    assert sum(each["sql"].startswith('INSERT INTO "households_household"') for each in asked) == 1
    assert Household.objects.count() == 9


def test_each_of_several_kinds_of_faults_is_told_of_the_right_item(world):
    keys = [str(new_id()) for _home in range(3)]
    take(world, *({**home(head_name=key[-6:]), "id": key} for key in keys))
    clue = {"household_type": "sudden", "risks": ["illness"], "on": "2022-04-01"}
    given = [
        {"kind": "case", "values": {**clue, "household": keys[0], "taken_over_from": "旧系统"}},
        {"kind": "case", "values": {**clue, "household": keys[1], "on": "2022-02-01"}},
        {"kind": "case", "values": {**clue, "household": keys[2]}},
        son(keys[0], relationship="head"),
        son(keys[1], is_another_person=True),
        son(keys[2], joined_on="2021-01-01", is_another_person=True),
    ]
    outcomes = take(world, *given)
    assert [(each.number, each.code) for each in outcomes if each.became is Became.REFUSED] == [
        (0, "not_allowed"),
        (1, "invalid"),
        (3, "second_head"),
        (5, "invalid"),
    ]


def test_of_changed_people_the_one_at_fault_is_named(world):
    keys = [str(new_id()) for _home in range(3)]
    take(
        world,
        *({**home(head_name=key[-6:]), "id": key} for key in keys),
        *(son(key, is_another_person=True) for key in keys),
    )
    given = [{**son(key, phone=phone), "version": 1} for key, phone in zip(keys, ("1", "2" * 30, "3"), strict=True)]
    given[0]["values"] |= {"relationship": "other", "phone": ""}
    outcomes = take(world, *given)
    assert became(outcomes) == ["changed", "refused", "changed"]
    assert outcomes[1].field == "phone"


def test_where_all_or_nothing_is_asked_for_one_refusal_holds_the_others_back(world):
    outcomes = take(world, home(), home(village=""), whole=True)
    assert became(outcomes) == ["held_back", "refused"]
    assert not Household.objects.exists()


def test_a_change_tells_each_field_with_its_old_and_new_value(world):
    held = world.household(MARCH)
    given = {
        "kind": "household",
        "id": str(held.pk),
        "version": 1,
        "values": {"address": "三社12号", "phone": "13900000000"},
    }
    [outcome] = take(world, given)
    assert (outcome.became, outcome.version) == (Became.CHANGED, 2)
    assert outcome.changes == {"address": ("", "三社12号")}
    held.refresh_from_db()
    assert held.address == "三社12号"


@pytest.mark.parametrize(("version", "status", "code"), [(None, 428, "version_missing"), (9, 412, "stale")])
def test_a_change_says_on_which_version_it_is_based(world, version, status, code):
    held = world.household(MARCH)
    given = {"kind": "household", "id": str(held.pk), "values": {"address": "三社12号"}}
    [outcome] = take(world, given if version is None else {**given, "version": version})
    assert (outcome.became, outcome.status, outcome.code) == (Became.REFUSED, status, code)


def test_an_empty_text_erases_and_a_missing_one_does_not(world):
    held = world.household(MARCH)
    [outcome] = take(world, {"kind": "household", "id": str(held.pk), "version": 1, "values": {"phone": ""}})
    held.refresh_from_db()
    assert (outcome.became, held.phone) == (Became.CHANGED, "")


def test_a_number_is_given_to_a_person_who_had_none_and_told_masked(world):
    key = new_id()
    take(world, {**home(), "id": str(key)}, son(str(key)))
    [outcome] = take(world, {**son(str(key), number="629999201002030015", phone="13911112222"), "version": 1})
    assert outcome.changes == {"phone": ("", "13911112222"), "number": ("", "6299************15")}
    held = Member.objects.get(name="张小三")
    assert (str(held.pk), decrypt(held.document_token)) == (outcome.id, "629999201002030015")


def test_people_of_the_same_name_and_birth_date_in_the_village_are_shown_and_never_guessed(world):
    first, second = new_id(), new_id()
    take(world, {**home(), "id": str(first)}, son(str(first)), {**home(head_name="李四"), "id": str(second)})
    [asked] = take(world, son(str(second)))
    assert (asked.became, asked.code, asked.status) == (Became.REFUSED, "maybe_known", 409)
    assert became(take(world, son(str(second), is_another_person=True))) == ["created"]


def test_identifiers_that_lead_to_different_records_are_refused(world):
    one, other = world.household(MARCH), world.household(MARCH)
    Household.objects.filter(pk=one.pk).update(national_number="N1")
    given = {"kind": "household", "id": str(other.pk), "version": 1, "values": {"national_number": "N1"}}
    [outcome] = take(world, given)
    assert (outcome.status, outcome.code) == (409, "ambiguous")


def test_a_village_may_be_named_where_only_one_bears_the_name(world):
    assert became(take(world, home(village="高坪村委会"), home(village="无名村"))) == ["created", "refused"]
    assert Household.objects.get().village_id == VILLAGE


def test_who_is_not_posted_finds_nothing_and_writes_nothing(world):
    held = world.household(MARCH)
    outcomes = take(world, home(), son(str(held.pk)), by=STRANGER)
    assert [(each.status, each.code) for each in outcomes] == [(403, "not_allowed"), (404, "not_found")]


def test_a_household_elsewhere_is_moved_by_another_operation(world):
    held = world.household(MARCH)
    given = {"kind": "household", "id": str(held.pk), "version": 1, "values": {"village": FAR_VILLAGE}}
    assert take(world, given)[0].code == "lives_elsewhere"


def test_another_head_is_put_there_by_another_operation(world):
    told = {"id": str(new_id())}
    assert became(take(world, {**home(head_number=NUMBER), **told})) == ["created"]
    [refused] = take(world, {**home(head_number=next(world.numbers)), **told})
    assert (refused.code, refused.field) == ("other_head", "head_number")
    assert became(take(world, {**home(head_number=NUMBER), **told})) == ["unchanged"]


def test_a_clue_opens_a_case_and_a_case_taken_over_enters_the_register(world):
    clue, held = world.household(MARCH), world.household(MARCH)
    case = {"household_type": "脱贫不稳定户", "risks": ["因病", "unsafe_water"], "on": "2022-04-01"}
    told = {**case, "taken_over_from": "全国系统", "eliminated_on": "2022-05-01", "elimination_way": "帮扶消除"}
    outcomes = take(
        world,
        {"kind": "case", "values": {**case, "household": str(clue.pk)}},
        {"kind": "case", "values": {**told, "household": str(held.pk)}},
        by=LI,
    )
    assert [(each.became.value, each.code) for each in outcomes] == [("created", ""), ("refused", "not_allowed")]
    assert became(take(world, {"kind": "case", "values": {**told, "household": str(held.pk)}}, by=SUN)) == ["created"]
    assert {row.household_id: row.status for row in Case.objects.all()} == {clue.pk: "reported", held.pk: "eliminated"}
    assert CaseSpan.objects.as_of(MAY).known_at(None).get(case__household=held).elimination_way == "assisted"


def test_findings_are_added_once_however_often_they_are_sent(world):
    held = str(world.monitored(MARCH).household_id)
    days = {"surveyed_on": "2022-04-01", "period_from": "2021-04-01", "period_to": "2022-03-31"}
    said = {
        "income": {**days, "occasion": "年度", "household_size": 3, "wage": "12000.50"},
        "guarantees": {"checked_on": "2022-04-01", "is_water_safe": "否"},
        "visit": {"purpose": "日常走访", "happened_at": "2022-04-01T10:00:00+08:00", "findings": "正常"},
        "measure": {"category": "health", "item": "医疗救助", "on": "2022-04-01"},
    }
    given = [{"kind": kind, "values": {**values, "household": held}} for kind, values in said.items()]
    models = (IncomeSurvey, GuaranteeCheck, Visit, Measure)
    before = [model.objects.count() for model in models]
    assert [(each.became.value, each.message) for each in take(world, *given)] == [("created", "")] * 4
    assert became(take(world, *given)) == ["unchanged"] * 4
    assert [model.objects.count() for model in models] == [number + 1 for number in before]


SAID_OTHERWISE = {
    "case": ({"on": "2022-04-02"}, {"risks": ["因病"]}, {"told": "另有线索"}, {"has_no_labour": True}),
    "income": ({"wage": "11000"}, {"household_size": 4}),
    "guarantees": ({"is_water_safe": "是"}, {"is_housing_safe": "是"}),
    "visit": ({"findings": "漏雨"}, {"next_visit_on": "2022-06-01"}, {"signed_name": "张三"}),
    "measure": ({"amount": "300"}, {"due_on": "2022-06-01"}, {"responsible_unit": "县医保局"}, {"risk": "因病"}),
}


@pytest.mark.parametrize("kind", SAID_OTHERWISE)
def test_under_its_key_the_same_is_answered_again_and_anything_else_refused(world, kind):
    held = world.household(MARCH) if kind == "case" else world.monitored(MARCH).household
    days = {"surveyed_on": "2022-04-01", "period_from": "2021-04-01", "period_to": "2022-03-31"}
    said = {
        "case": {"household_type": "脱贫不稳定户", "risks": ["因病", "unsafe_water"], "on": "2022-04-01"},
        "income": {**days, "occasion": "年度", "household_size": 3, "wage": "12000.50"},
        "guarantees": {"checked_on": "2022-04-01", "is_water_safe": "否"},
        "visit": {"purpose": "日常走访", "happened_at": "2022-04-01T10:00:00+08:00", "findings": "正常"},
        "measure": {"category": "health", "item": "医疗救助", "on": "2022-04-01", "amount": "200"},
    }[kind]
    key = str(new_id())

    def again(**changed):
        return take(world, {"kind": kind, "id": key, "values": {**said, "household": str(held.pk), **changed}})[0]

    assert [again().became.value, again().became.value] == ["created", "unchanged"]
    for changed in SAID_OTHERWISE[kind]:
        outcome = again(**changed)
        assert (outcome.became.value, outcome.code) == ("refused", "id_taken"), changed


def test_a_planned_measure_lands_by_the_item_that_says_so(world):
    held = str(world.monitored(MARCH).household_id)
    values = {"household": held, "category": "health", "item": "医疗救助", "on": "2022-04-01"}
    take(world, {"kind": "measure", "values": values})
    landed = {"kind": "measure", "version": 1, "values": {**values, "landed_on": "2022-04-20", "evidence": "发票"}}
    [outcome] = take(world, landed)
    assert outcome.changes == {"landed_on": (None, date(2022, 4, 20)), "evidence": ("", "发票")}
    assert Measure.objects.get().landed_on == date(2022, 4, 20)


def test_divisions_are_entered_by_who_manages_them(world):
    new = {"kind": "division", "values": {"code": "620121100203", "name": "新村"}}
    lost = {"kind": "division", "values": {"code": "620121999001", "name": "无上级村"}}
    assert take(world, new)[0].code == "not_allowed"
    outcomes = take(world, new, lost, by=ZHOU)
    assert became(outcomes) == ["created", "refused"]
    renamed = {"kind": "division", "values": {"code": COUNTY, "name": "永登新县"}}
    assert take(world, new, renamed, by=ZHOU)[1].changes == {"name": ("永登县", "永登新县")}


def test_two_items_with_one_document_number_are_one_person(world):
    number = next(world.numbers)
    outcomes = take(world, home(head_number=number), home(head_number=number))
    assert became(outcomes) == ["created", "refused"]
    assert (outcomes[1].code, Membership.objects.count()) == ("number_taken", 1)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ("text", "invalid", ""),
        ({"kind": "animal", "values": {}}, "invalid", "kind"),
        ({"kind": "household"}, "invalid", "values"),
        ({"kind": "household", "values": {"colour": "red"}}, "unknown_field", "colour"),
        ({"kind": "household", "values": HOME, "extra": 1}, "unknown_field", "extra"),
        ({"kind": "household", "values": {**HOME, "registered_on": "2022-02-30"}}, "unreadable", "registered_on"),
        ({"kind": "household", "values": {**HOME, "phone": ["1"]}}, "unreadable", "phone"),
        ({"kind": "household", "values": {**HOME, "address": "a\x00b"}}, "unreadable", "address"),
        ({"kind": "member", "values": {"household": "x", "name": "张三"}}, "missing", "relationship"),
        ({"kind": "household", "values": HOME, "external": {"namespace": "x"}}, "invalid", "external"),
        ({"kind": "household", "values": HOME, "version": True}, "invalid", "version"),
    ],
)
def test_what_cannot_be_read_is_told_by_field_and_does_not_stop_the_others(world, given, code, field):
    outcomes = take(world, given, home())
    assert (outcomes[0].became, outcomes[0].code, outcomes[0].field) == (Became.REFUSED, code, field)
    assert outcomes[1].became is Became.CREATED


def test_where_somebody_was_faster_both_values_are_kept_if_that_is_asked_for(world):
    held = world.household(MARCH)
    first = {"kind": "household", "id": str(held.pk), "version": 1, "values": {"address": "一社"}}
    second = {**first, "values": {"address": "二社"}, "device": "phone 7", "made_at": "2022-04-30T08:00:00+08:00"}
    take(world, first)
    assert take(world, second)[0].code == "stale"
    [kept] = take(world, second, keeps_conflicts=True)
    conflict = Conflict.objects.get()
    assert (kept.code, kept.status, kept.conflict) == ("conflict_kept", 409, str(conflict.pk))
    assert (conflict.values, conflict.device) == ({"address": ["一社", "二社"]}, "phone 7")
    assert take(world, second, keeps_conflicts=True, keep=False)[0].conflict == str(conflict.pk)
