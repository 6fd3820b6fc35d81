"""What the rules of data quality know of the help that a household gets, beside the household itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from assistance.rules.categories import Category
from households.rules.codes import Risk
from households.rules.quality.facts import CaseFacts, HomeFacts


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """A landed measure of the household's case, for one `member` or for the household."""

    category: Category
    item: str
    landed_on: date
    member: UUID | None = None
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class HelpedHome:
    """A household with the landed measures of its case.

    `matrix` gives for each risk or finding the categories of which one at least answers it, as the division holds it.
    """

    home: HomeFacts
    measures: tuple[MeasureFacts, ...] = ()
    matrix: Mapping[str, frozenset[Category]] | None = None

    @property
    def case(self) -> CaseFacts | None:
        """The household's case."""
        return self.home.case

    @property
    def categories(self) -> frozenset[Category]:
        """The categories in which a measure has landed."""
        return frozenset(measure.category for measure in self.measures)

    def names(self, *words: str) -> bool:
        """Whether the item of a landed measure holds one of these words."""
        return any(word in measure.item for measure in self.measures for word in words)

    def is_answered(self, asked: str) -> bool:
        """Whether a measure has landed that answers this risk or finding; what the matrix leaves open is answered."""
        answers = (self.matrix or {}).get(asked)
        return not answers or not answers.isdisjoint(self.categories)

    def unanswered(self, case: CaseFacts) -> list[Risk]:
        """The risks of the case that no landed measure answers."""
        return sorted(risk for risk in case.risks if not self.is_answered(risk.value))

    def has_passed(self, case: CaseFacts, days: int) -> bool:
        """Whether the household was identified more than so many days ago."""
        return case.identified_on is not None and case.identified_on + timedelta(days=days) < self.home.on
