"""What is recorded of a person in words: the name of each fact and its value, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from common.names import Name
from households.rules.conditions import Condition
from households.rules.documents import DISABILITY_CATEGORIES
from households.rules.person_codes import (
    ALLOWANCES,
    DROPOUT_REASONS,
    EDUCATIONS,
    HEALTHS,
    LABOURS,
    PUBLIC_POSTS,
    SCHOOLINGS,
    WORK_PLACES,
)

FACTS: dict[str, Name] = {
    "health": Name("健康状况", "health"),
    "education": Name("文化程度", "education"),
    "schooling": Name("在校生状况", "schooling"),
    "dropout_reason": Name("未上学原因", "reason not to be at school"),
    "labour": Name("劳动技能", "ability to work"),
    "disability_category": Name("残疾类别", "category of disability"),
    "disability_level": Name("残疾等级", "level of disability"),
    "has_resident_insurance": Name("城乡居民基本医疗保险", "residents' medical insurance"),
    "has_employee_insurance": Name("城镇职工基本医疗保险", "employees' medical insurance"),
    "has_resident_pension": Name("城乡居民基本养老保险", "residents' pension insurance"),
    "has_employee_pension": Name("城镇职工基本养老保险", "employees' pension insurance"),
    "dibao": Name("低保", "subsistence allowance"),
    "tekun": Name("特困供养", "support in extreme hardship"),
    "work_place": Name("务工所在地", "place of work"),
    "work_months": Name("务工月数", "months of work"),
    "employer": Name("务工单位", "employer"),
    "monthly_wage": Name("月工资（元）", "monthly wage (yuan)"),
    "public_post": Name("公益性岗位", "public-welfare post"),
    "post_months": Name("岗位聘用月数", "months in the post"),
    "post_count": Name("岗位个数", "number of posts"),
}
LISTS: dict[str, Mapping[Any, Name]] = {
    "education": EDUCATIONS,
    "schooling": SCHOOLINGS,
    "dropout_reason": DROPOUT_REASONS,
    "labour": LABOURS,
    "disability_category": DISABILITY_CATEGORIES,
    "dibao": ALLOWANCES,
    "tekun": ALLOWANCES,
    "work_place": WORK_PLACES,
    "public_post": PUBLIC_POSTS,
}
YES_NO: dict[bool, Name] = {True: Name("是", "yes"), False: Name("否", "no")}


def in_words(condition: Condition) -> Iterator[tuple[str, str]]:
    """The name and the value of each fact that is recorded, in the order of the national form."""
    for field, name in FACTS.items():
        value = getattr(condition, field)
        if value not in (None, "", ()):
            yield str(name), _worded(field, value)


def _worded(field: str, value: Any) -> str:
    if field == "health":
        return " · ".join(str(HEALTHS[each]) for each in value)
    if field in LISTS:
        return str(LISTS[field][value])
    if isinstance(value, bool):
        return str(YES_NO[value])
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
