"""Code lists of the registry, each with its names (DOMAIN §1.1, §2.9, §3.4)."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name


class HouseholdType(StrEnum):
    """The three types of monitored household (三类监测对象)."""

    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    SUDDEN = "sudden"


HOUSEHOLD_TYPES: dict[HouseholdType, Name] = {
    HouseholdType.UNSTABLE: Name("脱贫不稳定户", "unstable household lifted out of poverty"),
    HouseholdType.MARGINAL: Name("边缘易致贫户", "marginal household prone to poverty"),
    HouseholdType.SUDDEN: Name("突发严重困难户", "household in sudden serious difficulty"),
}


class Risk(StrEnum):
    """The causes that may bring a household (back) into poverty (致贫返贫风险)."""

    ILLNESS = "illness"
    SCHOOLING = "schooling"
    DISABILITY = "disability"
    NATURAL_DISASTER = "natural_disaster"
    ACCIDENT = "accident"
    FAILED_BUSINESS = "failed_business"
    UNSTABLE_WORK = "unstable_work"
    NO_LABOUR = "no_labour"
    UNSAFE_HOUSING = "unsafe_housing"
    UNSAFE_WATER = "unsafe_water"
    OTHER = "other"


RISKS: dict[Risk, Name] = {
    Risk.ILLNESS: Name("因病", "illness"),
    Risk.SCHOOLING: Name("因学", "cost of schooling"),
    Risk.DISABILITY: Name("因残", "disability"),
    Risk.NATURAL_DISASTER: Name("因自然灾害", "natural disaster"),
    Risk.ACCIDENT: Name("因意外事故", "accident"),
    Risk.FAILED_BUSINESS: Name("因产业失败", "failed production or business"),
    Risk.UNSTABLE_WORK: Name("因务工就业不稳", "unstable migrant work or employment"),
    Risk.NO_LABOUR: Name("缺劳动力", "lack of labour"),
    Risk.UNSAFE_HOUSING: Name("因安全住房", "unsafe housing"),
    Risk.UNSAFE_WATER: Name("因安全饮水", "unsafe drinking water"),
    Risk.OTHER: Name("其他", "other"),
}

MOST_RISKS = 5


class Disaster(StrEnum):
    """What kind of natural disaster (自然灾害子项)."""

    FLOOD = "flood"
    GEOLOGICAL = "geological"
    DROUGHT = "drought"
    BIOLOGICAL = "biological"
    METEOROLOGICAL = "meteorological"
    EARTHQUAKE = "earthquake"
    OTHER = "other"


DISASTERS: dict[Disaster, Name] = {
    Disaster.FLOOD: Name("洪涝", "flood"),
    Disaster.GEOLOGICAL: Name("地质", "landslide or other geological"),
    Disaster.DROUGHT: Name("旱灾", "drought"),
    Disaster.BIOLOGICAL: Name("生物", "pest or disease"),
    Disaster.METEOROLOGICAL: Name("气象", "weather"),
    Disaster.EARTHQUAKE: Name("地震", "earthquake"),
    Disaster.OTHER: Name("其他", "other"),
}


class EliminationWay(StrEnum):
    """How the risk ended (风险消除方式)."""

    ASSISTED = "assisted"
    NATURAL = "natural"


ELIMINATION_WAYS: dict[EliminationWay, Name] = {
    EliminationWay.ASSISTED: Name("帮扶消除", "assisted elimination"),
    EliminationWay.NATURAL: Name("自然消除", "natural elimination"),
}


class Sex(StrEnum):
    """Sex as registered (GB/T 2261.1 codes 1 and 2)."""

    MALE = "male"
    FEMALE = "female"


SEXES: dict[Sex, Name] = {Sex.MALE: Name("男", "male"), Sex.FEMALE: Name("女", "female")}


class Relationship(StrEnum):
    """Relationship to the head of household, the national system's own list of 28 (与户主关系)."""

    HEAD = "head"
    SPOUSE = "spouse"
    SON = "son"
    DAUGHTER = "daughter"
    DAUGHTER_IN_LAW = "daughter_in_law"
    SON_IN_LAW = "son_in_law"
    GRANDSON = "grandson"
    GRANDDAUGHTER = "granddaughter"
    DAUGHTERS_SON = "daughters_son"
    DAUGHTERS_DAUGHTER = "daughters_daughter"
    FATHER = "father"
    MOTHER = "mother"
    WIFES_FATHER = "wifes_father"
    WIFES_MOTHER = "wifes_mother"
    HUSBANDS_FATHER = "husbands_father"
    HUSBANDS_MOTHER = "husbands_mother"
    GRANDFATHER = "grandfather"
    GRANDMOTHER = "grandmother"
    MOTHERS_FATHER = "mothers_father"
    MOTHERS_MOTHER = "mothers_mother"
    SIBLING = "sibling"
    GREAT_GRANDSON = "great_grandson"
    GREAT_GRANDDAUGHTER = "great_granddaughter"
    NEPHEW = "nephew"
    NIECE = "niece"
    BROTHERS_WIFE = "brothers_wife"
    UNCLE = "uncle"
    OTHER = "other"


RELATIONSHIPS: dict[Relationship, Name] = {
    Relationship.HEAD: Name("户主", "head of household"),
    Relationship.SPOUSE: Name("配偶", "spouse"),
    Relationship.SON: Name("之子", "son"),
    Relationship.DAUGHTER: Name("之女", "daughter"),
    Relationship.DAUGHTER_IN_LAW: Name("之儿媳", "daughter-in-law"),
    Relationship.SON_IN_LAW: Name("之女婿", "son-in-law"),
    Relationship.GRANDSON: Name("之孙子", "grandson (son's son)"),
    Relationship.GRANDDAUGHTER: Name("之孙女", "granddaughter (son's daughter)"),
    Relationship.DAUGHTERS_SON: Name("之外孙子", "grandson (daughter's son)"),
    Relationship.DAUGHTERS_DAUGHTER: Name("之外孙女", "granddaughter (daughter's daughter)"),
    Relationship.FATHER: Name("之父", "father"),
    Relationship.MOTHER: Name("之母", "mother"),
    Relationship.WIFES_FATHER: Name("之岳父", "wife's father"),
    Relationship.WIFES_MOTHER: Name("之岳母", "wife's mother"),
    Relationship.HUSBANDS_FATHER: Name("之公公", "husband's father"),
    Relationship.HUSBANDS_MOTHER: Name("之婆婆", "husband's mother"),
    Relationship.GRANDFATHER: Name("之祖父", "father's father"),
    Relationship.GRANDMOTHER: Name("之祖母", "father's mother"),
    Relationship.MOTHERS_FATHER: Name("之外祖父", "mother's father"),
    Relationship.MOTHERS_MOTHER: Name("之外祖母", "mother's mother"),
    Relationship.SIBLING: Name("之兄弟姐妹", "brother or sister"),
    Relationship.GREAT_GRANDSON: Name("之曾孙子", "great-grandson"),
    Relationship.GREAT_GRANDDAUGHTER: Name("之曾孙女", "great-granddaughter"),
    Relationship.NEPHEW: Name("之侄儿", "nephew"),
    Relationship.NIECE: Name("之侄女", "niece"),
    Relationship.BROTHERS_WIFE: Name("之兄弟媳妇", "brother's wife"),
    Relationship.UNCLE: Name("之叔伯", "uncle"),
    Relationship.OTHER: Name("其他", "other"),
}
