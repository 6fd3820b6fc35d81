"""Members: people, and their dated membership of households."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, When

from common.crypto import decrypt
from common.ids import new_id
from common.names import choices
from households.models.household import Household
from households.models.scoping import PlacedQuerySet
from households.rules.changes import JOININGS, LEAVINGS, Joining
from households.rules.codes import RELATIONSHIPS, SEXES
from households.rules.documents import mask
from households.rules.person_codes import ETHNICITIES, POLITICAL_STATUSES


class Period(Func):
    """The days of a membership as a range: the day of joining in, the day of leaving out."""

    function = "daterange"
    output_field = DateRangeField()


class Member(models.Model):
    """A person, whose health, schooling and work stand in dated conditions.

    The identity number is encrypted and found by a keyed hash; both are null while there is none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    sex = models.CharField(max_length=6, choices=choices(SEXES))
    birth_date = models.DateField(null=True, blank=True)
    ethnicity = models.CharField(max_length=2, blank=True, choices=[(c, name.en) for c, name in ETHNICITIES.items()])
    political_status = models.CharField(max_length=20, blank=True, choices=choices(POLITICAL_STATUSES))
    phone = models.CharField(max_length=20, blank=True)
    document_token = models.BinaryField(null=True, blank=True)
    document_hash = models.BinaryField(null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(document_token__isnull=True, document_hash__isnull=True)
                | Q(document_token__isnull=False, document_hash__isnull=False),
                name="member_number_and_hash_go_together",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def masked_number(self) -> str:
        """The identity number as it may be shown, empty while there is none."""
        return mask(decrypt(self.document_token)) if self.document_token else ""


class MembershipQuerySet(PlacedQuerySet):
    """Selections of memberships."""

    place = "household__village_id"

    def as_of(self, day: date, known_at: datetime | None = None) -> Self:
        """Memberships that hold on that day, as known at that moment (None: now)."""
        staying = Q(left_told__isnull=True) | Q(left_told__gt=day)
        return self.known_at(known_at).filter(staying, joined_on__lte=day)

    def known_at(self, moment: datetime | None) -> Self:
        """Memberships recorded by that moment (None: now); `left_told` is the day of leaving as it was known then."""
        if moment is None:
            return self.annotate(left_told=F("left_on"))
        then = Case(When(left_recorded_at__gt=moment, then=None), default=F("left_on"), output_field=models.DateField())
        return self.filter(Q(recorded_at__isnull=True) | Q(recorded_at__lte=moment)).annotate(left_told=then)


class Membership(models.Model):
    """A person belongs to a household from `joined_on` until the day before `left_on`.

    `recorded_at` and `left_recorded_at` tell since when each is known; null is known from the beginning.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="memberships")
    relationship = models.CharField(max_length=20, choices=choices(RELATIONSHIPS))
    joined_on = models.DateField()
    joined_how = models.CharField(
        max_length=20,
        default=Joining.REGISTERED.value,
        choices=choices(JOININGS),
    )
    left_on = models.DateField(null=True, blank=True)
    left_how = models.CharField(max_length=20, blank=True, choices=choices(LEAVINGS))
    recorded_at = models.DateTimeField(null=True, editable=False)
    left_recorded_at = models.DateTimeField(null=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("joined_on")),
                name="membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_how="") | (Q(left_on__isnull=False) & ~Q(left_how="")),
                name="membership_ended_says_how",
            ),
            ExclusionConstraint(
                name="member_is_in_one_household",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    (Period(F("joined_on"), F("left_on")), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="household_has_one_head",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    (Period(F("joined_on"), F("left_on")), RangeOperators.OVERLAPS),
                ],
                condition=Q(relationship="head"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} in {self.household_id}"
