"""Rules about measures: whether help follows the risks, and whether it agrees with what is recorded of the members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistance.rules.categories import Category
from assistance.rules.quality.facts import HelpedHome
from common.names import Name
from households.rules.codes import Risk
from households.rules.person_codes import VOCATIONAL, Health
from households.rules.quality.facts import CaseFacts
from households.rules.quality.rule import Check, Group, Limits, Rule
from households.workflow import IN_REGISTER, UNDER_MONITORING

DEVELOPMENT = frozenset({Category.INDUSTRY, Category.EMPLOYMENT, Category.FINANCE, Category.PUBLIC_POST})
# What the items of measures are called, where a rule looks at more than their category.
DIBAO, TEKUN, DISABILITY_AID, YULU = "低保", "特困", ("残疾人补贴", "残疾人两项补贴"), "雨露"
WEAK_ITEMS = ("培训", "其他")
# Resettlement is not given to households identified from this year on.
NO_RELOCATION_SINCE = date(2021, 1, 1)

IsHit = Callable[[HelpedHome, CaseFacts, Limits], bool]


def of_monitored(is_hit: IsHit) -> Check[HelpedHome]:
    """One finding where the household is monitored now and is hit."""
    return lambda helped, limits: (
        (None,)
        if helped.case is not None and helped.case.status in UNDER_MONITORING and is_hit(helped, helped.case, limits)
        else ()
    )


def of_registered(is_hit: IsHit) -> Check[HelpedHome]:
    """One finding where the household is in the register, eliminated or not, and is hit."""
    return lambda helped, limits: (
        (None,)
        if helped.case is not None and helped.case.status in IN_REGISTER and is_hit(helped, helped.case, limits)
        else ()
    )


def unanswered(asked: str, is_found: Callable[[HelpedHome, CaseFacts], bool]) -> Check[HelpedHome]:
    """One finding where the risk or finding `asked` is there since longer than allowed and no measure answers it."""
    return of_monitored(
        lambda helped, case, limits: (
            helped.has_passed(case, int(limits["days"])) and is_found(helped, case) and not helped.is_answered(asked)
        )
    )


def has_risk(risk: Risk) -> Callable[[HelpedHome, CaseFacts], bool]:
    """Whether the case names the risk."""
    return lambda _helped, case: risk in case.risks


def _has_dropout(helped: HelpedHome, _case: CaseFacts) -> bool:
    return helped.home.has_dropout


def _has_dibao(helped: HelpedHome) -> bool:
    return any(told.receives_dibao for told in helped.home.conditions)


def _has_tekun(helped: HelpedHome) -> bool:
    return any(told.receives_tekun for told in helped.home.conditions)


def _has_disabled(helped: HelpedHome) -> bool:
    return any(Health.DISABLED in told.health or told.disability_level for told in helped.home.conditions)


def _has_student(helped: HelpedHome) -> bool:
    return any(told.schooling in VOCATIONAL for told in helped.home.conditions)


def _nobody_works(helped: HelpedHome, _case: CaseFacts, _limits: Limits) -> bool:
    given = {Category.EMPLOYMENT, Category.PUBLIC_POST} & helped.categories
    is_known = helped.home.is_described and all(told.work_place is not None for told in helped.home.conditions)
    return bool(given) and is_known and not any(told.is_working or told.holds_post for told in helped.home.conditions)


def _develops_weakly(helped: HelpedHome, _case: CaseFacts, _limits: Limits) -> bool:
    items = [each.item for each in helped.measures if each.category in DEVELOPMENT]
    return bool(items) and helped.home.has_able and all(any(word in item for word in WEAK_ITEMS) for item in items)


def _is_resettled(helped: HelpedHome, case: CaseFacts, _limits: Limits) -> bool:
    is_late = case.identified_on is not None and case.identified_on >= NO_RELOCATION_SINCE
    return is_late and Category.RELOCATION in helped.categories


def _rule(
    code: str, sources: tuple[str, ...], name: Name, sentence: Name, check: Check[HelpedHome]
) -> Rule[HelpedHome]:
    return Rule(code, Group.MEASURES, sources, name, sentence, check)


MEASURES: tuple[Rule[HelpedHome], ...] = (
    _rule(
        "no_measure",
        ("1_11_010",),
        Name("识别后无措施", "no measure yet"),
        Name(
            "识别后逾期仍无落实的帮扶措施，请尽快落实。",
            "No measure has landed within the time allowed after identification. Give help now.",
        ),
        of_monitored(lambda helped, case, limits: helped.has_passed(case, int(limits["days"])) and not helped.measures),
    ),
    _rule(
        "able_only_secured",
        ("5_11_032",),
        Name("有劳动力仅综合保障", "able but only secured"),
        Name(
            "户内有劳动力，却只有综合保障措施，请落实开发式帮扶。",
            "Somebody is able to work, and only security is given. Give help that brings income.",
        ),
        of_monitored(
            lambda helped, _case, _limits: helped.home.has_able and helped.categories == {Category.SOCIAL_SECURITY}
        ),
    ),
    _rule(
        "able_not_developed",
        ("5_12_007",),
        Name("有劳动力无开发式帮扶", "able without development"),
        Name(
            "户内有劳动力，逾期仍无产业、就业、金融或公益岗位帮扶，请落实。",
            "Somebody is able to work, and no help with business, work, loans or a post has landed in time.",
        ),
        of_monitored(
            lambda helped, case, limits: (
                helped.home.has_able
                and helped.has_passed(case, int(limits["days"]))
                and not helped.is_answered("able_bodied_member")
            )
        ),
    ),
    _rule(
        "development_is_weak",
        ("5_12_011",),
        Name("开发式帮扶仅为培训或其他", "development is only training"),
        Name(
            "开发式帮扶仅有培训或其他，请补充实质性措施。",
            "All help towards income is training or “other”. Give something more.",
        ),
        of_monitored(_develops_weakly),
    ),
    _rule(
        "dibao_without_recipient",
        (
            "4_11_015",
            "4_11_016",
            "5_16_003..008",
        ),
        Name("有低保措施无低保人员", "subsistence allowance without recipient"),
        Name(
            "措施中有低保，但成员均未登记享受低保，请核对。",
            "A measure is the subsistence allowance, and no member is recorded as receiving it.",
        ),
        of_monitored(
            lambda helped, _case, _limits: helped.home.is_described and helped.names(DIBAO) and not _has_dibao(helped)
        ),
    ),
    _rule(
        "recipient_without_dibao",
        (
            "4_11_015",
            "4_11_016",
            "5_16_003..008",
        ),
        Name("有低保人员无低保措施", "recipient without the measure"),
        Name(
            "成员享受低保，但措施中没有低保，请补登。",
            "A member receives the subsistence allowance, and it is not among the measures. Record it.",
        ),
        of_monitored(lambda helped, _case, _limits: _has_dibao(helped) and not helped.names(DIBAO)),
    ),
    _rule(
        "tekun_without_recipient",
        (
            "4_11_015",
            "4_11_016",
            "5_16_003..008",
        ),
        Name("有特困措施无特困人员", "support without the supported"),
        Name(
            "措施中有特困供养，但成员均未登记特困供养，请核对。",
            "A measure is support in extreme hardship, and no member is recorded as supported.",
        ),
        of_monitored(
            lambda helped, _case, _limits: helped.home.is_described and helped.names(TEKUN) and not _has_tekun(helped)
        ),
    ),
    _rule(
        "recipient_without_tekun",
        (
            "4_11_015",
            "4_11_016",
            "5_16_003..008",
        ),
        Name("有特困人员无特困措施", "supported without the measure"),
        Name(
            "成员享受特困供养，但措施中没有特困供养，请补登。",
            "A member is supported in extreme hardship, and this is not among the measures. Record it.",
        ),
        of_monitored(lambda helped, _case, _limits: _has_tekun(helped) and not helped.names(TEKUN)),
    ),
    _rule(
        "aid_without_disabled",
        (
            "4_11_015",
            "4_11_016",
            "5_16_003..008",
        ),
        Name("有残疾补贴无残疾人员", "disability allowance without disabled"),
        Name(
            "措施中有残疾人补贴，但成员均无残疾，请核对。",
            "A measure is the disability allowance, and no member is recorded as disabled.",
        ),
        of_monitored(
            lambda helped, _case, _limits: (
                helped.home.is_health_known and helped.names(*DISABILITY_AID) and not _has_disabled(helped)
            )
        ),
    ),
    _rule(
        "disabled_without_aid",
        ("5_16_008",),
        Name("重度残疾无残疾补贴", "severely disabled without allowance"),
        Name(
            "有一、二级残疾成员，但措施中没有残疾人补贴，请核实落实。",
            "A member is disabled at level 1 or 2, and the disability allowance is not among the measures.",
        ),
        of_monitored(
            lambda helped, _case, _limits: (
                any(told.is_severely_disabled for told in helped.home.conditions) and not helped.names(*DISABILITY_AID)
            )
        ),
    ),
    _rule(
        "work_measure_nobody_works",
        ("4_11_014",),
        Name("有就业措施无人务工", "work given but nobody works"),
        Name(
            "有就业或公益岗位措施，但户内无人务工或在岗，请核对。",
            "Work or a post was given, and nobody works or holds one. Check which is out of date.",
        ),
        of_monitored(_nobody_works),
    ),
    _rule(
        "yulu_without_student",
        ("5_15_012",),
        Name("有雨露计划无职校学生", "Yulu grant without student"),
        Name(
            "享受雨露计划，但户内没有职业院校在校生，请核对。",
            "The Yulu grant was given, and no member learns a trade at school. Check which is wrong.",
        ),
        of_monitored(
            lambda helped, _case, _limits: helped.home.is_described and helped.names(YULU) and not _has_student(helped)
        ),
    ),
    _rule(
        "student_without_yulu",
        ("1111_2",),
        Name("职校学生未享受雨露计划", "student without Yulu grant"),
        Name(
            "有职业院校在校生，但未享受雨露计划，请核实落实。",
            "A member learns a trade at school and gets no Yulu grant. See whether one is due.",
        ),
        of_monitored(lambda helped, _case, _limits: _has_student(helped) and not helped.names(YULU)),
    ),
    _rule(
        "resettled_too_late",
        ("1111_4",),
        Name("2021年以来识别仍有搬迁", "resettled though identified late"),
        Name(
            "2021年以来识别的监测对象不应有搬迁措施，请核对。",
            "A household identified since 2021 is not resettled. Check the measure.",
        ),
        of_registered(_is_resettled),
    ),
    _rule(
        "illness_unanswered",
        ("5_18_001",),
        Name("因病无对应措施", "illness unanswered"),
        Name(
            "因病无对应措施，请按风险落实措施。", "Illness unanswered: no landed measure is of a kind that answers it."
        ),
        unanswered("illness", has_risk(Risk.ILLNESS)),
    ),
    _rule(
        "schooling_unanswered",
        ("5_18_002",),
        Name("因学无对应措施", "schooling unanswered"),
        Name(
            "因学无对应措施，请按风险落实措施。",
            "Schooling unanswered: no landed measure is of a kind that answers it.",
        ),
        unanswered("schooling", has_risk(Risk.SCHOOLING)),
    ),
    _rule(
        "disability_unanswered",
        ("5_18_003",),
        Name("因残无对应措施", "disability unanswered"),
        Name(
            "因残无对应措施，请按风险落实措施。",
            "Disability unanswered: no landed measure is of a kind that answers it.",
        ),
        unanswered("disability", has_risk(Risk.DISABILITY)),
    ),
    _rule(
        "housing_unanswered",
        ("5_18_004",),
        Name("因安全住房无对应措施", "unsafe housing unanswered"),
        Name(
            "因安全住房无对应措施，请按风险落实措施。",
            "Unsafe housing unanswered: no landed measure is of a kind that answers it.",
        ),
        unanswered("unsafe_housing", has_risk(Risk.UNSAFE_HOUSING)),
    ),
    _rule(
        "water_unanswered",
        ("5_18_006",),
        Name("因安全饮水无对应措施", "unsafe water unanswered"),
        Name(
            "因安全饮水无对应措施，请按风险落实措施。",
            "Unsafe water unanswered: no landed measure is of a kind that answers it.",
        ),
        unanswered("unsafe_water", has_risk(Risk.UNSAFE_WATER)),
    ),
    _rule(
        "dropout_unanswered",
        ("5_18_005",),
        Name("失学辍学无对应措施", "child out of school unanswered"),
        Name(
            "失学辍学无对应措施，请按风险落实措施。",
            "Child out of school unanswered: no landed measure is of a kind that answers it.",
        ),
        unanswered("dropout_child", _has_dropout),
    ),
    _rule(
        "insurance_unanswered",
        ("5_18_007",),
        Name("未参保无对应措施", "missing insurance unanswered"),
        Name(
            "未参保无对应措施，请按风险落实措施。",
            "Missing insurance unanswered: no landed measure is of a kind that answers it.",
        ),
        unanswered("uninsured_member", lambda helped, _case: helped.home.is_uninsured),
    ),
)
