"""Natural change (自然变更): how people join and leave households, and how a household ends (DOMAIN §3.6)."""

from __future__ import annotations

from enum import StrEnum

from common.names import Name


class Joining(StrEnum):
    """How a person came to belong to a household."""

    REGISTERED = "registered"
    BIRTH = "birth"
    ADOPTED = "adopted"
    MARRIED_IN = "married_in"
    HUKOU_IN = "hukou_in"
    RETURNED = "returned"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    SPLIT = "split"
    MERGED = "merged"
    UNMERGED = "unmerged"
    RELATED = "related"
    OTHER = "other"


JOININGS: dict[Joining, Name] = {
    Joining.REGISTERED: Name("随户登记", "registered with the household"),
    Joining.BIRTH: Name("新生儿", "birth"),
    Joining.ADOPTED: Name("收养", "adopted"),
    Joining.MARRIED_IN: Name("婚入", "married in"),
    Joining.HUKOU_IN: Name("户籍迁入", "household registration moved in"),
    Joining.RETURNED: Name("返回本户", "returned"),
    Joining.RELEASED: Name("刑满释放", "released from prison"),
    Joining.TRANSFERRED: Name("他户转入", "came from another household"),
    Joining.SPLIT: Name("分户", "household split"),
    Joining.MERGED: Name("并户", "households merged"),
    Joining.UNMERGED: Name("撤销并户", "merge undone"),
    Joining.RELATED: Name("与户主关系变更", "relationship changed"),
    Joining.OTHER: Name("其他", "other"),
}


class Leaving(StrEnum):
    """Why a person belongs to a household no more."""

    DEATH = "death"
    MARRIED_OUT = "married_out"
    HUKOU_OUT = "hukou_out"
    IMPRISONED = "imprisoned"
    EMIGRATED = "emigrated"
    LOST_CONTACT = "lost_contact"
    TRANSFERRED = "transferred"
    SPLIT = "split"
    MERGED = "merged"
    UNMERGED = "unmerged"
    RELATED = "related"
    OTHER = "other"


LEAVINGS: dict[Leaving, Name] = {
    Leaving.DEATH: Name("死亡", "death"),
    Leaving.MARRIED_OUT: Name("婚出", "married out"),
    Leaving.HUKOU_OUT: Name("户籍迁出", "household registration moved out"),
    Leaving.IMPRISONED: Name("服刑", "imprisoned"),
    Leaving.EMIGRATED: Name("出国定居", "settled abroad"),
    Leaving.LOST_CONTACT: Name("失联", "contact lost"),
    Leaving.TRANSFERRED: Name("转入他户", "went to another household"),
    Leaving.SPLIT: Name("分户", "household split"),
    Leaving.MERGED: Name("并户", "households merged"),
    Leaving.UNMERGED: Name("撤销并户", "merge undone"),
    Leaving.RELATED: Name("与户主关系变更", "relationship changed"),
    Leaving.OTHER: Name("其他", "other"),
}

# What people say themselves; the rest follows from what they do with households.
TOLD_OF_JOINING = (
    Joining.BIRTH,
    Joining.ADOPTED,
    Joining.MARRIED_IN,
    Joining.HUKOU_IN,
    Joining.RETURNED,
    Joining.RELEASED,
    Joining.OTHER,
)
TOLD_OF_LEAVING = (
    Leaving.DEATH,
    Leaving.MARRIED_OUT,
    Leaving.HUKOU_OUT,
    Leaving.IMPRISONED,
    Leaving.EMIGRATED,
    Leaving.LOST_CONTACT,
    Leaving.OTHER,
)


class HowEnded(StrEnum):
    """How a household came to an end."""

    EXTINCT = "extinct"
    MERGED = "merged"
    MOVED_AWAY = "moved_away"


HOW_ENDED: dict[HowEnded, Name] = {
    HowEnded.EXTINCT: Name("整户消亡", "nobody is left"),
    HowEnded.MERGED: Name("并入他户", "merged into another household"),
    HowEnded.MOVED_AWAY: Name("整户迁出", "moved away altogether"),
}

# How those leave who still belong to a household when it ends.
LEAVING_AT_THE_END: dict[HowEnded, Leaving] = {
    HowEnded.EXTINCT: Leaving.DEATH,
    HowEnded.MERGED: Leaving.MERGED,
    HowEnded.MOVED_AWAY: Leaving.HUKOU_OUT,
}


class Link(StrEnum):
    """How two households descend from each other."""

    SPLIT = "split"
    MERGE = "merge"


LINKS: dict[Link, Name] = {
    Link.SPLIT: Name("分户", "split"),
    Link.MERGE: Name("并户", "merge"),
}
