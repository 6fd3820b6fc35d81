"""The one query behind the list of households: its pages, its file and its API read the same rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    BinaryField,
    Case,
    CharField,
    Count,
    DateField,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Length, Round

from common.crypto import keyed_hash
from common.moments import day_of
from common.querysets import begins_with
from households.models import CaseSpan, Household, HouseholdMove, IncomeSurvey, Membership, MonitoringLine
from households.rules.codes import Relationship
from households.rules.documents import body
from households.rules.levels import CODE_LENGTHS, Level, path_of
from households.workflow import IN_REGISTER
from reports.query import Scope, with_landed

# Codes of 18, 20 or 22 characters are numbers of people's documents (households.rules.documents).
DOCUMENT_FORM = re.compile(r"\d{17}[\dX](\d{2}|\d{4})?")
MONEY = DecimalField(max_digits=14, decimal_places=2)
MOST_MONEY = Decimal("999999999999.99")
# The places whose names a search reads: village, township, county.
NAMED_PLACES = ("village", "village__parent", "village__parent__parent")
VILLAGE_DIGITS = CODE_LENGTHS[Level.VILLAGE]


def households(scope: Scope) -> QuerySet[Household]:
    """Households of the scope, with a case or without, that had not ended by its day as known at its moment."""
    return recorded(scope).standing(scope.as_of, scope.known_at)


def recorded(scope: Scope) -> QuerySet[Household]:
    """Households that lived in the scope on its day, those that had ended included: registered by then, not removed."""
    day = scope.as_of if scope.known_at is None else min(scope.as_of, day_of(scope.known_at))
    kept = Q(removed_at__isnull=True)
    if scope.known_at is not None:
        kept |= Q(removed_at__gt=scope.known_at)
    return _living_in(scope).registered_by(day).filter(kept)


def _living_in(scope: Scope) -> QuerySet[Household]:
    """Who lives in the division now, but for those who came after the scope's day; and those who have left since."""
    here = Household.objects.under(scope.division)
    if not scope.division:
        return here
    first: dict[UUID, bool] = {}
    moves = HouseholdMove.objects.after(scope.as_of, scope.known_at).between(scope.division)
    for household, village in moves.values_list("household_id", "from_village_id"):
        first.setdefault(household, village.startswith(scope.division))
    if not first:
        return here
    came, went = ([key for key, was_here in first.items() if was_here is told] for told in (False, True))
    return Household.objects.filter((begins_with("village_id", scope.division) & ~Q(pk__in=came)) | Q(pk__in=went))


def with_a_case(rows: QuerySet[Household], scope: Scope, wanted: Q) -> QuerySet[Household]:
    """Households one of whose cases satisfies all of `wanted` on the scope's day."""
    return rows.filter(Exists(with_landed(scope).filter(wanted, household=OuterRef("pk"))))


def without_case(rows: QuerySet[Household], scope: Scope) -> QuerySet[Household]:
    """Households that have no case on the scope's day: nobody has reported them as at risk yet."""
    return rows.filter(~Exists(with_landed(scope).filter(household=OuterRef("pk"))))


def case_shown(scope: Scope, held: Iterable[UUID], wanted: Q) -> dict[UUID, CaseSpan]:
    """The case that a list shows for each household of `held`: among those that satisfy `wanted` the one in the
    register, else the latest episode."""
    spans = with_landed(scope).filter(wanted, household__in=list(held)).select_related("case")
    ordered = sorted(spans, key=lambda span: (span.status in IN_REGISTER, span.case.episode))
    return {span.household_id: span for span in ordered}


def found_by(rows: QuerySet[Household], scope: Scope, text: str) -> QuerySet[Household]:
    """Households with a member of that name, of a place of that name or code, or with that national number."""
    asked = unicodedata.normalize("NFKC", text).strip()
    members = Membership.objects.as_of(scope.as_of, scope.known_at).filter(member__name__contains=asked)
    wanted = Q(pk__in=members.values("household")) | Q(national_number=asked)
    for place in NAMED_PLACES:
        wanted |= Q(**{f"{place}__name__contains": asked})
    if asked.isascii() and asked.isdigit() and len(asked) <= VILLAGE_DIGITS:
        wanted |= begins_with("village_id", asked)
    return rows.filter(wanted)


def is_document_number(text: str) -> bool:
    """Whether a text has the form of a document number, which no address and no log may hold."""
    return DOCUMENT_FORM.fullmatch(unicodedata.normalize("NFKC", text).strip().upper()) is not None


def with_document(rows: QuerySet[Household], scope: Scope, number: str) -> QuerySet[Household]:
    """The household of the person with exactly this document number on the scope's day, found by its keyed hash."""
    exact = keyed_hash(body(unicodedata.normalize("NFKC", number).strip().upper()))
    members = Membership.objects.filter(household=OuterRef("pk"), member__document_hash=exact).as_of(
        scope.as_of, scope.known_at
    )
    return rows.filter(Exists(members))


def lines_in_force(scope: Scope) -> dict[str, Decimal]:
    """The monitoring lines in force on the scope's day in and above its division, of the smallest places first."""
    held = MonitoringLine.objects.filter(valid_from__lte=scope.as_of)
    near = held.filter(begins_with("division_id", scope.division) | Q(division_id__in=path_of(scope.division)))
    lines = near.order_by(Length("division_id").desc(), "division_id", "valid_from")
    return dict(lines.values_list("division_id", "amount"))


def line_of(village: str, lines: dict[str, Decimal]) -> Decimal | None:
    """The line for a village: that of the nearest division; None where none is known."""
    return next((amount for code, amount in lines.items() if village.startswith(code)), None)


def surveys_by(day: date, scope: Scope) -> QuerySet[IncomeSurvey]:
    """Income surveys made by that day, as known at the scope's moment, the latest first."""
    made = IncomeSurvey.objects.filter(surveyed_on__lte=day)
    if scope.known_at is not None:
        made = made.filter(recorded_at__lte=scope.known_at)
    return made.order_by("-surveyed_on", "-recorded_at", "-pk")


def beside_the_line(rows: QuerySet[Household], scope: Scope, *, is_below: bool) -> QuerySet[Household]:
    """Households whose latest survey lies below the line of the scope's day, or not below it; none without either."""
    lines = lines_in_force(scope)
    if not lines:
        return rows.none()
    places = [When(begins_with("village_id", code), then=Value(amount)) for code, amount in lines.items()]
    compared = rows.annotate(net_per_capita=latest_income(scope), line=Case(*places, output_field=MONEY))
    return compared.filter(net_per_capita__lt=F("line")) if is_below else compared.filter(net_per_capita__gte=F("line"))


def latest_income(scope: Scope) -> Subquery:
    """The net income per person of a household's latest survey, yuan; null without one."""
    net = F("wage") + F("business") + F("property_income") + F("transfer") - F("business_expense")
    latest = surveys_by(scope.as_of, scope).filter(household=OuterRef("pk"))
    per_capita = latest.annotate(net=Round(net / Greatest(F("household_size"), 1), precision=2)).values("net")[:1]
    return Subquery(per_capita, output_field=MONEY)


def of_case_shown(scope: Scope, wanted: Q, column: str) -> Subquery:
    """A column of the case that a list shows for a household, null without one; the same choice as `case_shown`."""
    in_register = Case(When(status__in=sorted(IN_REGISTER), then=1), default=0)
    shown = with_landed(scope).filter(wanted, household=OuterRef("pk")).order_by(in_register.desc(), "-case__episode")
    return Subquery(shown.annotate(told=F(column)).values("told")[:1])


def members_on(scope: Scope) -> QuerySet[Membership]:
    """Who belongs to a household on the scope's day."""
    return Membership.objects.filter(household=OuterRef("pk")).as_of(scope.as_of, scope.known_at)


def by_pinyin(name: Coalesce) -> Func:
    """A text by which names stand in the order of pinyin: their bytes in GB 18030, whose common characters stand so.

    The embedded PostgreSQL has no collation by pinyin. Rare characters come after all common ones.
    """
    encoded = Func(name, Value("GB18030"), function="convert_to", output_field=BinaryField())
    return Func(encoded, Value("hex"), function="encode", output_field=CharField())


# What rows are ordered by where that is no column of theirs; never null, so that a page can begin after any row.
SORTED_BY: dict[str, Callable[[Scope, Q], Any]] = {
    "head_order": lambda scope, wanted: by_pinyin(
        Coalesce(F("headed__member__name"), Value(""), output_field=CharField())
    ),
    "persons_shown": lambda scope, wanted: Coalesce(
        of_case_shown(scope, wanted, "persons"),
        Subquery(members_on(scope).order_by().values("household").annotate(size=Count("pk")).values("size")),
        Value(0),
        output_field=IntegerField(),
    ),
    "income_or_most": lambda scope, wanted: Coalesce(latest_income(scope), Value(MOST_MONEY), output_field=MONEY),
    "income_or_least": lambda scope, wanted: Coalesce(latest_income(scope), Value(-MOST_MONEY), output_field=MONEY),
    "measures_landed": lambda scope, wanted: Coalesce(of_case_shown(scope, wanted, "landed__len"), Value(0)),
    "identified_day": lambda scope, wanted: Coalesce(
        of_case_shown(scope, wanted, "identified_on"), Value(date.min), output_field=DateField()
    ),
    "eliminated_day": lambda scope, wanted: Coalesce(
        of_case_shown(scope, wanted, "eliminated_on"), Value(date.min), output_field=DateField()
    ),
}


def sortable(rows: QuerySet[Household], scope: Scope, keys: Iterable[str], wanted: Q) -> QuerySet[Household]:
    """The rows with those of `keys` that are no columns; `wanted` is what the case that a list shows must be."""
    keys = [key for key in keys if key in SORTED_BY]
    if not keys:
        return rows
    if "head_order" in keys:
        # Joined rather than looked up for each row; on any day a household has at most one head.
        rows = rows.annotate(headed=FilteredRelation("memberships", condition=heads_on(scope.as_of)))
    return rows.annotate(**{key: SORTED_BY[key](scope, wanted) for key in keys})


def heads_on(day: date) -> Q:
    """Which of a household's memberships is that of its head on that day."""
    stays = Q(memberships__left_on__isnull=True) | Q(memberships__left_on__gt=day)
    return stays & Q(memberships__relationship=Relationship.HEAD.value, memberships__joined_on__lte=day)
