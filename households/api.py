"""The registry for API clients: divisions and households, read only."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from common.api import COUNT, KeysetPages, KnownParameters
from common.moments import day_of
from households.filters import DivisionFilter, HouseholdFilter
from households.models import Division, Household, Membership


class DivisionSerializer(serializers.ModelSerializer):
    """An administrative division."""

    parent = serializers.CharField(source="parent_id", allow_null=True)
    level = serializers.CharField()
    successor = serializers.CharField(source="successor_id", allow_null=True)

    class Meta:
        model = Division
        fields = ("code", "name", "level", "parent", "valid_from", "valid_to", "successor")


class MemberSerializer(serializers.ModelSerializer):
    """A person and the time for which he or she belongs to the household; the identity number is masked."""

    id = serializers.UUIDField(source="member_id")
    name = serializers.CharField(source="member.name")
    sex = serializers.CharField(source="member.sex")
    birth_date = serializers.DateField(source="member.birth_date", allow_null=True)
    number = serializers.CharField(source="member.masked_number")

    class Meta:
        model = Membership
        fields = ("id", "name", "sex", "birth_date", "number", "relationship", "joined_on", "left_on")


class HouseholdSerializer(serializers.ModelSerializer):
    """A household."""

    village = serializers.CharField(source="village_id")
    village_name = serializers.CharField(source="village.name")

    class Meta:
        model = Household
        fields = (
            "id",
            "village",
            "village_name",
            "national_number",
            "address",
            "phone",
            "is_former_poor",
            "registered_on",
            "version",
        )


class HouseholdDetailSerializer(HouseholdSerializer):
    """A household with everyone who belongs or belonged to it."""

    members = MemberSerializer(source="memberships", many=True)

    class Meta(HouseholdSerializer.Meta):
        fields = (*HouseholdSerializer.Meta.fields, "members")


class DivisionPages(KeysetPages):
    """Divisions in the order of their codes."""

    ordering = "code"


@extend_schema_view(
    list=extend_schema(summary="Divisions within your postings", parameters=[COUNT]),
    retrieve=extend_schema(summary="One division"),
)
class DivisionViewSet(KnownParameters, viewsets.ReadOnlyModelViewSet):
    """Administrative divisions within the postings of the client."""

    queryset = Division.objects.none()
    serializer_class = DivisionSerializer
    filterset_class = DivisionFilter
    pagination_class = DivisionPages
    lookup_value_regex = r"\d{2,12}"

    def get_queryset(self) -> QuerySet[Division]:
        return Division.objects.visible_to(self.request.user, day_of(timezone.now()))


@extend_schema_view(
    list=extend_schema(summary="Households within your postings", parameters=[COUNT]),
    retrieve=extend_schema(summary="One household with its members", responses=HouseholdDetailSerializer),
)
class HouseholdViewSet(KnownParameters, viewsets.ReadOnlyModelViewSet):
    """Households within the postings of the client; identity numbers are masked."""

    queryset = Household.objects.none()
    serializer_class = HouseholdSerializer
    filterset_class = HouseholdFilter
    pagination_class = KeysetPages
    lookup_value_regex = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[Household]:
        rows = Household.objects.visible_to(self.request.user, day_of(timezone.now())).kept().select_related("village")
        if self.action == "retrieve":
            members = Membership.objects.select_related("member").order_by("joined_on", "id")
            rows = rows.prefetch_related(Prefetch("memberships", queryset=members))
        return rows

    def get_serializer_class(self) -> type[serializers.Serializer]:
        return HouseholdDetailSerializer if self.action == "retrieve" else HouseholdSerializer
