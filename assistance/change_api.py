"""Natural changes through the API: people who join, leave or go elsewhere, and households that change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from assistance.operations import relocations
from common.api import ToldViewSet
from common.json_api import Sent, VersionField
from common.moments import day_of
from common.names import choices
from common.refusals import Invalid, seen
from households.access import household_for
from households.filters import CODE
from households.models import Household, HouseholdLink, Membership
from households.operations import lineages, members
from households.operations.lineages import Split
from households.operations.members import Person
from households.rows_api import KEY, OTHER_KEY, example
from households.rules.changes import HOW_ENDED, JOININGS, LEAVINGS, HowEnded, Joining, Leaving
from households.rules.codes import RELATIONSHIPS, SEXES, Relationship, Sex

RELATIONSHIP_CHOICES = choices(RELATIONSHIPS)
HOW_CHOICES = {code.value: name.en for names in (JOININGS, LEAVINGS, HOW_ENDED) for code, name in names.items()}
# What each change needs beside the household, the day and the version.
NEEDED: dict[str, tuple[str, ...]] = {
    "join": ("name", "sex", "relationship", "how"),
    "transfer": ("member", "relationship", "how"),
    "leave": ("member", "how"),
    "head": ("member", "relationships"),
    "relate": ("member", "relationship"),
    "split": ("relationships", "village"),
    "merge": ("into", "into_version"),
    "unmerge": ("link", "reason"),
    "end": ("how", "reason"),
    "move": ("village",),
}
By = dict[str, Any]
CHANGE_CHOICES = [(name, name) for name in NEEDED]


class ByMember(serializers.DictField):
    """Relationships to the head by the keys of members."""

    child = serializers.ChoiceField(RELATIONSHIP_CHOICES)

    def to_internal_value(self, data: Any) -> dict[UUID, Relationship]:
        told = super().to_internal_value(data)
        try:
            return {UUID(key): Relationship(value) for key, value in told.items()}
        except ValueError as error:
            raise serializers.ValidationError(_("Name members by their keys.")) from error


class ChangeWish(Sent):
    """A change of `household` from the day `on`, based on its version `expected_version`.

    Beside these, a change needs: join `name sex relationship how`; transfer `member relationship how`; leave
    `member how`; head `member relationships`; relate `member relationship`; split `relationships village`; merge
    `into into_version`; unmerge `link reason`; end `how reason`; move `village`.
    """

    change = serializers.ChoiceField(CHANGE_CHOICES)
    household = serializers.UUIDField()
    on = serializers.DateField()
    expected_version = VersionField(allow_null=True, default=None)
    member = serializers.UUIDField(required=False, help_text="The key of the person.")
    how = serializers.ChoiceField(list(HOW_CHOICES.items()), required=False)
    relationship = serializers.ChoiceField(RELATIONSHIP_CHOICES, required=False)
    relationships = ByMember(required=False, help_text="By person: who leaves, who joins, what others are to the head.")
    staying = ByMember(required=False, help_text="At a split: what changes for those who stay.")
    name = serializers.CharField(required=False, max_length=100)
    sex = serializers.ChoiceField(choices(SEXES), required=False)
    number = serializers.CharField(default="", allow_blank=True, max_length=30)
    birth_date = serializers.DateField(allow_null=True, default=None)
    village = serializers.RegexField(CODE, required=False)
    address = serializers.CharField(default="", allow_blank=True, max_length=200)
    into = serializers.UUIDField(required=False)
    into_version = VersionField(required=False)
    link = serializers.UUIDField(required=False, help_text="The merge that is undone.")
    reason = serializers.CharField(default="", allow_blank=True, max_length=500)


@extend_schema_serializer(examples=[example(household=KEY, version=2, link=OTHER_KEY)])
class ChangeMade(serializers.Serializer[Any]):
    """The household after the change, the new one of a split; `link` names a merge, so that it can be undone."""

    household = serializers.UUIDField()
    version = serializers.IntegerField()
    link = serializers.UUIDField(allow_null=True)


class HouseholdChangeViewSet(ToldViewSet):
    """Natural changes of households."""

    protected: ClassVar[Mapping[str, str]] = {"create": "expected_version"}
    serializer_class = ChangeMade

    def known_parameters(self) -> frozenset[str]:
        return frozenset()

    @extend_schema(
        operation_id="v1_household_changes_create",
        summary="Change a household or who belongs to it",
        request=ChangeWish,
        responses={
            201: ChangeMade,
            409: OpenApiResponse(description="The household or the person is not in a state that permits this."),
            412: OpenApiResponse(description="The household was changed since the version that you name."),
            428: OpenApiResponse(description="Name the version of the household."),
        },
    )
    def create(self, request: Request) -> Response:
        asked, now = ChangeWish.read(request), timezone.now()
        for name in NEEDED[asked["change"]]:
            if asked.get(name) is None or asked[name] == "":
                raise Invalid(_("This change needs “%(name)s”.") % {"name": name}, field=name)
        household = household_for(request.user, asked["household"], day_of(now))
        by = {"by": request.user, "at": now, "expected_version": asked["expected_version"]}
        changed, link = ACTS[asked["change"]](household, asked, by)
        changed.refresh_from_db()
        told = {"household": changed.pk, "version": changed.version, "link": link}
        return Response(ChangeMade(told).data, status=status.HTTP_201_CREATED)


Changed = tuple[Household, UUID | None]


def _join(household: Household, asked: By, by: By) -> Changed:
    person = Person(
        name=asked["name"],
        sex=Sex(asked["sex"]),
        relationship=Relationship(asked["relationship"]),
        joined_on=asked["on"],
        number=asked["number"],
        birth_date=asked["birth_date"],
        how=_read(Joining, asked["how"]),
    )
    members.add(household=household, person=person, **by)
    return household, None


def _transfer(household: Household, asked: By, by: By) -> Changed:
    person = members.find(key=asked["member"], by=by["by"], at=by["at"])
    told = {"relationship": Relationship(asked["relationship"]), "how": _read(Joining, asked["how"])}
    members.transfer(member=person, household=household, on=asked["on"], **told, **by)
    return household, None


def _leave(household: Household, asked: By, by: By) -> Changed:
    how = _read(Leaving, asked["how"])
    reason = asked["reason"].strip() or str(LEAVINGS[how])
    members.leave(membership=_held(household, asked["member"]), on=asked["on"], how=how, reason=reason, **by)
    return household, None


def _head(household: Household, asked: By, by: By) -> Changed:
    head = _held(household, asked["member"]).member
    members.change_head(household=household, head=head, relationships=asked["relationships"], on=asked["on"], **by)
    return household, None


def _relate(household: Household, asked: By, by: By) -> Changed:
    relationship = Relationship(asked["relationship"])
    members.relate(membership=_held(household, asked["member"]), relationship=relationship, on=asked["on"], **by)
    return household, None


def _split(household: Household, asked: By, by: By) -> Changed:
    told = {"leaving": asked["relationships"], "staying": asked.get("staying", {}), "address": asked["address"]}
    made = lineages.split(split=Split(household=household, village=asked["village"], on=asked["on"], **told, **by))
    return made, None


def _merge(household: Household, asked: By, by: By) -> Changed:
    into = household_for(by["by"], asked["into"], day_of(by["at"]))
    told = {"relationships": asked.get("relationships", {}), "into_version": asked["into_version"]}
    link = lineages.merge(household=household, into=into, on=asked["on"], **told, **by)
    return into, link.pk


def _unmerge(household: Household, asked: By, by: By) -> Changed:
    link = seen(HouseholdLink.objects.filter(pk=asked["link"], to_household=household).first(), "link")
    return lineages.unmerge(link=link, reason=asked["reason"], on=asked["on"], head=asked.get("member"), **by), link.pk


def _end(household: Household, asked: By, by: By) -> Changed:
    how = _read(HowEnded, asked["how"])
    return lineages.end(household=household, how=how, reason=asked["reason"], on=asked["on"], **by), None


def _move(household: Household, asked: By, by: By) -> Changed:
    told = {"village": asked["village"], "address": asked["address"], "on": asked["on"]}
    relocations.relocate(household=household, **told, **by)
    return household, None


ACTS: dict[str, Callable[[Household, By, By], Changed]] = {
    "join": _join,
    "transfer": _transfer,
    "leave": _leave,
    "head": _head,
    "relate": _relate,
    "split": _split,
    "merge": _merge,
    "unmerge": _unmerge,
    "end": _end,
    "move": _move,
}


def _read(kind: type[Any], text: str) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        told = {"known": ", ".join(each.value for each in kind)}
        raise Invalid(_("Say how: %(known)s.") % told, field="how") from error


def _held(household: Household, key: UUID) -> Membership:
    held = household.memberships.filter(member=key, left_on__isnull=True).select_related("household", "member")
    return seen(held.first(), "member")
