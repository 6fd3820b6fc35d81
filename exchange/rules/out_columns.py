"""What the columns of files that go out are called, and how codes are written: the headings of what comes in first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.utils.translation import gettext as _

from assistance.rules.quality.catalogue import RULES
from assistance.rules.states import STATES
from common.names import Name
from exchange.rules.kinds import KINDS, KindCode
from exchange.rules.reading import HERE
from households.rules.categories import CATEGORIES
from households.rules.clocks import LIMITS, OWNERS, UNITS
from households.rules.codes import ELIMINATION_WAYS, HOUSEHOLD_TYPES, RISKS
from households.rules.condition_words import FACTS, LISTS
from households.rules.conflicts import CONFLICT_STATES
from households.rules.deadlines import ENDINGS
from households.rules.history import EVENT_KINDS
from households.rules.levels import LEVELS
from households.rules.person_codes import HEALTHS
from households.rules.procedure import CLUE_SOURCES
from households.rules.standards import SEVERITIES
from households.rules.visits import PURPOSES
from households.rules.warnings import CAUSES, CLUE_STATES
from households.workflow import STATUSES

YES, NO = Name("是", "yes"), Name("否", "no")
BASES = {"household": Name("户", "household"), "person": Name("人", "person"), "measure": Name("项", "measure")}
VERDICTS = {
    "matches": Name("一致", "matches"),
    "differs": Name("不一致", "differs"),
    "not_computable": Name("无法计算", "not computable"),
    "matches_one_basis": Name("仅一种口径一致", "matches on one basis only"),
    "not_judged": Name("未作判断", "not judged"),
}

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column: its name in JSON, its heading, the names of its codes, and how a spreadsheet keeps it."""

    name: str
    heading: Name
    names: Mapping[Any, Name] = field(default_factory=dict)
    kind: str = "text"

    def cell(self, value: Any) -> Value:
        """A value of JSON as a cell: codes by their names, yes and no in words, several with commas between."""
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return str(YES if value else NO)
        if isinstance(value, list):
            return _(", ").join(str(self.cell(each)) for each in value) or None
        if isinstance(value, dict):
            return orjson.dumps(value).decode() if value else None
        if self.names and value in self.names:
            return str(self.names[value])
        if self.name.endswith("_at") and isinstance(value, str):
            return _here(value)
        return value if isinstance(value, str | int | float) else str(value)


def _here(told: str) -> str:
    """A moment as clocks here show it, exact, so that it comes in again as the same."""
    return datetime.fromisoformat(told).astimezone(HERE).replace(tzinfo=None).isoformat(sep=" ")


def _text(name: str, zh: str, en: str, names: Mapping[Any, Name] | None = None) -> OutColumn:
    return OutColumn(name, Name(zh, en), names or {})


def _number(name: str, zh: str, en: str, kind: str = "number") -> OutColumn:
    return OutColumn(name, Name(zh, en), kind=kind)


CONDITION_NAMES: Mapping[str, Mapping[Any, Name]] = {**LISTS, "health": HEALTHS}
RULE_NAMES = {code: rule.name for code, rule in RULES.items()}
# A finding is told in Chinese: its sentence in the reader's language.
SENTENCES = {rule.sentence.zh: rule.sentence for rule in RULES.values()}
# By name; what a list calls otherwise stands below under the name of the list.
COLUMNS: dict[str, OutColumn] = {
    column.name: column
    for column in (
        _text("id", "记录标识", "record id"),
        _text("village", "行政村代码", "village code"),
        _text("village_name", "行政村名称", "village name"),
        _text("township_name", "乡", "township"),
        _text("county_name", "县", "county"),
        _text("household", "户标识", "household id"),
        _text("household_number", "户编号", "household"),
        _text("head", "户主姓名", "head"),
        _text("national_number", "全国系统户编号", "national number"),
        _text("is_former_poor", "是否脱贫户", "lifted out of poverty"),
        _text("registered_on", "建档日期", "registered on"),
        _number("persons", "家庭人口", "persons"),
        _text("case", "个案标识", "case id"),
        _text("status", "状态", "status", STATUSES),
        _text("household_type", "监测对象类别", "type", HOUSEHOLD_TYPES),
        _text("risks", "致贫/返贫风险", "risks", RISKS),
        _text("risk", "对应风险", "risk answered", RISKS),
        _text("measures", "已落实措施类别", "categories of landed measures", CATEGORIES),
        _number("landed_measures", "已落实措施数", "landed measures"),
        _text("has_no_labour", "整户无劳动能力兜底保障户", "no labour"),
        _text("identified_on", "识别监测时间", "identified on"),
        _text("eliminated_on", "消除监测时间", "eliminated on"),
        _text("elimination_way", "风险消除方式", "way of elimination", ELIMINATION_WAYS),
        _text("as_of", "统计日期", "as of"),
        _text("known_at", "数据时点", "known at"),
        _text("reported_on", "线索登记日期", "reported on"),
        _number("net_per_capita", "人均纯收入（元）", "net income per person (yuan)", "money"),
        _number("reference_per_capita", "纳入参考人均收入（元）", "income looked at for inclusion (yuan)", "money"),
        _text("surveyed_on", "调查日期", "surveyed on"),
        _number("line", "监测标准（元）", "monitoring line (yuan)", "money"),
        _number("share_of_line", "占监测标准百分比", "percent of the line", "money"),
        _text("is_below_line", "是否低于标准", "below the line"),
        _text("since", "本环节起始日期", "at this step since"),
        _number("waiting_days", "已等待天数", "days at this step"),
        _number("version", "版本", "version"),
        _text("member", "人员标识", "person id"),
        _text("member_name", "成员姓名", "member"),
        _text("joined_on", "加入日期", "joined on"),
        _text("left_on", "离开日期", "left on"),
        _number("sequence", "序号", "sequence"),
        _text("kind", "事项", "event", EVENT_KINDS),
        _text("occurred_on", "发生日期", "occurred on"),
        _text("recorded_at", "记录时间", "recorded at"),
        _text("recorded_by", "记录人", "recorded by"),
        _text("facts", "事实", "facts"),
        _text("details", "说明", "details"),
        _text("corrects", "更正的事项", "corrects"),
        _text("plan", "计划标识", "plan id"),
        _text("responsible", "责任人", "responsible person"),
        _text("started_on", "开始日期", "started on"),
        _text("ended_on", "结束日期", "ended on"),
        _text("withdrawn_at", "撤销时间", "withdrawn at"),
        _text("withdrawal_reason", "撤销原因", "reason of withdrawal"),
        _number("number", "序号", "number"),
        _text("drawn_up_on", "制定日期", "drawn up on"),
        _text("is_current", "是否现行", "current"),
        _text("note", "备注", "note"),
        _text("visited_by", "走访人", "visited by"),
        _text("received_at", "接收时间", "received at"),
        _text("answers", "检查项", "answers"),
        _number("latitude", "纬度", "latitude", "exact"),
        _number("longitude", "经度", "longitude", "exact"),
        _number("accuracy", "定位精度（米）", "accuracy (m)"),
        _text("device", "设备", "device"),
        _text("supersedes", "替代的走访", "supersedes"),
        _text("reason", "原因", "reason"),
        _text("user", "责任人账号", "account"),
        _text("starts_on", "起始日期", "starts on"),
        _text("ends_on", "终止日期", "ends on"),
        _text("rule", "规则", "rule", RULE_NAMES),
        _text("severity", "级别", "severity", SEVERITIES),
        _text("sentence", "问题与处理", "what to do"),
        _text("opened_at", "发现时间", "found at"),
        _text("closed_at", "整改时间", "mended at"),
        _text("source", "来源", "source", CLUE_SOURCES),
        _text("cause", "预警原因", "cause", CAUSES),
        _text("state", "状态", "state", CLUE_STATES),
        _text("proposed_at", "提出时间", "proposed at"),
        _text("decided_at", "处置时间", "decided at"),
        _text("decided_by", "处置人", "decided by"),
        _text("clock", "时限", "clock"),
        _number("length", "时长", "length"),
        _text("unit", "单位", "unit", UNITS),
        _text("limit", "限制", "limit", LIMITS),
        _text("owner", "责任方", "owner", OWNERS),
        _text("due_on", "到期日期", "due on"),
        _text("is_estimated", "是否推算", "estimated"),
        _text("paused_on", "暂停日期", "paused on"),
        _text("ending", "结果", "ending", ENDINGS),
        _text("values", "原值和提交的值", "values held and sent"),
        _number("based_on", "依据的版本", "based on version"),
        _text("held_by", "原值录入人", "held by"),
        _text("held_at", "原值录入时间", "held since"),
        _text("sent_by", "提交人", "sent by"),
        _text("sent_at", "提交时间", "sent at"),
        _text("made_at", "填写时间", "written at"),
        _text("valid_from", "启用日期", "valid from"),
        _text("superseded_at", "被替代时间", "superseded at"),
        *(_text(name, told.zh, told.en, CONDITION_NAMES.get(name)) for name, told in FACTS.items()),
        _text("code", "区划代码", "code"),
        _text("name", "名称", "name"),
        _text("level", "级别", "level", LEVELS),
        _text("parent", "上级代码", "parent"),
        _text("division", "区划代码", "division code"),
        _text("division_name", "区划名称", "division"),
        _text("indicator", "指标代码", "indicator code"),
        _text("indicator_name", "指标名称", "indicator"),
        _text("basis", "口径", "basis", BASES),
        _number("value", "数值", "value", "exact"),
        _number("numerator", "分子", "numerator"),
        _number("denominator", "分母", "denominator"),
        _number("published", "公布值", "published", "exact"),
        _number("step", "公布精度", "step of the print", "exact"),
        _text("at_least", "是否下限", "at least"),
        _number("computed", "计算值", "computed", "exact"),
        _text("verdict", "核对结果", "verdict", VERDICTS),
        _text("overall", "总体结果", "verdict over all bases", VERDICTS),
        _text("explanation", "说明", "explanation"),
    )
}
OF_LIST: dict[tuple[str, str], OutColumn] = {
    ("conflicts", "state"): _text("state", "状态", "state", CONFLICT_STATES),
    ("member-conditions", "valid_from"): _text("valid_from", "起始日期", "from"),
    ("measures", "state"): _text("state", "进度", "state", STATES),
    ("visits", "purpose"): _text("purpose", "走访目的", "purpose", PURPOSES),
    ("income-surveys", "property_income"): _number("property_income", "财产性收入", "property", "money"),
    ("findings", "sentence"): _text("sentence", "问题与处理", "what to do", SENTENCES),
    ("indicators", "unit"): _text("unit", "单位", "unit"),
    ("reconciliations", "unit"): _text("unit", "单位", "unit"),
    ("reconciliations", "id"): _text("id", "数字编号", "figure"),
}
# The kind of record as which a list can come in again, and what that calls the columns that it calls otherwise.
KIND_OF: dict[str, tuple[KindCode, dict[str, str]]] = {
    "households": (KindCode.HOUSEHOLD, {"head": "head_name"}),
    "members": (KindCode.MEMBER, {"household_number": "household", "household": ""}),
    "cases": (KindCode.CASE, {"household_number": "household", "household": "", "identified_on": "on"}),
    "measures": (KindCode.MEASURE, {"household_number": "household", "household": "", "planned_on": "on"}),
    "income-surveys": (KindCode.INCOME, {"household_number": "household", "household": ""}),
    "guarantee-checks": (KindCode.GUARANTEES, {"household_number": "household", "household": ""}),
    "visits": (KindCode.VISIT, {"household_number": "household", "household": ""}),
    "divisions": (KindCode.DIVISION, {}),
}
MONEY = frozenset(("amount", "wage", "business", "transfer", "business_expense", "claims", "self_paid"))
# The columns that hold document numbers, with what they are called while the numbers are masked.
NUMBERS: dict[tuple[str, str], Name] = {
    ("households", "head_number"): Name("户主证件号码（掩码）", "head's document number (masked)"),
    ("members", "number"): Name("证件号码（掩码）", "document number (masked)"),
    ("measures", "member_number"): Name("受益人证件号码（掩码）", "beneficiary's document number (masked)"),
}


def column_of(listed: str, name: str, *, whole_numbers: bool = False) -> OutColumn:
    """The column of that name in a list; a masked number is not called what a whole one is, so that it never comes in
    as a number again."""
    if (listed, name) in NUMBERS and not whole_numbers:
        return OutColumn(name, NUMBERS[listed, name])
    kind, otherwise = KIND_OF.get(listed, (None, {}))
    known = KINDS[kind].by_name.get(otherwise.get(name, name)) if kind else None
    if known is not None:
        return OutColumn(name, known.heading, known.choices, "money" if name in MONEY else _kind_of(name))
    return OF_LIST.get((listed, name)) or COLUMNS[name]


def _kind_of(name: str) -> str:
    return "number" if name == "household_size" else "text"
