"""Code lists about a person, each with its names (DOMAIN §2.2, §2.9, §2.10)."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name

# GB/T 3304-1991 by its two digits; 97 and 98 are commonly added.
ETHNICITIES: dict[str, Name] = {
    "01": Name("汉族", "Han"),
    "02": Name("蒙古族", "Mongol"),
    "03": Name("回族", "Hui"),
    "04": Name("藏族", "Tibetan"),
    "05": Name("维吾尔族", "Uyghur"),
    "06": Name("苗族", "Miao"),
    "07": Name("彝族", "Yi"),
    "08": Name("壮族", "Zhuang"),
    "09": Name("布依族", "Bouyei"),
    "10": Name("朝鲜族", "Korean"),
    "11": Name("满族", "Manchu"),
    "12": Name("侗族", "Dong"),
    "13": Name("瑶族", "Yao"),
    "14": Name("白族", "Bai"),
    "15": Name("土家族", "Tujia"),
    "16": Name("哈尼族", "Hani"),
    "17": Name("哈萨克族", "Kazakh"),
    "18": Name("傣族", "Dai"),
    "19": Name("黎族", "Li"),
    "20": Name("傈僳族", "Lisu"),
    "21": Name("佤族", "Wa"),
    "22": Name("畲族", "She"),
    "23": Name("高山族", "Gaoshan"),
    "24": Name("拉祜族", "Lahu"),
    "25": Name("水族", "Sui"),
    "26": Name("东乡族", "Dongxiang"),
    "27": Name("纳西族", "Naxi"),
    "28": Name("景颇族", "Jingpo"),
    "29": Name("柯尔克孜族", "Kirgiz"),
    "30": Name("土族", "Tu"),
    "31": Name("达斡尔族", "Daur"),
    "32": Name("仫佬族", "Mulao"),
    "33": Name("羌族", "Qiang"),
    "34": Name("布朗族", "Blang"),
    "35": Name("撒拉族", "Salar"),
    "36": Name("毛南族", "Maonan"),
    "37": Name("仡佬族", "Gelao"),
    "38": Name("锡伯族", "Xibe"),
    "39": Name("阿昌族", "Achang"),
    "40": Name("普米族", "Pumi"),
    "41": Name("塔吉克族", "Tajik"),
    "42": Name("怒族", "Nu"),
    "43": Name("乌孜别克族", "Uzbek"),
    "44": Name("俄罗斯族", "Russian"),
    "45": Name("鄂温克族", "Ewenki"),
    "46": Name("德昂族", "Deang"),
    "47": Name("保安族", "Bonan"),
    "48": Name("裕固族", "Yugur"),
    "49": Name("京族", "Gin"),
    "50": Name("塔塔尔族", "Tatar"),
    "51": Name("独龙族", "Derung"),
    "52": Name("鄂伦春族", "Oroqen"),
    "53": Name("赫哲族", "Hezhen"),
    "54": Name("门巴族", "Monba"),
    "55": Name("珞巴族", "Lhoba"),
    "56": Name("基诺族", "Jino"),
    "97": Name("其他", "other"),
    "98": Name("外国血统中国籍人士", "Chinese citizen of foreign descent"),
}


class PoliticalStatus(StrEnum):
    """Political status (政治面貌)."""

    MEMBER = "member"
    PROBATIONARY = "probationary"
    LEAGUE = "league"
    MASSES = "masses"


POLITICAL_STATUSES: dict[PoliticalStatus, Name] = {
    PoliticalStatus.MEMBER: Name("中共党员", "member of the Party"),
    PoliticalStatus.PROBATIONARY: Name("中共预备党员", "probationary member of the Party"),
    PoliticalStatus.LEAGUE: Name("共青团员", "member of the Youth League"),
    PoliticalStatus.MASSES: Name("群众", "none"),
}


class Education(StrEnum):
    """The highest schooling of who is no longer at school (文化程度)."""

    ILLITERATE = "illiterate"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    COLLEGE = "college"
    UNIVERSITY = "university"


EDUCATIONS: dict[Education, Name] = {
    Education.ILLITERATE: Name("文盲或半文盲", "illiterate or semi-literate"),
    Education.PRIMARY: Name("小学", "primary school"),
    Education.JUNIOR: Name("初中", "junior secondary school"),
    Education.SENIOR: Name("高中", "senior secondary school"),
    Education.COLLEGE: Name("大专", "junior college"),
    Education.UNIVERSITY: Name("本科及以上", "university"),
}


class Schooling(StrEnum):
    """Where who is at school, or too young for it, stands (在校生状况): the national list of 25."""

    BEFORE_SCHOOL = "before_school"
    NURSERY = "nursery"
    PRIMARY = "primary"
    GRADE_7 = "grade_7"
    GRADE_8 = "grade_8"
    GRADE_9 = "grade_9"
    SENIOR_1 = "senior_1"
    SENIOR_2 = "senior_2"
    SENIOR_3 = "senior_3"
    VOCATIONAL_1 = "vocational_1"
    VOCATIONAL_2 = "vocational_2"
    VOCATIONAL_3 = "vocational_3"
    COLLEGE_1 = "college_1"
    COLLEGE_2 = "college_2"
    COLLEGE_3 = "college_3"
    TECHNICIAN_1 = "technician_1"
    TECHNICIAN_2 = "technician_2"
    TECHNICIAN_3 = "technician_3"
    TECHNICIAN_4 = "technician_4"
    BACHELOR_1 = "bachelor_1"
    BACHELOR_2 = "bachelor_2"
    BACHELOR_3 = "bachelor_3"
    BACHELOR_4 = "bachelor_4"
    BACHELOR_5 = "bachelor_5"
    POSTGRADUATE = "postgraduate"


SCHOOLINGS: dict[Schooling, Name] = {
    Schooling.BEFORE_SCHOOL: Name("学龄前儿童", "before school age"),
    Schooling.NURSERY: Name("学前教育", "pre-school education"),
    Schooling.PRIMARY: Name("小学", "primary school"),
    Schooling.GRADE_7: Name("七年级", "grade 7"),
    Schooling.GRADE_8: Name("八年级", "grade 8"),
    Schooling.GRADE_9: Name("九年级", "grade 9"),
    Schooling.SENIOR_1: Name("普通高中一年级", "senior secondary school, year 1"),
    Schooling.SENIOR_2: Name("普通高中二年级", "senior secondary school, year 2"),
    Schooling.SENIOR_3: Name("普通高中三年级", "senior secondary school, year 3"),
    Schooling.VOCATIONAL_1: Name("中职一年级", "secondary vocational school, year 1"),
    Schooling.VOCATIONAL_2: Name("中职二年级", "secondary vocational school, year 2"),
    Schooling.VOCATIONAL_3: Name("中职三年级", "secondary vocational school, year 3"),
    Schooling.COLLEGE_1: Name("高职高专一年级", "junior or vocational college, year 1"),
    Schooling.COLLEGE_2: Name("高职高专二年级", "junior or vocational college, year 2"),
    Schooling.COLLEGE_3: Name("高职高专三年级", "junior or vocational college, year 3"),
    Schooling.TECHNICIAN_1: Name("技师学院一年级", "technicians' college, year 1"),
    Schooling.TECHNICIAN_2: Name("技师学院二年级", "technicians' college, year 2"),
    Schooling.TECHNICIAN_3: Name("技师学院三年级", "technicians' college, year 3"),
    Schooling.TECHNICIAN_4: Name("技师学院四年级", "technicians' college, year 4"),
    Schooling.BACHELOR_1: Name("本科一年级", "university, year 1"),
    Schooling.BACHELOR_2: Name("本科二年级", "university, year 2"),
    Schooling.BACHELOR_3: Name("本科三年级", "university, year 3"),
    Schooling.BACHELOR_4: Name("本科四年级", "university, year 4"),
    Schooling.BACHELOR_5: Name("本科五年级", "university, year 5"),
    Schooling.POSTGRADUATE: Name("硕士研究生及以上", "postgraduate"),
}


class Health(StrEnum):
    """Health (健康状况); a person may be ill and disabled at once, but healthy only alone."""

    HEALTHY = "healthy"
    CHRONIC = "chronic"
    SERIOUS = "serious"
    DISABLED = "disabled"


HEALTHS: dict[Health, Name] = {
    Health.HEALTHY: Name("健康", "healthy"),
    Health.CHRONIC: Name("长期慢性病", "chronically ill"),
    Health.SERIOUS: Name("患有大病", "seriously ill"),
    Health.DISABLED: Name("残疾", "disabled"),
}


class Labour(StrEnum):
    """How far a person can work (劳动技能)."""

    ORDINARY = "ordinary"
    SKILLED = "skilled"
    WEAK = "weak"
    LOST = "lost"
    NONE = "none"


LABOURS: dict[Labour, Name] = {
    Labour.ORDINARY: Name("普通劳动力", "able to work"),
    Labour.SKILLED: Name("技能劳动力", "able to work, with a skill"),
    Labour.WEAK: Name("弱劳动力或半劳动力", "weak or half able to work"),
    Labour.LOST: Name("丧失劳动力", "has lost the ability to work"),
    Labour.NONE: Name("无劳动力", "not able to work"),
}


class DropoutReason(StrEnum):
    """Why a child of school age is not at school (义务教育阶段未上学原因); a list of our own."""

    ILLNESS = "illness"
    DISABILITY = "disability"
    COST = "cost"
    UNWILLING = "unwilling"
    OTHER = "other"


DROPOUT_REASONS: dict[DropoutReason, Name] = {
    DropoutReason.ILLNESS: Name("因病", "illness"),
    DropoutReason.DISABILITY: Name("因残", "disability"),
    DropoutReason.COST: Name("家庭困难", "cost"),
    DropoutReason.UNWILLING: Name("厌学", "unwilling to learn"),
    DropoutReason.OTHER: Name("其他", "other"),
}


class Allowance(StrEnum):
    """Whether a person receives an allowance of the poor, and of which place (低保, 特困供养)."""

    NONE = "none"
    RURAL = "rural"
    URBAN = "urban"


ALLOWANCES: dict[Allowance, Name] = {
    Allowance.NONE: Name("无", "none"),
    Allowance.RURAL: Name("农村", "rural"),
    Allowance.URBAN: Name("城市", "urban"),
}


class WorkPlace(StrEnum):
    """Where a person works for wages (务工所在地); a list of our own by distance."""

    NONE = "none"
    COUNTY = "county"
    PROVINCE = "province"
    COUNTRY = "country"
    ABROAD = "abroad"


WORK_PLACES: dict[WorkPlace, Name] = {
    WorkPlace.NONE: Name("未务工", "does not work for wages"),
    WorkPlace.COUNTY: Name("县内", "within the county"),
    WorkPlace.PROVINCE: Name("省内县外", "elsewhere in the province"),
    WorkPlace.COUNTRY: Name("省外", "in another province"),
    WorkPlace.ABROAD: Name("境外", "abroad"),
}


class PublicPost(StrEnum):
    """Who gave a person a public-welfare post (公益性岗位类型)."""

    NONE = "none"
    VILLAGE = "village"
    TOWNSHIP = "township"
    DEPARTMENT = "department"


PUBLIC_POSTS: dict[PublicPost, Name] = {
    PublicPost.NONE: Name("无", "none"),
    PublicPost.VILLAGE: Name("村级公益性岗位", "post of the village"),
    PublicPost.TOWNSHIP: Name("乡级公益性岗位", "post of the township"),
    PublicPost.DEPARTMENT: Name("部门公益性岗位", "post of a department"),
}


# Sets that rules name.
BEFORE_SCHOOL = frozenset({Schooling.BEFORE_SCHOOL, Schooling.NURSERY})
AT_SCHOOL = frozenset(Schooling) - BEFORE_SCHOOL
HIGHER = frozenset(each for each in Schooling if each.value.startswith(("college_", "technician_", "bachelor_")))
VOCATIONAL = frozenset(each for each in Schooling if each.value.startswith(("vocational_", "college_", "technician_")))
ABLE_TO_WORK = frozenset({Labour.ORDINARY, Labour.SKILLED})
ABLE_IN_PART = ABLE_TO_WORK | {Labour.WEAK}
UNABLE_TO_WORK = frozenset({Labour.LOST, Labour.NONE})
ILL = frozenset({Health.CHRONIC, Health.SERIOUS})
