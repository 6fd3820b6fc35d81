"""The condition of a person: health, schooling, labour, work, insurance and allowances, as recorded from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from households.rules.documents import DISABILITY_CATEGORIES, DISABILITY_LEVELS
from households.rules.person_codes import (
    ABLE_IN_PART,
    AT_SCHOOL,
    Allowance,
    DropoutReason,
    Education,
    Health,
    Labour,
    PublicPost,
    Schooling,
    WorkPlace,
)

MONTHS = 12
SEVERE_LEVELS = (1, 2)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the national form asks about a person (DOMAIN §2.2). None, "" and () mean: not recorded.

    `monthly_wage` in yuan; months within the last year; category and level are those of the disability certificate.
    """

    health: tuple[Health, ...] = ()
    education: Education | None = None
    schooling: Schooling | None = None
    dropout_reason: DropoutReason | None = None
    labour: Labour | None = None
    disability_category: int | None = None
    disability_level: int | None = None
    has_resident_insurance: bool | None = None
    has_employee_insurance: bool | None = None
    has_resident_pension: bool | None = None
    has_employee_pension: bool | None = None
    dibao: Allowance | None = None
    tekun: Allowance | None = None
    work_place: WorkPlace | None = None
    work_months: int | None = None
    employer: str = ""
    monthly_wage: Decimal | None = None
    public_post: PublicPost | None = None
    post_months: int | None = None
    post_count: int | None = None

    @property
    def is_at_school(self) -> bool:
        """Whether the person is at a school; children before school age are not."""
        return self.schooling in AT_SCHOOL

    @property
    def is_healthy(self) -> bool:
        """Whether the person is recorded as healthy."""
        return Health.HEALTHY in self.health

    @property
    def is_able_to_work(self) -> bool:
        """Whether the person can work, at least in part, and is not at school."""
        return self.labour in ABLE_IN_PART and not self.is_at_school

    @property
    def is_severely_disabled(self) -> bool:
        """Whether the certificate is of level 1 or 2."""
        return self.disability_level in SEVERE_LEVELS

    @property
    def is_working(self) -> bool:
        """Whether the person works for wages somewhere."""
        return self.work_place not in {None, WorkPlace.NONE}

    @property
    def holds_post(self) -> bool:
        """Whether the person holds a public-welfare post."""
        return self.public_post not in {None, PublicPost.NONE}

    @property
    def receives_dibao(self) -> bool:
        """Whether the person receives the subsistence allowance (低保)."""
        return self.dibao not in {None, Allowance.NONE}

    @property
    def receives_tekun(self) -> bool:
        """Whether the person is supported as one of those in extreme hardship (特困供养)."""
        return self.tekun not in {None, Allowance.NONE}


def fault_of_condition(condition: Condition) -> tuple[str, str]:
    """The field that cannot be right, and a sentence saying so; ("", "") where nothing contradicts itself."""
    if condition.is_healthy and len(condition.health) > 1:
        return "health", _("A person is healthy, or ill or disabled: not both. Choose one.")
    if (condition.disability_category is None) != (condition.disability_level is None):
        return "disability_level", _("Give both the category and the level of the disability, or neither.")
    if condition.disability_category not in {None, *DISABILITY_CATEGORIES}:
        return "disability_category", _("The category of a disability is a number from 1 to 7.")
    if condition.disability_level not in {None, *DISABILITY_LEVELS}:
        return "disability_level", _("The level of a disability is a number from 1 to 4.")
    for name in ("work_months", "post_months"):
        if not 0 <= (getattr(condition, name) or 0) <= MONTHS:
            return name, _("Give the months of the last year: a number from 0 to 12.")
    if (condition.post_count or 0) < 0:
        return "post_count", _("Give how many posts the person holds: 0 or more.")
    wage = condition.monthly_wage
    if wage is not None and not wage.is_nan() and wage < 0:
        return "monthly_wage", _("A wage cannot be below zero.")
    return "", ""
