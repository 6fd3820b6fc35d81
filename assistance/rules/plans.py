"""What a plan answers and what it lacks: the risks of the case, and the rules of the matrix (DOMAIN §3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assistance.rules.categories import CATEGORIES, Category
from assistance.rules.states import HAS_LANDED, State, is_late
from common.names import Name
from households.rules.codes import RISKS, Risk
from households.rules.shapes import BETWEEN

# From this day on households are identified to which the rule `identified_since_2021` speaks.
SINCE_2021 = date(2021, 1, 1)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the matrix says of a risk or finding: one of `any_of` (of all, where it is empty), none of `none_of`."""

    name: Name
    any_of: frozenset[Category] = frozenset()
    none_of: frozenset[Category] = frozenset()

    def takes(self, category: Category) -> bool:
        """Whether a measure of the category answers."""
        return category not in self.none_of and (not self.any_of or category in self.any_of)


Matrix = Mapping[str, Answers]


@dataclass(frozen=True, slots=True)
class Planned:
    """A measure of the plan that was not withdrawn; `risk` is the one that it names."""

    category: Category
    state: State
    risk: Risk | None = None
    due_on: date | None = None
    landed_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan is judged by on the day `on`: the risks of the case, who lives in the household, the measures."""

    on: date
    risks: tuple[Risk, ...]
    measures: tuple[Planned, ...] = ()
    identified_on: date | None = None
    has_dropout: bool = False
    has_uninsured: bool = False
    has_able: bool = False
    has_severely_disabled: bool = False


# When a rule of the matrix speaks to a household that is no rule of a risk.
FINDINGS: dict[str, Callable[[PlanFacts], bool]] = {
    "dropout_child": lambda facts: facts.has_dropout,
    "uninsured_member": lambda facts: facts.has_uninsured,
    "able_bodied_member": lambda facts: facts.has_able,
    "severely_disabled_member": lambda facts: facts.has_severely_disabled,
    "identified_since_2021": lambda facts: facts.identified_on is not None and facts.identified_on >= SINCE_2021,
}


@dataclass(frozen=True, slots=True)
class RiskAnswered:
    """How far a risk is answered: by a landed measure, by a planned one, or by none; `late` counts overdue ones."""

    risk: Risk
    is_landed: bool
    is_planned: bool
    late: int


@dataclass(frozen=True, slots=True)
class Break:
    """A rule of the matrix that the plan breaks, by its code, and what would mend it."""

    code: str
    sentence: str


def answered(facts: PlanFacts, matrix: Matrix) -> tuple[RiskAnswered, ...]:
    """How far each risk of the case is answered, in their order; a landed measure counts as the exit gate counts it."""
    found = []
    for risk in facts.risks:
        fits = [each for each in facts.measures if _answers(matrix, risk).takes(each.category)]
        own = [each for each in facts.measures if each.risk is risk]
        found.append(
            RiskAnswered(
                risk=risk,
                is_landed=any(each.state in HAS_LANDED for each in fits),
                is_planned=any(each.state not in HAS_LANDED for each in fits),
                late=sum(is_late(each.due_on, each.landed_on, facts.on) for each in own),
            )
        )
    return tuple(found)


def unanswered(facts: PlanFacts, matrix: Matrix) -> tuple[Risk, ...]:
    """The risks of the case that no landed measure answers."""
    return tuple(each.risk for each in answered(facts, matrix) if not each.is_landed)


def breaks(facts: PlanFacts, matrix: Matrix) -> tuple[Break, ...]:
    """The rules of the matrix that the plan breaks, those of the risks first; planned measures count as well."""
    return (*_uncovered(facts, matrix), *_forbidden(facts, matrix), *_unfit(facts, matrix))


def codes_of(facts: PlanFacts) -> tuple[str, ...]:
    """The rules of the matrix that speak to the household."""
    return (*(risk.value for risk in facts.risks), *(code for code, speaks in FINDINGS.items() if speaks(facts)))


def _uncovered(facts: PlanFacts, matrix: Matrix) -> Iterable[Break]:
    given = {each.category for each in facts.measures}
    for code in codes_of(facts):
        rule = matrix.get(code)
        if rule is not None and rule.any_of and rule.any_of.isdisjoint(given):
            told = {"rule": str(rule.name), "categories": _listed(rule.any_of)}
            yield Break(code, _("%(rule)s: plan at least one measure of %(categories)s.") % told)


def _forbidden(facts: PlanFacts, matrix: Matrix) -> Iterable[Break]:
    given = {each.category for each in facts.measures}
    for code in codes_of(facts):
        rule = matrix.get(code)
        if rule is not None and rule.none_of & given:
            told = {"rule": str(rule.name), "categories": _listed(rule.none_of & given)}
            yield Break(code, _("%(rule)s: %(categories)s is not given then. Have the measure withdrawn.") % told)


def _unfit(facts: PlanFacts, matrix: Matrix) -> Iterable[Break]:
    """Measures that name a risk which their category does not answer."""
    for each in dict.fromkeys((each.risk, each.category) for each in facts.measures):
        risk, category = each
        if risk is not None and not _answers(matrix, risk).takes(category):
            told = {"risk": str(RISKS[risk]), "category": str(CATEGORIES[category])}
            yield Break(
                risk.value,
                _("A measure of %(category)s is planned against “%(risk)s”, which it does not answer.") % told,
            )


def _answers(matrix: Matrix, risk: Risk) -> Answers:
    """What the matrix says of the risk; any measure does where it says nothing."""
    return matrix.get(risk.value) or Answers(RISKS[risk])


def _listed(categories: Iterable[Category]) -> str:
    order: Sequence[Category] = [each for each in Category if each in set(categories)]
    return str(BETWEEN).join(str(CATEGORIES[each]) for each in order)
