"""The generated part of the glossary: the code lists with their names."""

import re
from collections.abc import Mapping
from typing import Any

from accounts.permissions import ROLES, SCOPES
from common.names import Name
from config.references.markdown import code, table
from households.rules.categories import CATEGORIES
from households.rules.clocks import LIMITS, OWNERS
from households.rules.clocks import UNITS as TERM_UNITS
from households.rules.codes import (
    DISASTERS,
    ELIMINATION_WAYS,
    HOUSEHOLD_TYPES,
    RELATIONSHIPS,
    RISKS,
    SEXES,
)
from households.rules.deadlines import ENDINGS
from households.rules.documents import DISABILITY_CATEGORIES, DOCUMENT_KINDS
from households.rules.findings import VERDICTS
from households.rules.gate import RISK_STATES
from households.rules.history import EVENT_KINDS
from households.rules.levels import LEVELS
from households.rules.person_codes import (
    ALLOWANCES,
    DROPOUT_REASONS,
    EDUCATIONS,
    HEALTHS,
    LABOURS,
    POLITICAL_STATUSES,
    PUBLIC_POSTS,
    SCHOOLINGS,
    WORK_PLACES,
)
from households.rules.standards import KINDS
from households.rules.visits import ANSWERS, PURPOSES
from households.workflow import STATUSES
from reports.indicators import BASES, UNITS

BEGIN = "<!-- Written by `make docs` from here … -->"
END = "<!-- … to here. -->"

# Heading, the table's name in the code, the table.
LISTS: tuple[tuple[str, str, Mapping[Any, Name]], ...] = (
    ("三类监测对象 · Types of monitored household", "households.rules.codes.HOUSEHOLD_TYPES", HOUSEHOLD_TYPES),
    ("致贫返贫风险 · Risks", "households.rules.codes.RISKS", RISKS),
    ("自然灾害子项 · Natural disasters", "households.rules.codes.DISASTERS", DISASTERS),
    ("个案状态 · States of a case", "households.workflow.STATUSES", STATUSES),
    ("个案事件 · Events of a case", "households.rules.history.EVENT_KINDS", EVENT_KINDS),
    ("风险消除方式 · Ways of elimination", "households.rules.codes.ELIMINATION_WAYS", ELIMINATION_WAYS),
    ("帮扶措施类别 · Categories of measures", "households.rules.categories.CATEGORIES", CATEGORIES),
    ("角色 · Roles", "accounts.permissions.ROLES", ROLES),
    ("授权范围 · Scopes of tokens", "accounts.permissions.SCOPES", SCOPES),
    ("消除条件判定 · Verdicts of the exit gate", "households.rules.findings.VERDICTS", VERDICTS),
    ("风险核查结果 · What was found of a risk", "households.rules.gate.RISK_STATES", RISK_STATES),
    ("标准类别 · Kinds of standards", "households.rules.standards.KINDS", KINDS),
    ("期限单位 · Units of terms", "households.rules.clocks.UNITS", TERM_UNITS),
    ("期限责任层级 · Who answers for a term", "households.rules.clocks.OWNERS", OWNERS),
    ("期限性质 · Limits of terms", "households.rules.clocks.LIMITS", LIMITS),
    ("期限结束方式 · How a deadline ends", "households.rules.deadlines.ENDINGS", ENDINGS),
    ("走访目的 · Purposes of a visit", "households.rules.visits.PURPOSES", PURPOSES),
    ("走访清单答复 · Answers of a checklist", "households.rules.visits.ANSWERS", ANSWERS),
    ("行政区划级别 · Levels of division", "households.rules.levels.LEVELS", LEVELS),
    ("统计口径 · Bases", "reports.indicators.BASES", BASES),
    ("计量单位 · Units", "reports.indicators.UNITS", UNITS),
    ("与户主关系 · Relationship to the head of household", "households.rules.codes.RELATIONSHIPS", RELATIONSHIPS),
    ("性别 · Sex", "households.rules.codes.SEXES", SEXES),
    ("证件类型 · Documents", "households.rules.documents.DOCUMENT_KINDS", DOCUMENT_KINDS),
    ("残疾类别 · Categories of disability", "households.rules.documents.DISABILITY_CATEGORIES", DISABILITY_CATEGORIES),
    ("政治面貌 · Political status", "households.rules.person_codes.POLITICAL_STATUSES", POLITICAL_STATUSES),
    ("文化程度 · Education", "households.rules.person_codes.EDUCATIONS", EDUCATIONS),
    ("在校生状况 · Schooling", "households.rules.person_codes.SCHOOLINGS", SCHOOLINGS),
    ("健康状况 · Health", "households.rules.person_codes.HEALTHS", HEALTHS),
    ("劳动技能 · Ability to work", "households.rules.person_codes.LABOURS", LABOURS),
    (
        "未上学原因 · Reasons not to be at school",
        "households.rules.person_codes.DROPOUT_REASONS",
        DROPOUT_REASONS,
    ),
    ("低保、特困供养 · Allowances", "households.rules.person_codes.ALLOWANCES", ALLOWANCES),
    ("务工所在地 · Places of work", "households.rules.person_codes.WORK_PLACES", WORK_PLACES),
    ("公益性岗位类型 · Public-welfare posts", "households.rules.person_codes.PUBLIC_POSTS", PUBLIC_POSTS),
)


def glossary(held: str) -> str:
    """The glossary with its generated part written anew; what people wrote around it stays."""
    generated = f"{BEGIN}\n\n{document()}\n{END}"
    if BEGIN not in held:
        return f"{held}\n{generated}\n".lstrip()
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda found: generated, held, flags=re.DOTALL)


def document() -> str:
    """Each code list as a table; the names of indicators stand in their own reference."""
    return "\n".join(
        f"### {heading}\n\n`{name}`\n\n"
        + table(("中文", "English", "in code"), ((term.zh, term.en, code(key)) for key, term in terms.items()))
        for heading, name, terms in LISTS
    )
