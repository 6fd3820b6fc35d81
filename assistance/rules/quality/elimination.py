"""Rules about the elimination of a risk: what should hold of a household where it is proposed or decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistance.rules.categories import Category
from assistance.rules.quality.facts import HelpedHome
from common.names import Name
from households.rules.codes import EliminationWay
from households.rules.quality.facts import CaseFacts, CheckFacts, SurveyFacts
from households.rules.quality.rule import Check, Group, Limits, Rule
from households.workflow import UNDER_ELIMINATION, Status

ENDING = UNDER_ELIMINATION | {Status.ELIMINATED}
ELIMINATION_SURVEY = "elimination"
MONTHS_A_YEAR = 12

IsHit = Callable[[HelpedHome, CaseFacts, Limits], bool]


def of_ending(is_hit: IsHit) -> Check[HelpedHome]:
    """One finding where the elimination is proposed or decided and the household is hit."""
    return lambda helped, limits: (
        (None,)
        if helped.case is not None and helped.case.status in ENDING and is_hit(helped, helped.case, limits)
        else ()
    )


def with_survey(is_hit: Callable[[HelpedHome, SurveyFacts], bool]) -> Check[HelpedHome]:
    """One finding where the income was surveyed for the elimination and what it says is hit."""

    def ask(helped: HelpedHome, _case: CaseFacts, _limits: Limits) -> bool:
        survey = helped.home.surveyed_at(ELIMINATION_SURVEY)
        return survey is not None and is_hit(helped, survey)

    return of_ending(ask)


def with_check(is_hit: Callable[[CheckFacts], bool]) -> Check[HelpedHome]:
    """One finding where the guarantees were looked at and what was found is hit."""
    return of_ending(lambda helped, _case, _limits: helped.home.check is not None and is_hit(helped.home.check))


def _is_below(_helped: HelpedHome, survey: SurveyFacts) -> bool:
    return survey.line is not None and survey.net_per_capita < survey.line


def _is_soon(helped: HelpedHome, case: CaseFacts, limits: Limits) -> bool:
    end = case.eliminated_on or helped.home.on
    is_natural = case.way is EliminationWay.NATURAL
    is_dated = case.identified_on is not None
    return is_dated and not is_natural and end < _months_after(case.identified_on or end, int(limits["months"]))


def _months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _is_not_looked_at(helped: HelpedHome, _case: CaseFacts, _limits: Limits) -> bool:
    check = helped.home.check
    return check is None or None in {
        check.is_housing_safe,
        check.is_schooling_kept,
        check.is_everyone_insured,
        check.is_water_safe,
    }


def _rule(
    code: str, sources: tuple[str, ...], name: Name, sentence: Name, check: Check[HelpedHome]
) -> Rule[HelpedHome]:
    return Rule(code, Group.ELIMINATION, sources, name, sentence, check)


ELIMINATION: tuple[Rule[HelpedHome], ...] = (
    _rule(
        "eliminated_too_soon",
        (
            "2_11_002",
            "5_18_009",
        ),
        Name("监测时间不足", "monitored too briefly"),
        Name(
            "监测时间不足即消除风险，请核对（自然消除除外）。",
            "The risk is eliminated after too short a time, and not naturally. Check the days.",
        ),
        of_ending(_is_soon),
    ),
    _rule(
        "eliminated_without_measure",
        ("1_11_009",),
        Name("消除前有风险无对应措施", "eliminated with a risk unanswered"),
        Name(
            "有风险未落实对应措施即消除，请核对（自然消除除外）。",
            "A risk has no landed measure that answers it, and it does not end naturally. Check the measures.",
        ),
        of_ending(
            lambda helped, case, _limits: (
                case.way is not EliminationWay.NATURAL and (not helped.measures or bool(helped.unanswered(case)))
            )
        ),
    ),
    _rule(
        "eliminated_without_labour",
        (
            "4_11_011",
            "5_11_033",
        ),
        Name("整户无劳动力标注消除", "eliminated without labour"),
        Name(
            "整户无劳动能力的户暂不标注风险消除，请核对。",
            "A household without labour is kept under monitoring for the time being. Check the elimination.",
        ),
        of_ending(lambda _helped, case, _limits: case.has_no_labour),
    ),
    _rule(
        "elimination_not_surveyed",
        ("1_11_004",),
        Name("消除后收入未填", "income not surveyed"),
        Name("没有消除时的收入调查，请补登。", "The income was not surveyed for the elimination. Record the survey."),
        of_ending(lambda helped, _case, _limits: helped.home.surveyed_at(ELIMINATION_SURVEY) is None),
    ),
    _rule(
        "elimination_not_looked_at",
        ("1_11_004",),
        Name("消除后三保障未填", "guarantees not looked at"),
        Name(
            "“三保障”和饮水安全未逐项检查，请补登。",
            "Not every guarantee and the water were looked at. Record the check.",
        ),
        of_ending(_is_not_looked_at),
    ),
    _rule(
        "contact_missing",
        ("1_11_011",),
        Name("监测联系电话未填", "no contact"),
        Name("没有登记联系电话，请补登。", "No telephone of the household is recorded. Enter one."),
        of_ending(lambda helped, _case, _limits: not helped.home.phone),
    ),
    _rule(
        "eliminated_below_line",
        ("4_11_010",),
        Name("消除时收入低于标准", "eliminated below the line"),
        Name(
            "消除时人均纯收入低于监测标准，请核对。",
            "The income per person at elimination lies below the line. Check the survey.",
        ),
        with_survey(_is_below),
    ),
    _rule(
        "employment_not_in_income",
        (
            "4_11_012",
            "4_11_013",
            "5_11_013",
        ),
        Name("就业帮扶未体现在收入", "employment without wages"),
        Name(
            "落实了就业或公益岗位帮扶，但消除时工资性收入为零，请核对。",
            "Work was given, and the wages at elimination are zero. Check the survey.",
        ),
        with_survey(
            lambda helped, survey: (
                bool({Category.EMPLOYMENT, Category.PUBLIC_POST} & helped.categories) and survey.wage == 0
            )
        ),
    ),
    _rule(
        "security_not_in_income",
        (
            "4_11_012",
            "4_11_013",
            "5_11_013",
        ),
        Name("综合保障未体现在收入", "security without transfers"),
        Name(
            "落实了综合保障，但消除时转移性收入为零，请核对。",
            "Security was given, and the transfers at elimination are zero. Check the survey.",
        ),
        with_survey(lambda helped, survey: Category.SOCIAL_SECURITY in helped.categories and survey.transfer == 0),
    ),
    _rule(
        "industry_not_in_income",
        (
            "4_11_012",
            "4_11_013",
            "5_11_013",
        ),
        Name("产业帮扶未体现在收入", "industry without business income"),
        Name(
            "落实了产业帮扶，但消除时生产经营性收入为零，请核对。",
            "Help with production was given, and the business income at elimination is zero. Check the survey.",
        ),
        with_survey(lambda helped, survey: Category.INDUSTRY in helped.categories and survey.business == 0),
    ),
    _rule(
        "eliminated_unsafe_housing",
        (
            "1_11_005..008",
            "1_02_008",
            "1_02_009",
        ),
        Name("消除时住房不安全", "eliminated with unsafe housing"),
        Name(
            "消除风险时住房不安全，请先解决。",
            "The risk is eliminated, and the last check found unsafe housing. See to it first.",
        ),
        with_check(lambda check: check.is_housing_safe is False),
    ),
    _rule(
        "eliminated_out_of_school",
        (
            "1_11_005..008",
            "1_02_008",
            "1_02_009",
        ),
        Name("消除时有失学辍学", "eliminated with a child out of school"),
        Name(
            "消除风险时有失学辍学，请先解决。",
            "The risk is eliminated, and the last check found a child out of school. See to it first.",
        ),
        with_check(lambda check: check.is_schooling_kept is False),
    ),
    _rule(
        "eliminated_uninsured",
        (
            "1_11_005..008",
            "1_02_008",
            "1_02_009",
        ),
        Name("消除时有人未参保", "eliminated with somebody uninsured"),
        Name(
            "消除风险时有人未参保，请先解决。",
            "The risk is eliminated, and the last check found somebody uninsured. See to it first.",
        ),
        with_check(lambda check: check.is_everyone_insured is False),
    ),
    _rule(
        "eliminated_unsafe_water",
        (
            "1_11_005..008",
            "1_02_008",
            "1_02_009",
        ),
        Name("消除时饮水不安全", "eliminated with unsafe water"),
        Name(
            "消除风险时饮水不安全，请先解决。",
            "The risk is eliminated, and the last check found unsafe water. See to it first.",
        ),
        with_check(lambda check: check.is_water_safe is False),
    ),
)
