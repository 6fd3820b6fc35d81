"""Conditions of members: health, schooling, labour, work, insurance and allowances, each from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import Permission
from common.ids import new_id
from common.names import Name, choices
from households.models.member import Member, Membership, MembershipQuerySet
from households.rules.conditions import Condition
from households.rules.documents import DISABILITY_CATEGORIES, DISABILITY_LEVELS
from households.rules.person_codes import (
    ALLOWANCES,
    DROPOUT_REASONS,
    EDUCATIONS,
    HEALTHS,
    LABOURS,
    PUBLIC_POSTS,
    SCHOOLINGS,
    WORK_PLACES,
    Allowance,
    DropoutReason,
    Education,
    Health,
    Labour,
    PublicPost,
    Schooling,
    WorkPlace,
)

# The columns that hold one code of a list, each with the list's kind.
CODED: dict[str, type[StrEnum]] = {
    "education": Education,
    "schooling": Schooling,
    "dropout_reason": DropoutReason,
    "labour": Labour,
    "dibao": Allowance,
    "tekun": Allowance,
    "work_place": WorkPlace,
    "public_post": PublicPost,
}
CONDITION_COLUMNS = tuple(field.name for field in fields(Condition))
_MOST_YUAN = {"max_digits": 14, "decimal_places": 2}


def coded(names: Mapping[Any, Name]) -> models.CharField:
    """A column of one code, empty while it is not recorded."""
    return models.CharField(max_length=20, blank=True, choices=choices(names))


def counted() -> models.PositiveSmallIntegerField:
    """A column of a number that may be unknown."""
    return models.PositiveSmallIntegerField(null=True, blank=True)


def _kept() -> MembershipQuerySet:
    """Memberships of households that were not removed as registered in error."""
    return Membership.objects.filter(household__removed_at__isnull=True)


class MemberConditionQuerySet(models.QuerySet):
    """Selections of conditions; their place is that of the households to which the person belongs or belonged."""

    def under(self, code: str) -> Self:
        """Conditions of people with a household in the division `code` or below it."""
        return self.filter(member__in=_kept().under(code).values("member"))

    def visible_to(self, user: User, on: date, permission: Permission = Permission.VIEW_RECORDS) -> Self:
        """Conditions of people with a household where a posting of `user` grants `permission` on that day."""
        return self.filter(member__in=_kept().visible_to(user, on, permission).values("member"))

    def as_of(self, day: date, known_at: datetime | None = None) -> Self:
        """The condition of each person that holds on that day, as known at that moment (None: now)."""
        known = Q(superseded_at__isnull=True)
        if known_at is not None:
            known = Q(recorded_at__lte=known_at) & (known | Q(superseded_at__gt=known_at))
        return self.filter(known, valid_from__lte=day).order_by("member_id", "-valid_from").distinct("member_id")


class MemberCondition(models.Model):
    """What holds of a person from `valid_from` on, until the next one; null and empty mean: not recorded.

    A second record of the same day supersedes the first, which stays readable as what was known before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="conditions", db_index=False)
    valid_from = models.DateField()
    health = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    education = coded(EDUCATIONS)
    schooling = coded(SCHOOLINGS)
    dropout_reason = coded(DROPOUT_REASONS)
    labour = coded(LABOURS)
    disability_category = counted()
    disability_level = counted()
    has_resident_insurance = models.BooleanField(null=True, blank=True)
    has_employee_insurance = models.BooleanField(null=True, blank=True)
    has_resident_pension = models.BooleanField(null=True, blank=True)
    has_employee_pension = models.BooleanField(null=True, blank=True)
    dibao = coded(ALLOWANCES)
    tekun = coded(ALLOWANCES)
    work_place = coded(WORK_PLACES)
    work_months = counted()
    employer = models.CharField(max_length=100, blank=True)
    monthly_wage = models.DecimalField(null=True, blank=True, **_MOST_YUAN)
    public_post = coded(PUBLIC_POSTS)
    post_months = counted()
    post_count = counted()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = MemberConditionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("member", "-valid_from"), name="condition_by_member"),)
        constraints = (
            models.UniqueConstraint(
                fields=("member", "valid_from"),
                condition=Q(superseded_at__isnull=True),
                name="condition_of_a_day_is_one",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gt=F("recorded_at")),
                name="condition_superseded_later",
            ),
            models.CheckConstraint(
                condition=Q(health__contained_by=[code.value for code in HEALTHS])
                & (~Q(health__contains=[Health.HEALTHY.value]) | Q(health__len=1)),
                name="condition_healthy_stands_alone",
            ),
            models.CheckConstraint(
                condition=Q(disability_category__isnull=True, disability_level__isnull=True)
                | Q(
                    disability_category__isnull=False,
                    disability_level__isnull=False,
                    disability_category__in=list(DISABILITY_CATEGORIES),
                    disability_level__in=DISABILITY_LEVELS,
                ),
                name="condition_disability_has_both",
            ),
            models.CheckConstraint(
                condition=(Q(work_months__isnull=True) | Q(work_months__lte=12))
                & (Q(post_months__isnull=True) | Q(post_months__lte=12)),
                name="condition_months_of_one_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.valid_from}"

    @property
    def condition(self) -> Condition:
        """What was recorded, ready for the rules."""
        told: dict[str, Any] = {name: getattr(self, name) for name in CONDITION_COLUMNS}
        told |= {name: kind(told[name]) if told[name] else None for name, kind in CODED.items()}
        return Condition(**told | {"health": tuple(Health(each) for each in self.health)})


def columns_of(condition: Condition) -> dict[str, Any]:
    """The columns that keep a condition."""
    told: dict[str, Any] = {name: getattr(condition, name) for name in CONDITION_COLUMNS}
    told |= {name: told[name].value if told[name] else "" for name in CODED}
    return told | {"health": sorted(each.value for each in condition.health)}
