"""The landed measures of a planned household: what each is, for whom, when and how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from assistance.rules.categories import Category
from common.names import Name
from demo.rules.identity import age_on
from demo.rules.records import PlannedMeasure, PlannedMember
from households.rules.codes import Risk
from households.rules.standards import Kind, shipped

Suits = Callable[[PlannedMember, date], bool]


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of help: for the household (`suits` None) or for a member whom it suits; amount range in yuan."""

    name: Name
    suits: Suits | None = None
    amounts: tuple[int, int] | None = None


def _works(member: PlannedMember, _: date) -> bool:
    return member.is_able_to_work


def _holds_post(member: PlannedMember, day: date) -> bool:
    return member.is_able_to_work and 16 <= age_on(member.birth_date, day) < 70


def _learns(member: PlannedMember, _: date) -> bool:
    return member.is_at_school


def _learns_a_trade(member: PlannedMember, day: date) -> bool:
    return member.is_at_school and age_on(member.birth_date, day) >= 15


def _learns_by_duty(member: PlannedMember, day: date) -> bool:
    return member.is_at_school and 6 <= age_on(member.birth_date, day) < 16


def _is_ill(member: PlannedMember, _: date) -> bool:
    return member.is_seriously_ill


def _is_disabled(member: PlannedMember, _: date) -> bool:
    return member.disability_level is not None


ALLOWANCE = Name("农村低保", "rural subsistence allowance")
ITEMS: dict[Category, tuple[Item, ...]] = {
    Category.INDUSTRY: (
        Item(Name("种植业奖补", "subsidy for planting"), amounts=(800, 5000)),
        Item(Name("养殖业奖补", "subsidy for livestock"), amounts=(1000, 8000)),
        Item(Name("合作社带动分红", "dividend from a co-operative"), amounts=(300, 2000)),
    ),
    Category.EMPLOYMENT: (
        Item(Name("劳务输出", "arranged work elsewhere"), _works),
        Item(Name("外出务工交通补贴", "travel subsidy for work elsewhere"), _works, (200, 800)),
        Item(Name("职业技能培训", "skills training"), _works),
    ),
    Category.PUBLIC_POST: (
        Item(Name("乡村保洁员", "village cleaner"), _holds_post, (6000, 9600)),
        Item(Name("生态护林员", "forest ranger"), _holds_post, (8000, 10000)),
    ),
    Category.EDUCATION: (
        Item(Name("雨露计划补助", "Yulu grant for vocational students"), _learns_a_trade, (3000, 3000)),
        Item(Name("助学金", "study grant"), _learns, (1000, 4000)),
    ),
    Category.COMPULSORY_EDUCATION: (
        Item(Name("寄宿生生活补助", "boarding allowance"), _learns_by_duty, (500, 1250)),
        Item(Name("营养改善计划", "school meals"), _learns_by_duty),
    ),
    Category.HEALTH: (
        Item(Name("参保个人缴费补贴", "subsidy for the insurance premium"), amounts=(100, 700)),
        Item(Name("家庭医生签约服务", "family-doctor service")),
        Item(Name("大病救治", "treatment of serious illness"), _is_ill, (2000, 20000)),
    ),
    Category.SOCIAL_SECURITY: (
        Item(ALLOWANCE, amounts=(1200, 12000)),
        Item(Name("残疾人补贴", "disability allowance"), _is_disabled, (1200, 2400)),
        Item(Name("临时救助金", "temporary aid"), amounts=(500, 5000)),
    ),
    Category.HOUSING: (Item(Name("危房改造", "rebuilding of a dangerous house"), amounts=(10000, 35000)),),
    Category.WATER: (Item(Name("入户管网维修", "repair of the water connection"), amounts=(200, 1500)),),
    Category.FINANCE: (Item(Name("小额信贷", "small loan"), amounts=(10000, 50000)),),
    Category.SOCIAL: (
        Item(Name("帮扶单位慰问", "support by the assisting unit"), amounts=(200, 2000)),
        Item(Name("社会捐赠", "donation"), amounts=(300, 5000)),
    ),
    Category.RELOCATION: (
        Item(
            Name("易地搬迁安置", "resettlement"),
        ),
    ),
    Category.LIVING_CONDITIONS: (
        Item(Name("户厕改造", "rebuilding of the toilet"), amounts=(500, 2000)),
        Item(Name("庭院整治", "improvement of the yard")),
    ),
    Category.INFRASTRUCTURE: (Item(Name("入户道路硬化", "paving of the path to the house")),),
    Category.INSURANCE: (Item(Name("防贫保险参保", "enrolment in insurance against poverty"), amounts=(50, 200)),),
    Category.RELIEF: (Item(Name("救灾救助", "disaster relief"), amounts=(500, 8000)),),
}
# Who usually answers for help of a category (责任单位).
UNITS: dict[Category, str] = {
    Category.INDUSTRY: "县农业农村局",
    Category.EMPLOYMENT: "县人社局",
    Category.PUBLIC_POST: "县人社局",
    Category.EDUCATION: "县教育局",
    Category.COMPULSORY_EDUCATION: "县教育局",
    Category.HEALTH: "县医保局",
    Category.SOCIAL_SECURITY: "县民政局",
    Category.HOUSING: "县住建局",
    Category.WATER: "县水务局",
    Category.FINANCE: "县农村信用联社",
    Category.SOCIAL: "帮扶单位",
    Category.RELOCATION: "县发改局",
    Category.LIVING_CONDITIONS: "乡镇人民政府",
    Category.INFRASTRUCTURE: "县交通运输局",
    Category.INSURANCE: "县乡村振兴局",
    Category.RELIEF: "县应急管理局",
}
_ROUND_TO = 10
# A measure is due so many days after it is planned, and these landed at once.
_DUE_AFTER = timedelta(days=30)


def draw_measures(
    categories: Sequence[Category],
    days: Sequence[date],
    members: Sequence[PlannedMember],
    rng: Random,
    risks: Sequence[Risk] = (),
) -> tuple[PlannedMeasure, ...]:
    """One measure for each category named (a category may be named several times), landed on the days.

    Each answers the first of the risks that takes its category and that none before it answers, else the first at all.
    """
    order = list(categories)
    rng.shuffle(order)
    used: set[Name] = set()
    measures: list[PlannedMeasure] = []
    for category, day in zip(order, days, strict=True):
        item, member = _choose(category, day, members, used, rng)
        used.add(item.name)
        measures.append(
            PlannedMeasure(
                category,
                item.name,
                member,
                day,
                _amount(item, rng),
                risk=_answered(category, risks, [each.risk for each in measures]),
                responsible_unit=UNITS[category],
                due_on=day + _DUE_AFTER,
            )
        )
    return tuple(measures)


def _answered(category: Category, risks: Sequence[Risk], taken: Sequence[Risk | None]) -> Risk | None:
    matrix = shipped(Kind.MATRIX)
    fits = [risk for risk in risks if category.value in matrix[risk.value].value.get("any_of", ())]
    return next((risk for risk in fits if risk not in taken), next(iter(fits), None))


def _choose(
    category: Category, day: date, members: Sequence[PlannedMember], used: set[Name], rng: Random
) -> tuple[Item, int | None]:
    """An item with a member whom it suits, not used yet where there is such a one; else one for the household."""
    suited: list[tuple[Item, int | None]] = []
    for item in ITEMS[category]:
        if item.suits is None:
            suited.append((item, None))
        else:
            suited.extend((item, index) for index, member in enumerate(members) if item.suits(member, day))
    fresh = [choice for choice in suited if choice[0].name not in used]
    return rng.choice(fresh or suited or [(item, None) for item in ITEMS[category]])


def _amount(item: Item, rng: Random) -> Decimal | None:
    if item.amounts is None:
        return None
    low, high = item.amounts
    return Decimal(rng.randint(low // _ROUND_TO, high // _ROUND_TO) * _ROUND_TO).quantize(Decimal("0.01"))
