"""The kinds of record that come in: their columns, how each is read and what it is called; one table for every door."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from common.names import Name
from exchange.rules.reading import (
    Reader,
    Unreadable,
    amount,
    day,
    digits,
    exact_moment,
    key,
    moment,
    one_of,
    several_of,
    text,
    whole,
    yes_or_no,
)
from households.rules.categories import CATEGORIES
from households.rules.codes import DISASTERS, ELIMINATION_WAYS, HOUSEHOLD_TYPES, RELATIONSHIPS, RISKS, SEXES
from households.rules.person_codes import ETHNICITIES, POLITICAL_STATUSES
from households.rules.procedure import CLUE_SOURCES
from households.rules.visits import PURPOSES

OCCASIONS = {
    "identification": Name("识别", "identification"),
    "elimination": Name("风险消除", "elimination"),
    "yearly": Name("年度", "yearly"),
}


class KindCode(StrEnum):
    """A kind of record that comes in, in the order in which they are taken: what others refer to comes first."""

    DIVISION = "division"
    HOUSEHOLD = "household"
    MEMBER = "member"
    CASE = "case"
    INCOME = "income"
    GUARANTEES = "guarantees"
    MEASURE = "measure"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a record: `name` in JSON, `heading` in a sheet (and `also`, as other systems call it)."""

    name: str
    heading: Name
    read: Reader
    also: tuple[str, ...] = ()
    is_required: bool = False
    choices: Mapping[Any, Name] = field(default_factory=dict)
    is_list: bool = False
    note: Name = field(default_factory=lambda: Name("", ""))

    @property
    def headings(self) -> tuple[str, ...]:
        """Everything that a sheet may call it."""
        return (self.heading.zh, self.heading.en, self.name, *self.also)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record with its columns, also by their names."""

    code: KindCode
    name: Name
    columns: tuple[Column, ...]
    by_name: Mapping[str, Column] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


class Faulty(ValueError):
    """A value that cannot be read: which one, and a sentence that says what to do."""

    def __init__(self, name: str, sentence: str, code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.name, self.code = name, code
        self.told: dict[str, Any] = {}  # the other values of the record


def _choice(name: str, heading: Name, names: Mapping[Any, Name], **more: Any) -> Column:
    return Column(name, heading, one_of(names), choices=names, **more)


ID = Column(
    "id",
    Name("记录标识", "record id"),
    key,
    note=Name("由提交方给出的唯一标识（UUID）；不填则自动生成", "a UUID chosen by whoever sends it; made where empty"),
)
HOUSEHOLD = Column(
    "household",
    Name("户编号", "household"),
    digits,
    also=("户编码", "所属户编号", "household number"),
    is_required=True,
    note=Name("全国系统户编号，或本系统的户标识", "the national number of the household, or its id here"),
)
DISASTER = _choice("disaster", Name("因自然灾害子项", "kind of disaster"), DISASTERS, also=("自然灾害子项",))

KINDS: dict[KindCode, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            KindCode.DIVISION,
            Name("行政区划", "division"),
            (
                Column("code", Name("区划代码", "code"), digits, also=("行政区划代码", "代码"), is_required=True),
                Column("name", Name("区划名称", "name"), text, also=("名称", "行政区划名称"), is_required=True),
                Column("valid_from", Name("启用日期", "valid from"), day),
                Column("valid_to", Name("停用日期", "valid to"), day),
                Column("successor", Name("替代代码", "successor"), digits, also=("新代码",)),
            ),
        ),
        Kind(
            KindCode.HOUSEHOLD,
            Name("户", "household"),
            (
                ID,
                Column(
                    "village",
                    Name("行政村代码", "village"),
                    digits,
                    also=("行政村", "村", "村代码", "village code"),
                    note=Name("12 位代码，或本辖区内不重名的村名", "12 digits, or a name that is one village's only"),
                ),
                Column("township_name", Name("乡", "township"), text, also=("乡镇", "乡（镇）", "乡镇名称")),
                Column("county_name", Name("县", "county"), text, also=("县区", "县（区）", "区县")),
                Column("national_number", Name("户编号", "national number"), digits, also=("户编码",)),
                Column("head_name", Name("户主姓名", "head"), text, also=("户主",)),
                _choice("head_sex", Name("户主性别", "sex of the head"), SEXES),
                Column(
                    "head_number",
                    Name("户主证件号码", "head's document number"),
                    digits,
                    also=("户主身份证号", "户主身份证号码", "户主证件号"),
                ),
                Column("head_birth_date", Name("户主出生日期", "head's birth date"), day),
                Column("address", Name("家庭住址", "address"), text, also=("住址", "地址")),
                Column("phone", Name("户联系电话", "phone"), digits, also=("联系电话", "电话")),
                Column("is_former_poor", Name("是否脱贫户", "lifted out of poverty"), yes_or_no),
                Column(
                    "registered_on",
                    Name("登记日期", "registered on"),
                    day,
                    also=("建档日期",),
                    note=Name(
                        "不填为识别监测时间，没有则为今天；不得晚于识别监测时间",
                        "where empty the day of the identification, or today; not after the identification",
                    ),
                ),
                Column(
                    "identified_on",
                    Name("识别监测时间", "identified on"),
                    day,
                    also=("识别时间",),
                    note=Name(
                        "户最迟于该日登记；监测对象本身另行登记",
                        "the day by which the household is registered; the case is told for itself",
                    ),
                ),
                Column(
                    "is_another_person",
                    Name("户主确为另一人", "head is another person"),
                    yes_or_no,
                    note=Name(
                        "户主与本村已有人员同名同出生日期且无证件号码时填“是”",
                        "yes where somebody of the village has the head's name and birth date and there is no number",
                    ),
                ),
            ),
        ),
        Kind(
            KindCode.MEMBER,
            Name("家庭成员", "member"),
            (
                ID,
                HOUSEHOLD,
                Column("name", Name("姓名", "name"), text, also=("成员姓名",), is_required=True),
                _choice(
                    "sex", Name("性别", "sex"), SEXES, note=Name("有证件号码时可不填", "told by the number if any")
                ),
                Column("number", Name("证件号码", "document number"), digits, also=("身份证号", "身份证号码")),
                Column("birth_date", Name("出生日期", "birth date"), day),
                _choice(
                    "relationship", Name("与户主关系", "relationship to the head"), RELATIONSHIPS, is_required=True
                ),
                _choice("ethnicity", Name("民族", "ethnicity"), ETHNICITIES),
                _choice("political_status", Name("政治面貌", "political status"), POLITICAL_STATUSES),
                Column("phone", Name("联系电话", "phone"), digits, also=("电话",)),
                Column("joined_on", Name("加入日期", "joined on"), day),
                Column(
                    "is_another_person",
                    Name("确为另一人", "is another person"),
                    yes_or_no,
                    note=Name(
                        "与本村已有人员同名同出生日期且无证件号码时填“是”",
                        "yes where somebody of the village has the same name and birth date and there is no number",
                    ),
                ),
            ),
        ),
        Kind(
            KindCode.CASE,
            Name("监测对象", "case"),
            (
                ID,
                HOUSEHOLD,
                _choice(
                    "household_type",
                    Name("监测对象类别", "type"),
                    HOUSEHOLD_TYPES,
                    also=("监测对象类型", "户类型"),
                    is_required=True,
                ),
                Column(
                    "risks",
                    Name("致贫/返贫风险", "risks"),
                    several_of(RISKS),
                    also=("致贫返贫风险", "返贫致贫风险", "主要致贫返贫风险", "风险类型"),
                    is_required=True,
                    choices=RISKS,
                    is_list=True,
                    note=Name("最多五项；可分列填写，列名加 1 至 5", "up to five, also in columns numbered 1 to 5"),
                ),
                DISASTER,
                Column("remark", Name("其他备注", "remark"), text, also=("备注", "其他风险备注")),
                Column(
                    "has_no_labour", Name("整户无劳动能力兜底保障户", "no labour"), yes_or_no, also=("整户无劳动能力",)
                ),
                Column("on", Name("识别监测时间", "on"), day, also=("线索日期", "识别时间"), is_required=True),
                _choice("source", Name("线索来源", "source"), CLUE_SOURCES),
                Column("told", Name("线索内容", "what the clue says"), text),
                Column("is_green_channel", Name("绿色通道", "green channel"), yes_or_no),
                Column(
                    "taken_over_from",
                    Name("原认定系统", "taken over from"),
                    text,
                    note=Name(
                        "已由其他系统认定的填系统名称，直接进入名册；不填则登记为线索",
                        "the system that identified the household, which enters the register; a clue where empty",
                    ),
                ),
                Column("is_eliminated", Name("风险是否已消除", "risk eliminated"), yes_or_no),
                _choice("elimination_way", Name("风险消除方式", "way of elimination"), ELIMINATION_WAYS),
                Column("eliminated_on", Name("消除监测时间", "eliminated on"), day, also=("风险消除时间",)),
            ),
        ),
        Kind(
            KindCode.INCOME,
            Name("收入调查", "income survey"),
            (
                ID,
                HOUSEHOLD,
                _choice("occasion", Name("调查时点", "occasion"), OCCASIONS, is_required=True),
                Column("surveyed_on", Name("调查日期", "surveyed on"), day, is_required=True),
                Column("period_from", Name("收入起始日期", "from"), day, is_required=True),
                Column("period_to", Name("收入截止日期", "to"), day, is_required=True),
                Column("household_size", Name("家庭人口数", "household size"), whole, is_required=True),
                Column("wage", Name("工资性收入", "wage"), amount),
                Column("business", Name("生产经营性收入", "production and business"), amount),
                Column("property", Name("财产性收入", "property"), amount),
                Column("transfer", Name("转移性收入", "transfer"), amount),
                Column("business_expense", Name("生产经营性支出", "production expense"), amount),
                Column("claims", Name("理赔收入", "claims"), amount),
                Column("self_paid", Name("合规自付支出", "self-paid spending"), amount),
            ),
        ),
        Kind(
            KindCode.GUARANTEES,
            Name("三保障和饮水核查", "guarantee check"),
            (
                ID,
                HOUSEHOLD,
                Column("checked_on", Name("核查日期", "checked on"), day, is_required=True),
                Column("is_housing_safe", Name("住房是否安全", "housing safe"), yes_or_no),
                Column("is_schooling_kept", Name("义务教育是否有保障", "schooling kept"), yes_or_no),
                Column("is_everyone_insured", Name("是否全员参加医疗保险", "everyone insured"), yes_or_no),
                Column("is_water_safe", Name("饮水是否安全", "water safe"), yes_or_no),
            ),
        ),
        Kind(
            KindCode.MEASURE,
            Name("帮扶措施", "measure"),
            (
                ID,
                HOUSEHOLD,
                _choice("category", Name("帮扶类别", "category"), CATEGORIES, also=("措施类别",), is_required=True),
                Column("item", Name("帮扶措施", "item"), text, also=("措施名称", "具体措施"), is_required=True),
                Column("on", Name("计划日期", "planned on"), day, also=("措施开始时间",), is_required=True),
                Column("due_on", Name("完成时限", "due on"), day),
                Column("landed_on", Name("落实日期", "landed on"), day, also=("落实时间",)),
                Column("amount", Name("金额", "amount"), amount, also=("金额（元）",)),
                Column("member_number", Name("受益人证件号码", "beneficiary's document number"), digits),
                _choice("risk", Name("对应风险", "risk answered"), RISKS),
                Column("responsible_unit", Name("责任单位", "responsible unit"), text),
                Column("evidence", Name("落实佐证", "evidence"), text),
            ),
        ),
        Kind(
            KindCode.VISIT,
            Name("走访", "visit"),
            (
                ID,
                HOUSEHOLD,
                _choice("purpose", Name("走访目的", "purpose"), PURPOSES, is_required=True),
                Column(
                    "happened_at",
                    Name("走访时间", "happened at"),
                    moment,
                    also=("走访日期",),
                    is_required=True,
                    note=Name(
                        "表格中为本地时间；接口批量提交时须带时区偏移，如 2022-09-05T14:30:00+08:00",
                        "in a sheet by the clocks here; in a batch with its offset, 2022-09-05T14:30:00+08:00",
                    ),
                ),
                Column("findings", Name("走访情况", "findings"), text),
                Column("next_visit_on", Name("下次走访日期", "next visit on"), day),
                Column("signed_name", Name("签名", "signed by"), text, also=("户主签字",)),
            ),
        ),
    )
}


def values_of(
    kind: Kind, given: Mapping[str, Any], known: Collection[str] = (), *, is_exact: bool = False
) -> dict[str, Any]:
    """The values of a record as its kind reads them, empty ones left out; Faulty names the first that cannot be.

    What is `known` otherwise is not missed. A program is `is_exact`: of it an empty text is a value like any other, and
    a moment has its offset; of a sheet an empty cell says nothing, and a moment is of the clocks here.
    """
    columns = kind.by_name
    for name in given:
        if name not in columns:
            listed = _(", ").join(columns)
            raise Faulty(
                name,
                _("There is no field “%(name)s”. Known here: %(known)s.") % {"name": name, "known": listed},
                "unknown_field",
            )
    values: dict[str, Any] = {}
    for name, column in columns.items():
        told = given.get(name)
        if told is None:
            continue
        if isinstance(told, str) and not told.strip():
            if is_exact and column.read in {text, digits}:
                values[name] = ""
            continue
        try:
            values[name] = exact_moment(told) if is_exact and column.read is moment else column.read(told)
        except Unreadable as error:
            raise Faulty(name, str(error), error.code) from error
    missing = [
        column for column in kind.columns if column.is_required and not values.get(column.name, column.name in known)
    ]
    if missing:
        told = {"name": str(missing[0].heading)}
        raise Faulty(missing[0].name, _("“%(name)s” is missing.") % told, "missing")
    return values
