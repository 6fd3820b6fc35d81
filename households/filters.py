"""What lists of the registry can be narrowed by, the same for pages and API."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy

from common.days import refuse_future, refuse_too_old
from common.filters import DayFilter, MomentFilter, PatternFilter, YesNoFilter
from common.horizon import settle
from common.moments import day_of
from common.names import choices
from households.models import (
    Assignment,
    CaseEvent,
    Clue,
    Conflict,
    Division,
    GuaranteeCheck,
    IncomeSurvey,
    Membership,
    MonitoringLine,
    Posting,
    Visit,
)
from households.models.division import DivisionQuerySet
from households.models.line import MonitoringLineQuerySet
from households.models.member import MembershipQuerySet
from households.models.posting import PostingQuerySet
from households.rules.codes import RELATIONSHIPS
from households.rules.conflicts import CONFLICT_STATES
from households.rules.history import EVENT_KINDS
from households.rules.levels import LEVELS, Level, path_of
from households.rules.visits import PURPOSES
from households.rules.warnings import CAUSES, CLUE_STATES

CODE = r"^\d{2}(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?$"
NO_CODE = gettext_lazy("A division's code has 2, 4, 6, 9 or 12 digits.")
CodeFilter = partial(PatternFilter, regex=CODE, error_messages={"invalid": NO_CODE})
LONGEST_TEXT = 100


class DivisionFilter(django_filters.FilterSet):
    """Filters of divisions."""

    parent = CodeFilter(field_name="parent_id", help_text="Code of the division next above.")
    under = CodeFilter(method="filter_under", help_text="This division and all below it.")
    level = django_filters.ChoiceFilter(choices=choices(LEVELS), method="filter_level")
    name = django_filters.CharFilter(lookup_expr="contains", max_length=LONGEST_TEXT, help_text="Part of the name.")
    in_force = DayFilter(method="filter_in_force", help_text="Divisions that exist on this day.")

    class Meta:
        model = Division
        fields: tuple[str, ...] = ()

    def filter_under(self, queryset: DivisionQuerySet, name: str, value: str) -> DivisionQuerySet:
        return queryset.under(value)

    def filter_level(self, queryset: DivisionQuerySet, name: str, value: str) -> DivisionQuerySet:
        return queryset.at_level(Level(value))

    def filter_in_force(self, queryset: DivisionQuerySet, name: str, value: object) -> DivisionQuerySet:
        return queryset.in_force(value)


class PostingFilter(django_filters.FilterSet):
    """Filters of postings."""

    in_force = DayFilter(method="filter_in_force", help_text="Postings that hold on this day.")

    class Meta:
        model = Posting
        fields: tuple[str, ...] = ()

    def filter_in_force(self, queryset: PostingQuerySet, name: str, value: object) -> PostingQuerySet:
        return queryset.in_force(value)


class AskedFilter(django_filters.FilterSet):
    """Filters that look back; `now` is the moment at which they are asked for."""

    def __init__(self, data: Any = None, queryset: Any = None, *, now: datetime, **more: Any) -> None:
        super().__init__(data, queryset, **more)
        self.now = now


class KnownFilter(AskedFilter):
    """Filters of records by the moment at which they were known."""

    known_at = MomentFilter(method="filter_known_at", help_text="What was recorded by this moment.")

    def filter_known_at(self, queryset: Any, name: str, value: datetime) -> Any:
        refuse_future(name, is_ahead=value > self.now)
        refuse_too_old(name, value.date())
        return self.known(queryset, settle(value))

    def known(self, queryset: Any, moment: datetime | None) -> Any:
        """The records that were known at that moment."""
        return queryset.filter(recorded_at__lte=moment)


class DatedFilter(AskedFilter):
    """Filters of records by the day of which they speak."""

    as_of = DayFilter(method="filter_as_of", help_text="As of this day; without it all days.")

    def filter_as_of(self, queryset: Any, name: str, value: date) -> Any:
        refuse_future(name, is_ahead=value > day_of(self.now))
        refuse_too_old(name, value)
        return self.on_day(queryset, value)

    def on_day(self, queryset: Any, day: date) -> Any:
        """The records that held on that day."""
        return queryset.as_of(day)


class RecordedFilter(DatedFilter, KnownFilter):
    """Filters of what was found on a day, `happened`, and recorded at a moment."""

    happened = "occurred_on"
    as_of = DayFilter(method="filter_as_of", help_text="What had happened by this day; without it all of it.")

    def on_day(self, queryset: Any, day: date) -> Any:
        return queryset.filter(**{f"{self.happened}__lte": day})


class MemberFilter(RecordedFilter):
    """Filters of memberships."""

    household = django_filters.UUIDFilter(field_name="household_id", help_text="Members of this household.")
    member = django_filters.UUIDFilter(field_name="member_id", help_text="Households of this person.")
    relationship = django_filters.ChoiceFilter(choices=choices(RELATIONSHIPS))
    as_of = DayFilter(method="filter_as_of", help_text="Who belongs to the household on this day; without it all.")

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def on_day(self, queryset: MembershipQuerySet, day: date) -> MembershipQuerySet:
        return queryset.as_of(day, self.form.cleaned_data.get("known_at"))

    def known(self, queryset: MembershipQuerySet, moment: datetime) -> MembershipQuerySet:
        return queryset.known_at(moment)


class CaseEventFilter(RecordedFilter):
    """Filters of the histories of cases."""

    case = django_filters.UUIDFilter(field_name="case_id", help_text="The history of this case.")
    household = django_filters.UUIDFilter(field_name="case__household_id", help_text="Of all cases of this household.")
    kind = django_filters.ChoiceFilter(choices=choices(EVENT_KINDS))
    occurred_from = DayFilter(field_name="occurred_on", lookup_expr="gte", help_text="On this day or later.")
    occurred_to = DayFilter(field_name="occurred_on", lookup_expr="lte", help_text="On this day or earlier.")

    class Meta:
        model = CaseEvent
        fields: tuple[str, ...] = ()


class IncomeSurveyFilter(RecordedFilter):
    """Filters of income surveys."""

    happened = "surveyed_on"

    household = django_filters.UUIDFilter(field_name="household_id", help_text="Of this household.")
    occasion = django_filters.ChoiceFilter(choices=IncomeSurvey.OCCASIONS)
    surveyed_from = DayFilter(field_name="surveyed_on", lookup_expr="gte", help_text="On this day or later.")
    surveyed_to = DayFilter(field_name="surveyed_on", lookup_expr="lte", help_text="On this day or earlier.")

    class Meta:
        model = IncomeSurvey
        fields: tuple[str, ...] = ()


class GuaranteeCheckFilter(RecordedFilter):
    """Filters of guarantee checks."""

    happened = "checked_on"

    household = django_filters.UUIDFilter(field_name="household_id", help_text="Of this household.")
    checked_from = DayFilter(field_name="checked_on", lookup_expr="gte", help_text="On this day or later.")
    checked_to = DayFilter(field_name="checked_on", lookup_expr="lte", help_text="On this day or earlier.")
    is_secure = YesNoFilter(method="filter_secure", help_text="All four secure, or one of them not.")

    class Meta:
        model = GuaranteeCheck
        fields: tuple[str, ...] = ()

    def filter_secure(self, queryset: object, name: str, value: bool) -> object:
        looked_at = ("is_housing_safe", "is_schooling_kept", "is_everyone_insured", "is_water_safe")
        if value:
            return queryset.filter(**dict.fromkeys(looked_at, True))
        lacking = Q()
        for each in looked_at:
            lacking |= Q(**{each: False})
        return queryset.filter(lacking)


class MonitoringLineFilter(django_filters.FilterSet):
    """Filters of monitoring lines."""

    division = CodeFilter(method="filter_division", help_text="Lines of this division and of those above it.")
    valid_by = DayFilter(field_name="valid_from", lookup_expr="lte", help_text="In force from this day or earlier.")

    class Meta:
        model = MonitoringLine
        fields: tuple[str, ...] = ()

    def filter_division(self, queryset: MonitoringLineQuerySet, name: str, value: str) -> MonitoringLineQuerySet:
        return queryset.filter(division_id__in=path_of(value))


class VisitFilter(django_filters.FilterSet):
    """Filters of visits."""

    household = django_filters.UUIDFilter(field_name="household_id", help_text="Of this household.")
    case = django_filters.UUIDFilter(field_name="case_id", help_text="Of this case.")
    purpose = django_filters.ChoiceFilter(choices=choices(PURPOSES))
    visited_by = django_filters.CharFilter(field_name="visited_by__username", help_text="By this user.")
    visited_from = DayFilter(field_name="happened_at", lookup_expr="date__gte", help_text="On this day or later.")
    visited_to = DayFilter(field_name="happened_at", lookup_expr="date__lte", help_text="On this day or earlier.")
    is_superseded = YesNoFilter(
        field_name="superseded_by", lookup_expr="isnull", exclude=True, help_text="Corrected by another visit, or not."
    )

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()


class ClueFilter(django_filters.FilterSet):
    """Filters of clues that the records propose."""

    household = django_filters.UUIDFilter(field_name="household_id", help_text="About this household.")
    cause = django_filters.ChoiceFilter(choices=choices(CAUSES))
    state = django_filters.ChoiceFilter(choices=choices(CLUE_STATES))

    class Meta:
        model = Clue
        fields: tuple[str, ...] = ()


class ConflictFilter(django_filters.FilterSet):
    """Filters of conflicts."""

    household = django_filters.UUIDFilter(field_name="household_id", help_text="About this household.")
    state = django_filters.ChoiceFilter(choices=choices(CONFLICT_STATES))

    class Meta:
        model = Conflict
        fields: tuple[str, ...] = ()


class AssignmentFilter(DatedFilter):
    """Filters of assignments."""

    household = django_filters.UUIDFilter(field_name="household_id", help_text="Of this household.")
    user = django_filters.CharFilter(field_name="user__username", help_text="Of this user.")
    as_of = DayFilter(method="filter_as_of", help_text="Who is responsible on this day.")

    class Meta:
        model = Assignment
        fields: tuple[str, ...] = ()
