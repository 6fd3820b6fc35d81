"""Headings are found where offices put them, in the words that they use, and what is not used is named."""

from datetime import date, datetime

import pytest

from exchange.rules.grid import NoValue, Row, SheetName, Since1904
from exchange.rules.headings import SheetPlan, guessed, is_example, records_of
from exchange.rules.kinds import KINDS, Faulty, KindCode, values_of

HOME = ["行政村代码", "户编号", "户主姓名", "户主性别"]
NATIONAL = [
    "省", "市", "县", "乡", "行政村", "户编号", "户主姓名", "户主证件号码", "监测对象类别",
    "致贫/返贫风险1", "致贫/返贫风险2", "识别监测时间", "年度",
]  # fmt: skip


def plan(*rows, name="Sheet1", remembered=None, chosen=None) -> SheetPlan:
    given = [Row(line, list(cells)) for line, cells in enumerate(rows, start=1)]
    return guessed(SheetName(0, name), given, remembered or {}, chosen)


@pytest.mark.parametrize("above", range(5))
def test_the_headings_are_found_in_any_of_the_first_five_rows(above):
    found = plan(*[[f"说明{number}"] for number in range(above)], HOME, ["620121100201", "1", "张三", "男"])
    assert found.line == above + 1
    assert found.kinds == {KindCode.HOUSEHOLD: {0: "village", 1: "national_number", 2: "head_name", 3: "head_sex"}}


@pytest.mark.parametrize(
    "headings",
    [
        ["village", "national number", "head", "sex of the head"],
        ["village", "national_number", "head_name", "head_sex"],
        ["＊行政村代码", " 户 编 号 ", "户主姓名（必填）", "户主性别"],
        ["村", "户编码", "户主", "户主性别"],
    ],
)
def test_headings_are_known_in_both_languages_by_field_and_as_others_write_them(headings):
    assert list(plan(headings).kinds[KindCode.HOUSEHOLD].values()) == [
        "village", "national_number", "head_name", "head_sex",
    ]  # fmt: skip


def test_the_national_list_tells_household_and_case_in_one_row_and_what_is_unused():
    found = plan(NATIONAL)
    assert set(found.kinds) == {KindCode.HOUSEHOLD, KindCode.CASE}
    assert found.unused == ["省", "市", "年度"]
    assert list(found.kinds[KindCode.CASE].values()) == ["household", "household_type", "risks", "risks", "on"]


def test_numbered_columns_join_into_one_list():
    cells = ["甘肃", "兰州", "永登", "城关", "高坪村", "6201", "张三", None, "突发严重困难户", "因病", "因残", "202209"]
    told = dict(records_of(plan(NATIONAL), Row(2, cells)))
    assert told[KindCode.CASE]["risks"] == ["因病", "因残"]
    assert told[KindCode.CASE]["household"] == told[KindCode.HOUSEHOLD]["national_number"] == "6201"


def test_a_row_without_a_case_tells_the_household_alone():
    cells = ["甘肃", "兰州", "永登", "城关", "高坪村", "6201", "张三"]
    assert [code for code, _told in records_of(plan(NATIONAL), Row(2, cells))] == [KindCode.HOUSEHOLD]


def test_each_kind_is_told_by_its_own_headings():
    for kind in KINDS.values():
        for told in ("zh", "en"):
            headings = [getattr(column.heading, told) for column in kind.columns]
            assert next(iter(plan(headings).kinds)) is kind.code


def test_the_name_of_a_sheet_decides_where_headings_do_not():
    assert next(iter(plan(["户编号", "证件号码"], name="家庭成员").kinds)) is KindCode.MEMBER


def test_a_heading_of_a_merged_cell_stands_for_the_rows_below_it():
    found = plan(["户编号", "基本信息", None], [None, "姓名", "与户主关系"])
    assert found.line == 2
    assert found.kinds == {KindCode.MEMBER: {0: "household", 1: "name", 2: "relationship"}}


def test_what_somebody_chose_before_is_known_again():
    remembered = {(KindCode.MEMBER, "家庭角色"): "relationship"}
    found = plan(["户编号", "姓名", "家庭角色"], remembered=remembered)
    assert found.kinds == {KindCode.MEMBER: {0: "household", 1: "name", 2: "relationship"}}


def test_a_sheet_of_strange_headings_is_read_as_nothing_until_somebody_chooses():
    found = plan(["甲", "乙"])
    assert (found.kinds, found.unused) == ({}, ["甲", "乙"])
    assert [column.name for column in plan(["甲", "户编号"], chosen=KindCode.MEMBER).missing] == [
        "name",
        "relationship",
    ]


def test_a_plan_survives_being_written_down():
    found = plan(NATIONAL)
    assert SheetPlan.read(found.plain()) == found


def test_days_become_texts_and_a_cell_without_value_is_a_fault():
    found = plan(["户编号", "姓名", "与户主关系", "出生日期"])
    row = Row(2, ["1", "张三", "之子", datetime(2010, 2, 3)])  # noqa: DTZ001 (a cell)
    assert dict(records_of(found, row)) == {
        KindCode.MEMBER: {"household": "1", "name": "张三", "relationship": "之子", "birth_date": "2010-02-03"}
    }
    [(_code, fault)] = records_of(found, Row(3, ["1", NoValue("cell_error", "坏")]))
    assert isinstance(fault, Faulty)
    assert (fault.name, fault.code, fault.told) == ("name", "cell_error", {"household": "1"})


def test_the_example_of_a_template_is_known_as_one():
    assert is_example(Row(2, [None, "示例，请删除", "张三"]))
    assert is_example(Row(2, ["EXAMPLE – delete this row"]))
    assert not is_example(Row(2, ["6201", "示例"]))


def test_a_heading_of_its_own_goes_before_what_others_call_the_same():
    found = plan(["户编号", "户类型", "监测对象类别", "致贫/返贫风险1", "识别监测时间"])
    assert found.kinds[KindCode.CASE] == {0: "household", 2: "household_type", 3: "risks", 4: "on"}
    assert found.unused == ["户类型"]


@pytest.mark.parametrize("heading", ["金额（万元）", "金额（千元）", "金额(million yuan)"])
def test_a_column_in_another_unit_is_not_read_as_yuan(heading):
    found = plan(["户编号", "帮扶类别", "帮扶措施", "计划日期", heading])
    assert found.unused == [heading]


def test_a_column_that_names_yuan_is_read():
    assert plan(["户编号", "帮扶类别", "帮扶措施", "计划日期", "金额（元）"]).unused == []


def test_a_telephone_in_a_list_of_persons_is_the_persons():
    found = plan(["户编号", "行政村", "户主姓名", "姓名", "联系电话", "与户主关系"])
    assert found.kinds[KindCode.MEMBER] == {0: "household", 3: "name", 4: "phone", 5: "relationship"}
    assert found.kinds[KindCode.HOUSEHOLD] == {0: "national_number", 1: "village", 2: "head_name"}


@pytest.mark.parametrize("heading", ["户主证件号码（掩码）", "head's document number (masked)"])
def test_numbers_with_stars_are_not_read_as_numbers(heading):
    assert plan(["户编号", "行政村代码", "户主姓名", heading]).unused == [heading]


def test_a_household_that_is_called_by_its_key_is_that_household():
    key = "01a20aa7-9996-736f-88f1-cf7be8c8784a"
    told = dict(records_of(plan(HOME), Row(2, ["620121100201", key, "张三", "男"])))[KindCode.HOUSEHOLD]
    assert told["id"] == key
    assert "national_number" not in told


def test_a_cell_over_several_columns_is_read_with_what_stands_below_it():
    above = ["户编号", "地址", None, "户主", None, None, "户联系电话"]
    found = plan(["名单"], above, [None, "县", "行政村", "姓名", "性别", "证件号码"])
    assert found.kinds[KindCode.HOUSEHOLD] == {
        0: "national_number", 1: "county_name", 2: "village", 3: "head_name", 4: "head_sex", 5: "head_number",
        6: "phone",
    }  # fmt: skip
    assert found.headings[1:5] == ("县", "行政村", "户主姓名", "户主性别")


def test_a_day_as_a_number_counts_from_where_its_workbook_counts():
    found = plan(["户编号", "姓名", "与户主关系", "出生日期", "联系电话"])
    cells = ["1", "张三", "之子", Since1904(43347), Since1904(43347)]
    [(_code, told)] = records_of(found, Row(2, cells))
    assert (told["birth_date"], told["phone"]) == ("2022-09-05", 43347)
    [(_code, told)] = records_of(found, Row(2, [*cells[:3], 44809]))
    assert values_of(KINDS[KindCode.MEMBER], told)["birth_date"] == date(2022, 9, 5)
