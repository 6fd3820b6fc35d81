"""Administrative divisions: the code is the key, and a parent's code begins every descendant's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from accounts.models import User
from accounts.permissions import Permission
from common.querysets import begins_with, begins_with_any
from households.models.posting import Posting
from households.rules.levels import CODE_LENGTHS, Level, level_of

models.CharField.register_lookup(Length)
UPPER_CODE = CODE_LENGTHS[Level.COUNTY]  # counties and above: some thousands in a nation


class DivisionQuerySet(models.QuerySet["Division"]):
    """Selections of divisions."""

    def under(self, code: str) -> Self:
        """The division `code` and all below it."""
        return self.filter(begins_with("code", code))

    def at_level(self, level: Level) -> Self:
        """Divisions of one level."""
        return self.filter(code__length=CODE_LENGTHS[level])

    def upper(self) -> Self:
        """Counties and what lies above them."""
        return self.filter(code__length__lte=UPPER_CODE)

    def lower(self) -> Self:
        """Townships and villages."""
        return self.filter(code__length__gt=UPPER_CODE)

    def within(self, codes: Iterable[str]) -> Self:
        """The divisions `codes` and all below them."""
        return self.filter(begins_with_any("code", codes))

    def in_force(self, on: date) -> Self:
        """Divisions that exist on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )

    def visible_to(self, user: User, on: date) -> Self:
        """The divisions of the user's postings and all below them."""
        return self.within(Posting.objects.codes(user, Permission.VIEW_FIGURES, on))


class Division(models.Model):
    """A province, prefecture, county, township or village. `successor` points on where a code was replaced.

    `initials` follow from the name (households.rules.initials); who writes a name writes them too.
    """

    code = models.CharField(primary_key=True, max_length=12, db_collation="C")
    name = models.CharField(max_length=100)
    initials = models.CharField(max_length=200, db_collation="C", blank=True, default="", editable=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")

    objects = DivisionQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        indexes = (
            models.Index(OpClass(F("name"), name="varchar_pattern_ops"), F("code"), name="division_by_name"),
            models.Index(fields=("initials", "code"), name="division_by_initials"),
            models.Index(fields=("code",), condition=Q(code__length__lte=UPPER_CODE), name="division_upper"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(code__regex=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"), name="division_code_has_a_level"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(code__startswith=F("parent_id")),
                name="division_code_begins_with_parent",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="division_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> Level:
        """The level that the code's length tells."""
        return level_of(self.code)

    def is_in_force(self, on: date) -> bool:
        """Whether the division exists on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)
