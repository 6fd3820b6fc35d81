"""Chapters of figures: the first part of an indicator's code, with its name."""

from __future__ import annotations

from common.names import Name

CHAPTERS: dict[str, Name] = {
    "monitoring": Name("监测对象", "Monitored households"),
    "risks": Name("返贫致贫风险", "Risks"),
    "elimination": Name("风险消除", "Elimination of risk"),
    "measures": Name("帮扶措施", "Measures"),
    "funds": Name("衔接资金", "Funds"),
    "schooling": Name("义务教育", "Schooling"),
    "health": Name("健康帮扶", "Health"),
    "housing": Name("住房安全", "Housing"),
    "water": Name("饮水安全", "Drinking water"),
    "allowances": Name("低保特困", "Allowances"),
    "industry": Name("产业发展", "Industry"),
    "grain": Name("粮食生产", "Grain"),
    "insurance": Name("农业保险", "Farm insurance"),
    "labour": Name("劳务输转", "Labour"),
    "workshops": Name("就业车间", "Workshops"),
    "public_posts": Name("公益性岗位", "Public-welfare posts"),
    "east_west": Name("东西部协作", "East-west collaboration"),
    "teams": Name("驻村帮扶", "Village teams"),
}


def chapter_of(code: str) -> str:
    """The chapter of the figure `code`."""
    return code.partition(".")[0]


def title_of(chapter: str) -> str:
    """The name of a chapter in the reader's language, the chapter itself where it has none."""
    return str(CHAPTERS.get(chapter, chapter))
