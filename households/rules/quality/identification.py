"""Rules about the identification of a household: its risks against what is recorded of it."""

from __future__ import annotations

from common.names import Name
from households.rules.codes import Risk
from households.rules.person_codes import ABLE_TO_WORK, ILL, Health
from households.rules.quality.facts import CaseFacts, HomeFacts
from households.rules.quality.rule import Check, Group, Limits, Rule, of_case, of_home
from households.workflow import IN_REGISTER, OPEN, UNDER_MONITORING

IDENTIFICATION_SURVEY = "identification"


def _has(case: CaseFacts, risk: Risk) -> bool:
    return risk in case.risks and case.status in OPEN | IN_REGISTER


def _lacks(case: CaseFacts, risk: Risk) -> bool:
    return risk not in case.risks and case.status in UNDER_MONITORING


def _is_below_and_unwatched(home: HomeFacts, _limits: Limits) -> bool:
    is_watched = home.case is not None and home.case.status in OPEN | IN_REGISTER
    if is_watched or home.survey is None or home.line is None:
        return False
    return home.survey.net_per_capita < home.line


def _is_rich(home: HomeFacts, case: CaseFacts, limits: Limits) -> bool:
    survey = home.surveyed_at(IDENTIFICATION_SURVEY)
    is_rich = survey is not None and survey.net_per_capita > limits["yuan"]
    return is_rich and case.status in OPEN | IN_REGISTER


def _has_spent_nothing(home: HomeFacts, case: CaseFacts, _limits: Limits) -> bool:
    survey = home.surveyed_at(IDENTIFICATION_SURVEY)
    return _has(case, Risk.ILLNESS) and survey is not None and survey.self_paid == 0


def _nobody_works(home: HomeFacts, case: CaseFacts, _limits: Limits) -> bool:
    is_known = home.is_described and all(told.work_place is not None for told in home.conditions)
    return _has(case, Risk.UNSTABLE_WORK) and is_known and not any(told.is_working for told in home.conditions)


def _most_are_able(home: HomeFacts, case: CaseFacts, limits: Limits) -> bool:
    able = sum(told.labour in ABLE_TO_WORK for told in home.conditions)
    return _has(case, Risk.NO_LABOUR) and home.is_labour_known and able * 100 >= limits["percent"] * len(home.people)


def _has_no_child_of_age(home: HomeFacts, _case: CaseFacts, limits: Limits) -> bool:
    is_out = home.check is not None and home.check.is_schooling_kept is False
    ages = [person.age for person in home.people if person.age is not None]
    is_known = len(ages) == len(home.people)
    return is_out and is_known and not any(limits["from_age"] <= age <= limits["to_age"] for age in ages)


def _rule(code: str, sources: tuple[str, ...], name: Name, sentence: Name, check: Check[HomeFacts]) -> Rule[HomeFacts]:
    return Rule(code, Group.IDENTIFICATION, sources, name, sentence, check)


IDENTIFICATION: tuple[Rule[HomeFacts], ...] = (
    _rule(
        "below_line_not_monitored",
        ("1_02_006",),
        Name("收入低于标准未监测", "below the line and not monitored"),
        Name(
            "人均纯收入低于监测标准，但未纳入监测，请核实。",
            "The income per person lies below the line, and the household is not monitored. Visit it.",
        ),
        of_home(_is_below_and_unwatched),
    ),
    _rule(
        "monitored_without_risk",
        ("1_11_001",),
        Name("监测对象无风险", "monitored without a risk"),
        Name(
            "监测对象没有登记任何风险，请补登。", "The household is monitored without any risk. Say which risk it has."
        ),
        of_case(lambda _home, case, _limits: not case.risks and case.status in OPEN | IN_REGISTER),
    ),
    _rule(
        "identified_rich",
        ("1111_18",),
        Name("识别时收入偏高", "identified with a high income"),
        Name(
            "识别时人均纯收入明显偏高，请核对收入和识别依据。",
            "The household was identified with a high income per person. Check the survey and the reasons.",
        ),
        of_case(_is_rich),
    ),
    _rule(
        "disability_unfounded",
        ("2_11_001",),
        Name("因残但无残疾成员", "disability without a disabled member"),
        Name(
            "风险为因残，但家庭成员均无残疾，请核对。",
            "The risk is disability, and no member is recorded as disabled. Check which is wrong.",
        ),
        of_case(
            lambda home, case, _limits: (
                _has(case, Risk.DISABILITY)
                and home.is_health_known
                and not any(Health.DISABLED in told.health or told.disability_level for told in home.conditions)
            )
        ),
    ),
    _rule(
        "illness_unfounded",
        ("5_15_015",),
        Name("因病但无患病成员", "illness without an ill member"),
        Name(
            "风险为因病，但家庭成员均无大病或长期慢性病，请核对。",
            "The risk is illness, and no member is recorded as seriously or chronically ill. Check which is wrong.",
        ),
        of_case(
            lambda home, case, _limits: (
                _has(case, Risk.ILLNESS)
                and home.is_health_known
                and not any(ILL.intersection(told.health) for told in home.conditions)
            )
        ),
    ),
    _rule(
        "illness_without_spending",
        ("5_15_020",),
        Name("因病但无自付支出", "illness without spending"),
        Name(
            "风险为因病，但识别时合规自付支出为零，请核对。",
            "The risk is illness, and nothing was spent out of pocket at identification. Check the survey.",
        ),
        of_case(_has_spent_nothing),
    ),
    _rule(
        "work_risk_nobody_able",
        (
            "5_15_013",
            "2_11_006",
        ),
        Name("因务工就业不稳但无劳动力", "unstable work but nobody able"),
        Name(
            "风险为因务工就业不稳，但户内无人能劳动，请核对。",
            "The risk is unstable work, and nobody is able to work. Check which is wrong.",
        ),
        of_case(
            lambda home, case, _limits: _has(case, Risk.UNSTABLE_WORK) and home.is_labour_known and not home.has_able
        ),
    ),
    _rule(
        "work_risk_nobody_works",
        ("5_15_014",),
        Name("因务工就业不稳但无务工记录", "unstable work but nobody works"),
        Name(
            "风险为因务工就业不稳，但户内无人有务工记录，请核对。",
            "The risk is unstable work, and nobody works for wages. Check which is wrong.",
        ),
        of_case(_nobody_works),
    ),
    _rule(
        "no_labour_unfounded",
        (
            "4_11_009",
            "5_11_029",
            "5_18_008",
        ),
        Name("缺劳动力但多为劳动力", "lack of labour but most are able"),
        Name(
            "风险为缺劳动力，但家庭成员多有劳动能力，请核对。",
            "The risk is lack of labour, and most members are able to work. Check which is wrong.",
        ),
        of_case(_most_are_able),
    ),
    _rule(
        "water_risk_missing",
        ("4_11_006",),
        Name("饮水有问题但无因安全饮水风险", "unsafe water without the risk"),
        Name(
            "饮水检查不安全，但风险中没有因安全饮水，请核对。",
            "The water was found unsafe, and unsafe water is not among the risks. Add it, or check again.",
        ),
        of_case(
            lambda home, case, _limits: (
                _lacks(case, Risk.UNSAFE_WATER) and home.check is not None and home.check.is_water_safe is False
            )
        ),
    ),
    _rule(
        "illness_risk_missing",
        ("4_11_007",),
        Name("有人未参保但无因病风险", "uninsured without the risk"),
        Name(
            "有成员未参加医保，但风险中没有因病，请核对。",
            "A member has no medical insurance, and illness is not among the risks. Check both.",
        ),
        of_case(lambda home, case, _limits: _lacks(case, Risk.ILLNESS) and home.is_uninsured),
    ),
    _rule(
        "dropout_without_child",
        ("4_11_008",),
        Name("有失学辍学但无学龄儿童", "out of school without a child"),
        Name(
            "检查为有失学辍学，但户内没有义务教育阶段儿童，请核对。",
            "A child was found out of school, and no member is of school age. Check which is wrong.",
        ),
        of_case(_has_no_child_of_age),
    ),
)
