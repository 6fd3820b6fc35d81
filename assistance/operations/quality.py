"""Data quality with the help that households get: checking a division, and what blocks a decision on a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from assistance.models import Measure
from assistance.rules.categories import Category
from assistance.rules.quality.catalogue import HELP_RULES
from assistance.rules.quality.catalogue import RULES as BY_CODE
from assistance.rules.quality.facts import HelpedHome, MeasureFacts
from common.names import Name
from households.models import Household
from households.operations import quality
from households.operations.home_facts import Lines, home_facts
from households.operations.quality import Checked, Settings
from households.operations.standards import Book
from households.rules.quality.catalogue import RULES
from households.rules.quality.facts import HomeFacts
from households.rules.quality.rule import BLOCK, Found, findings
from households.rules.standards import Kind


class Evaluation:
    """Asks all rules about households on a day; standards and lines are read once."""

    def __init__(self, *, on: date) -> None:
        self._on = on
        self._book = Book(Kind.QUALITY, Kind.MATRIX)
        self._settings = Settings(on=on, book=self._book)
        self._lines = Lines()
        self._matrices: dict[str, dict[str, frozenset[Category]]] = {}

    def findings(self, households: Sequence[Household]) -> dict[UUID, list[Found]]:
        """What the rules find of each household; eight queries, however many there are."""
        homes = home_facts(households=households, on=self._on, lines=self._lines)
        measures = _measures([home.case.key for home in homes if home.case is not None], self._on)
        return {home.key: self._of(home, measures) for home in homes}

    def findings_of_help(self, households: Sequence[Household]) -> dict[UUID, list[Found]]:
        """What only the rules about help find of each household."""
        homes = home_facts(households=households, on=self._on, lines=self._lines)
        measures = _measures([home.case.key for home in homes if home.case is not None], self._on)
        return {home.key: self._of_help(home, measures) for home in homes}

    def _of(self, home: HomeFacts, measures: Mapping[UUID, Sequence[MeasureFacts]]) -> list[Found]:
        return [*findings(home, RULES, self._settings.of(home.village)), *self._of_help(home, measures)]

    def _of_help(self, home: HomeFacts, measures: Mapping[UUID, Sequence[MeasureFacts]]) -> list[Found]:
        landed = measures.get(home.case.key, ()) if home.case is not None else ()
        helped = HelpedHome(home, tuple(landed), self._matrix(home.village))
        return list(findings(helped, HELP_RULES, self._settings.of(home.village)))

    def _matrix(self, village: str) -> dict[str, frozenset[Category]]:
        if village not in self._matrices:
            held = self._book.in_force(Kind.MATRIX, village, self._on)
            self._matrices[village] = {
                code: frozenset(Category(name) for name in each.value.get("any_of", ())) for code, each in held.items()
            }
        return self._matrices[village]


def blocking_of_help(*, households: Sequence[Household], on: date) -> dict[UUID, list[Name]]:
    """For each household, the names of the rules about its help that block a decision until the records are mended."""
    found = Evaluation(on=on).findings_of_help(households)
    return {key: [BY_CODE[each.rule].name for each in rows if each.severity == BLOCK] for key, rows in found.items()}


def check(*, under: str, on: date, at: datetime) -> Checked:
    """Check all households of a division (of everywhere where `under` is empty) and keep what is found."""
    households = Household.objects.under(under) if under else Household.objects.all()
    return quality.keep_findings(households=households, evaluate=Evaluation(on=on).findings, at=at)


def check_villages(*, villages: Collection[str], on: date, at: datetime) -> Checked:
    """Check all households of these villages and keep what is found."""
    households = Household.objects.filter(village__in=villages)
    return quality.keep_findings(households=households, evaluate=Evaluation(on=on).findings, at=at)


def _measures(cases: Sequence[UUID], on: date) -> dict[UUID, list[MeasureFacts]]:
    landed = Measure.objects.filter(case__in=cases, landed_on__lte=on, withdrawn_at__isnull=True).order_by("landed_on")
    measures: dict[UUID, list[MeasureFacts]] = {}
    for row in landed:
        told = MeasureFacts(
            category=Category(row.category),
            item=row.item,
            landed_on=row.landed_on,
            member=row.member_id,
            is_ended=row.ended_on is not None and row.ended_on <= on,
        )
        measures.setdefault(row.case_id, []).append(told)
    return measures
