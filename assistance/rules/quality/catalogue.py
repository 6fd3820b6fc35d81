"""All rules of data quality, and those of the source's list that these records cannot evaluate, with the reason."""

from __future__ import annotations

from typing import Any

from assistance.rules.quality.elimination import ELIMINATION
from assistance.rules.quality.facts import HelpedHome
from assistance.rules.quality.measures import MEASURES
from common.names import Name
from households.rules.quality.catalogue import RULES as REGISTRY_RULES
from households.rules.quality.rule import Rule

HELP_RULES: tuple[Rule[HelpedHome], ...] = (*MEASURES, *ELIMINATION)
_ALL: tuple[Rule[Any], ...] = (*REGISTRY_RULES, *HELP_RULES)
RULES: dict[str, Rule[Any]] = {rule.code: rule for rule in _ALL}

_AT_ENTRY = Name(
    "录入时即拒绝，记录中不会出现。", "Refused where the number is entered, so that no record can hold it."
)
_BY_DATABASE = Name("数据库约束不允许。", "The database's own constraints do not permit it.")
_NOT_KEPT = Name("本系统不登记所需的内容。", "What it looks at is not recorded here.")
# Numbers in the source's list, what the rule asks, why it is left out.
LEFT_OUT: tuple[tuple[tuple[str, ...], Name, Name], ...] = (
    (("1_01_002",), Name("监测人员证件号码重复", "document number used twice"), _BY_DATABASE),
    (("1_01_003", "1_12_003"), Name("证件号码校验码错误", "wrong check character"), _AT_ENTRY),
    (("1_12_002",), Name("证件号码长度不是18、20、22位", "number not of 18, 20 or 22 characters"), _AT_ENTRY),
    (("1_12_004",), Name("残疾证号码格式不符", "disability certificate of another form"), _AT_ENTRY),
    (("S3 06",), Name("户主多于一人", "more than one head"), _BY_DATABASE),
    (("2_11_004",), Name("风险为其他但无备注", "another risk without a remark"), _BY_DATABASE),
    (("2_11_005",), Name("自然灾害无子项", "natural disaster without its kind"), _BY_DATABASE),
    (("5_14_*",), Name("耕地、林地面积和距主干路距离", "areas of land and distance to the road"), _NOT_KEPT),
)
