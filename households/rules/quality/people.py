"""Rules about a member: school, health, work, insurance and allowances that contradict each other or the age."""

from __future__ import annotations

from common.names import Name
from households.rules.conditions import Condition
from households.rules.person_codes import (
    ABLE_TO_WORK,
    BEFORE_SCHOOL,
    HIGHER,
    UNABLE_TO_WORK,
    DropoutReason,
    Health,
    Labour,
    Schooling,
)
from households.rules.quality.facts import HomeFacts, PersonFacts, lacks_insurance
from households.rules.quality.rule import Check, Group, Limits, Rule, of_conditions

PHYSICAL = 4
BODILY_REASONS = frozenset({DropoutReason.ILLNESS, DropoutReason.DISABILITY})


def _is_under(person: PersonFacts, limits: Limits) -> bool:
    return person.age is not None and person.age < limits["age"]


def _is_of_age(person: PersonFacts, limits: Limits) -> bool:
    return person.age is not None and limits["from_age"] <= person.age <= limits["to_age"]


def _is_healthy_adult(person: PersonFacts, told: Condition, limits: Limits) -> bool:
    return _is_of_age(person, limits) and told.is_healthy and not told.is_at_school


def _learns_and_has_learnt(_person: PersonFacts, told: Condition, _limits: Limits) -> bool:
    return (told.education is None) == (told.schooling is None)


def _is_paid_strangely(_person: PersonFacts, told: Condition, limits: Limits) -> bool:
    wage = told.monthly_wage
    return told.is_working and wage is not None and not limits["least"] <= wage <= limits["most"]


def _rule(code: str, sources: tuple[str, ...], name: Name, sentence: Name, check: Check[HomeFacts]) -> Rule[HomeFacts]:
    return Rule(code, Group.PERSON, sources, name, sentence, check)


PEOPLE: tuple[Rule[HomeFacts], ...] = (
    _rule(
        "learns_or_has_learnt",
        (
            "S3 04",
            "3_01_003",
            "3_12_004",
        ),
        Name("文化程度与在校生状况", "education or schooling"),
        Name(
            "文化程度与在校生状况须且只须填写一项。",
            "Either the education or the schooling is recorded: exactly one of the two.",
        ),
        of_conditions(_learns_and_has_learnt),
    ),
    _rule(
        "child_able_to_work",
        ("2_12_014",),
        Name("未成年人填报劳动力", "child recorded as able to work"),
        Name("未达劳动年龄的应为“无劳动力”。", "Who is younger than the working age is recorded as not able to work."),
        of_conditions(
            lambda person, told, limits: _is_under(person, limits) and told.labour not in {None, Labour.NONE}
        ),
    ),
    _rule(
        "adult_without_labour",
        ("5_12_008",),
        Name("健康劳动年龄人口填报无劳动力", "healthy adult recorded as weak"),
        Name(
            "劳动年龄内健康且不在校，却填报弱劳动力或无劳动力，请核对。",
            "A healthy adult who is not at school is recorded as weak or not able to work. Check which is wrong.",
        ),
        of_conditions(
            lambda person, told, limits: (
                _is_healthy_adult(person, told, limits) and told.labour in UNABLE_TO_WORK | {Labour.WEAK}
            )
        ),
    ),
    _rule(
        "school_age_before_school",
        ("5_12_013",),
        Name("学龄儿童填报学前", "child of school age before school"),
        Name(
            "健康且已达学龄，仍填报学龄前或学前教育，请核对就学情况。",
            "A healthy child of school age is recorded as before school. Check where the child learns.",
        ),
        of_conditions(
            lambda person, told, limits: (
                not _is_under(person, limits)
                and person.age is not None
                and told.is_healthy
                and told.schooling in BEFORE_SCHOOL
            )
        ),
    ),
    _rule(
        "student_too_young",
        ("5_12_017",),
        Name("大专本科学生年龄偏小", "student who is very young"),
        Name(
            "在读大专、本科但年龄偏小，请核对在校生状况或出生日期。",
            "The person is very young for a college or university. Check schooling and birth date.",
        ),
        of_conditions(lambda person, told, limits: _is_under(person, limits) and told.schooling in HIGHER),
    ),
    _rule(
        "postgraduate_too_young",
        ("5_12_018",),
        Name("研究生年龄偏小", "postgraduate who is very young"),
        Name(
            "在读研究生但年龄偏小，请核对在校生状况或出生日期。",
            "The person is very young for a postgraduate. Check schooling and birth date.",
        ),
        of_conditions(
            lambda person, told, limits: _is_under(person, limits) and told.schooling is Schooling.POSTGRADUATE
        ),
    ),
    _rule(
        "disabled_without_certificate",
        ("4_12_003",),
        Name("残疾无残疾证", "disabled without a certificate"),
        Name(
            "健康状况为残疾但无残疾证信息，请补登类别和等级。",
            "The person is recorded as disabled without a certificate. Enter its category and level.",
        ),
        of_conditions(lambda _person, told, _limits: Health.DISABLED in told.health and told.disability_level is None),
    ),
    _rule(
        "severely_disabled_able",
        ("4_01_008",),
        Name("重度肢体残疾填报劳动力", "severely disabled recorded as able"),
        Name(
            "一、二级肢体残疾填报为普通或技能劳动力，请核对。",
            "A person with a severe physical disability is recorded as able to work. Check which is wrong.",
        ),
        of_conditions(
            lambda _person, told, _limits: (
                told.disability_category == PHYSICAL and told.is_severely_disabled and told.labour in ABLE_TO_WORK
            )
        ),
    ),
    _rule(
        "ill_dropout_healthy",
        ("2_01_012",),
        Name("因病残失学但健康", "out of school for illness but healthy"),
        Name(
            "未上学原因为因病或因残，健康状况却为健康，请核对。",
            "The child is out of school for illness or disability, and recorded as healthy. Check which is wrong.",
        ),
        of_conditions(lambda _person, told, _limits: told.dropout_reason in BODILY_REASONS and told.is_healthy),
    ),
    _rule(
        "insured_twice",
        ("2_12_015",),
        Name("重复参加医保", "insured twice"),
        Name(
            "同时参加居民医保和职工医保，请核对。",
            "Both the residents' and the employees' medical insurance are recorded. Only one can hold.",
        ),
        of_conditions(lambda _person, told, _limits: bool(told.has_resident_insurance and told.has_employee_insurance)),
    ),
    _rule(
        "not_insured",
        (
            "1_11_008",
            "2_12_012",
        ),
        Name("未参加医保", "not insured"),
        Name(
            "未参加居民医保，也未参加职工医保，请落实参保。",
            "The person has no medical insurance. See to it that one is taken.",
        ),
        of_conditions(lambda _person, told, _limits: lacks_insurance(told)),
    ),
    _rule(
        "pupil_working",
        ("4_12_002",),
        Name("在校生务工", "at school and working"),
        Name("在校期间填报务工，请核对。", "The person is at school and works for wages. Check which is out of date."),
        of_conditions(lambda _person, told, _limits: told.is_at_school and told.is_working),
    ),
    _rule(
        "post_too_young",
        ("5_12_004",),
        Name("公益岗位人员年龄偏小", "post held by a child"),
        Name(
            "公益性岗位人员未满规定年龄，请核对。",
            "The holder of the public-welfare post is younger than allowed. Check it.",
        ),
        of_conditions(lambda person, told, limits: told.holds_post and _is_under(person, limits)),
    ),
    _rule(
        "post_too_old",
        ("5_12_005",),
        Name("公益岗位人员超龄", "post held past the age"),
        Name(
            "公益性岗位人员已超过规定年龄，请核对是否继续聘用。",
            "The holder of the public-welfare post is older than allowed. Check whether the post goes on.",
        ),
        of_conditions(
            lambda person, told, limits: told.holds_post and person.age is not None and not _is_under(person, limits)
        ),
    ),
    _rule(
        "many_posts",
        ("3_01_011",),
        Name("一人多岗", "many posts for one person"),
        Name(
            "一人同时聘用多个公益性岗位，请核对。", "One person holds that many public-welfare posts at once. Check it."
        ),
        of_conditions(lambda _person, told, limits: (told.post_count or 0) >= limits["posts"]),
    ),
    _rule(
        "tekun_working",
        ("5_12_003",),
        Name("特困人员外出务工", "supported person working"),
        Name(
            "特困供养人员填报务工，请核对。",
            "A person supported in extreme hardship works for wages. Check which is wrong.",
        ),
        of_conditions(lambda _person, told, _limits: told.receives_tekun and told.is_working),
    ),
    _rule(
        "tekun_able",
        ("5_15_019",),
        Name("劳动年龄健康人员为特困", "supported person healthy and of age"),
        Name(
            "劳动年龄内健康且不在校的人员填报特困供养，请核对。",
            "A healthy adult who is not at school is recorded as supported in extreme hardship. Check it.",
        ),
        of_conditions(lambda person, told, limits: told.receives_tekun and _is_healthy_adult(person, told, limits)),
    ),
    _rule(
        "wage_strange",
        ("5_16_001",),
        Name("月工资异常", "strange monthly wage"),
        Name(
            "月工资明显偏低或偏高，请核对单位是否为元。",
            "The monthly wage is very low or very high. Check that it is in yuan.",
        ),
        of_conditions(_is_paid_strangely),
    ),
    _rule(
        "working_too_young",
        ("5_16_010",),
        Name("未达劳动年龄务工", "child working"),
        Name("未达劳动年龄填报务工，请核对。", "Somebody younger than the working age works for wages. Check it."),
        of_conditions(lambda person, told, limits: told.is_working and _is_under(person, limits)),
    ),
)
