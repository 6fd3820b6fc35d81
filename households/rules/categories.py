"""Categories of assistance measures, as the national form's columns name them (DOMAIN §2.6, §4)."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name


class Category(StrEnum):
    """What kind of help a measure is (帮扶措施类别)."""

    INDUSTRY = "industry"
    EMPLOYMENT = "employment"
    PUBLIC_POST = "public_post"
    EDUCATION = "education"
    COMPULSORY_EDUCATION = "compulsory_education"
    HEALTH = "health"
    SOCIAL_SECURITY = "social_security"
    HOUSING = "housing"
    WATER = "water"
    FINANCE = "finance"
    SOCIAL = "social"
    RELOCATION = "relocation"
    LIVING_CONDITIONS = "living_conditions"
    INFRASTRUCTURE = "infrastructure"
    INSURANCE = "insurance"
    RELIEF = "relief"


CATEGORIES: dict[Category, Name] = {
    Category.INDUSTRY: Name("产业帮扶", "industry"),
    Category.EMPLOYMENT: Name("就业帮扶", "employment"),
    Category.PUBLIC_POST: Name("公益岗位帮扶", "public-welfare post"),
    Category.EDUCATION: Name("教育帮扶", "education"),
    Category.COMPULSORY_EDUCATION: Name("义务教育保障", "compulsory schooling"),
    Category.HEALTH: Name("健康帮扶", "health"),
    Category.SOCIAL_SECURITY: Name("综合保障", "comprehensive security"),
    Category.HOUSING: Name("住房安全保障", "housing safety"),
    Category.WATER: Name("饮水安全保障", "drinking-water safety"),
    Category.FINANCE: Name("金融帮扶", "finance"),
    Category.SOCIAL: Name("社会帮扶", "social assistance by donors and units"),
    Category.RELOCATION: Name("搬迁", "relocation"),
    Category.LIVING_CONDITIONS: Name("生产生活条件改善", "better production and living conditions"),
    Category.INFRASTRUCTURE: Name("基础设施建设", "infrastructure"),
    Category.INSURANCE: Name("防贫保险", "insurance against poverty"),
    Category.RELIEF: Name("救灾临时救助", "disaster and temporary relief"),
}
