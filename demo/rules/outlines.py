"""From numbers of households to single ones: which traits, risks and measures go together in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from assistance.rules.categories import Category
from demo.rules.plausibility import (
    ANSWERS,
    CATEGORY_WEIGHTS,
    DEVELOPMENT_CATEGORIES,
    RISK_WEIGHTS,
    SCHOOLING_CATEGORIES,
    WORKING_RISKS,
)
from demo.rules.register import Feature, free_categories, nested, outermost_of
from demo.rules.solution import Solution
from demo.rules.traits import FIELDS, OUTCOMES, SIZES, Aspect, Block, Level, Outcome, Trait
from households.rules.codes import MOST_RISKS, HouseholdType, Risk

_HARDLY = 2
_ALONE = {category: frozenset({category}) for category in Category}
_SECOND_RISK = 0.25
_ONE_MORE_MEASURE = 0.3


@dataclass(slots=True)
class Outline:
    """A household before it has members and days: what the figures count about it."""

    size: int
    is_new: bool = False
    outcome: Outcome = OUTCOMES[0]
    has_no_labour: bool = False
    household_type: HouseholdType = HouseholdType.SUDDEN
    level: Level | None = None
    risks: list[Risk] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)

    @property
    def needs_pupil(self) -> bool:
        """Whether somebody of the household should be at school."""
        return Risk.SCHOOLING in self.risks or not SCHOOLING_CATEGORIES.isdisjoint(self.categories)


# How unlikely it is that a household has a feature: 0 likely, 1 possible, from 2 hardly.
Dislike = Callable[[Outline, Feature], int]
Groups = dict[tuple[Trait, int], list[Outline]]


def draw_outlines(solution: Solution, rng: Random) -> list[Outline]:
    """One outline for each household, so that every number of the solution is kept exactly."""
    by_size = {size: [Outline(size) for _ in range(solution.sizes[size])] for size in SIZES}
    groups_of = [(block, _deal_traits(block, solution, by_size, rng)) for block in solution.blocks]
    for block, groups in groups_of:
        if Aspect.RISKS in block.aspects:
            _give_risks(groups, solution, rng)
    for block, groups in groups_of:
        if Aspect.CATEGORIES in block.aspects:
            _give_categories(groups, solution, rng)
    outlines = [outline for group in by_size.values() for outline in group]
    free = [risk for risk in Risk if risk not in solution.risks]
    for outline in outlines:
        _answer_risks(outline, free, rng)
    rng.shuffle(outlines)
    return outlines


def _deal_traits(block: Block, solution: Solution, by_size: Mapping[int, list[Outline]], rng: Random) -> Groups:
    groups: Groups = {}
    decided = [FIELDS[aspect] for aspect in FIELDS if aspect in block.aspects]
    for size, outlines in by_size.items():
        dealt = list(outlines)
        rng.shuffle(dealt)
        for trait in block.traits:
            count = solution.cells[trait, size]
            groups[trait, size], dealt = dealt[:count], dealt[count:]
            for outline in groups[trait, size]:
                for name in decided:
                    setattr(outline, name, getattr(trait, name))
    return groups


def _give_risks(groups: Groups, solution: Solution, rng: Random) -> None:
    free = [risk for risk in Risk if risk not in solution.risks]
    least = 0 if free else 1
    for (trait, size), group in groups.items():
        counts: dict[Feature, int] = {risk: solution.features[risk, trait, size] for risk in solution.risks}
        given = give(group, counts, dislike=_risk_dislike, rng=rng, fits=_within(least, MOST_RISKS))
        for outline, features in zip(group, given, strict=True):
            outline.risks = [feature for feature in features if isinstance(feature, Risk)]
            _add_free_risks(outline, free, rng)


def _add_free_risks(outline: Outline, free: Sequence[Risk], rng: Random) -> None:
    wanted = (0 if outline.risks else 1) + (rng.random() < _SECOND_RISK)
    likely = [risk for risk in free if _risk_dislike(outline, risk) < _HARDLY]
    for _ in range(min(wanted, MOST_RISKS - len(outline.risks))):
        choices = likely if likely or outline.risks else list(free)
        if not choices:
            return
        risk = rng.choices(choices, [RISK_WEIGHTS[choice] for choice in choices])[0]
        if risk not in outline.risks:
            outline.risks.append(risk)


def _answer_risks(outline: Outline, free: Sequence[Risk], rng: Random) -> None:
    """Put risks that the household's measures answer in the place of those that no measure of it does."""
    having = set(outline.categories)
    for risk in [risk for risk in outline.risks if risk in free and having.isdisjoint(ANSWERS[risk])]:
        outline.risks.remove(risk)
        answered = [
            other
            for other in free
            if other not in outline.risks
            and not having.isdisjoint(ANSWERS[other])
            and _risk_dislike(outline, other) < _HARDLY
        ]
        if answered:
            outline.risks.append(rng.choices(answered, [RISK_WEIGHTS[other] for other in answered])[0])
        elif not outline.risks:
            outline.risks.append(risk)


def _give_categories(groups: Groups, solution: Solution, rng: Random) -> None:
    outermost = outermost_of(solution.categories)
    free = free_categories(solution.categories)
    for (trait, size), group in groups.items():
        level = trait.level
        if level is None or not level.high or not group:
            continue
        items = solution.items.get((trait, size))
        counts: dict[Feature, int] = {chosen: solution.features[chosen, trait, size] for chosen in outermost}
        fits = _measures_fit(level, items, needs_one=not free)
        given = give(group, counts, dislike=_category_dislike, rng=rng, fits=fits)
        chosen_of = [set(features) for features in given]
        for inner, outer in sorted(nested(solution.categories), key=lambda pair: -len(pair[0])):
            holders = [index for index, chosen in enumerate(chosen_of) if outer in chosen]
            count = solution.features[inner, trait, size]
            within = give(
                [group[index] for index in holders], {inner: count}, dislike=_category_dislike, rng=rng, fits=_anything
            )
            for index, features in zip(holders, within, strict=True):
                chosen_of[index].update(features)
        for outline, chosen in zip(group, chosen_of, strict=True):
            having = (one for one in outermost if one in chosen)
            outline.categories = [_own_category(one, chosen, solution.categories, rng) for one in having]
        _fill_measures(group, level, items, free, rng)


def _own_category(
    outer: frozenset[Category],
    chosen: Iterable[Feature],
    printed: Sequence[frozenset[Category]],
    rng: Random,
) -> Category:
    """A category that lies in every chosen set within `outer`, and in no printed set that was not chosen."""
    wanted = set(chosen)
    # Sorted first: the order of a set differs from process to process.
    for category in rng.sample(sorted(outer), len(outer)):
        if all((category in other) == (other in wanted) for other in printed if other <= outer):
            return category
    raise LookupError(f"No category of {sorted(outer)} is in the chosen sets only.")


def _fill_measures(
    group: Sequence[Outline], level: Level, items: int | None, free: Sequence[Category], rng: Random
) -> None:
    """Bring every household to its number of measures: first what answers its risks, then what is common."""
    numbers = [max(level.low, len(outline.categories)) for outline in group]
    if items is None:
        numbers = [min(level.high, number + (rng.random() < _ONE_MORE_MEASURE)) for number in numbers]
    else:
        _share_out(numbers, items - sum(numbers), level.high, rng)
    for outline, number in zip(group, numbers, strict=True):
        _fill_up(outline, number, free, rng)


def _fill_up(outline: Outline, number: int, free: Sequence[Category], rng: Random) -> None:
    if len(outline.categories) >= number:
        return
    likely = [category for category in free if _category_dislike(outline, _ALONE[category]) < _HARDLY]
    while len(outline.categories) < number:
        outline.categories.append(_one_more(outline, likely, free, rng))


def _share_out(numbers: list[int], rest: int, most: int, rng: Random) -> None:
    open_places = [index for index, number in enumerate(numbers) if number < most]
    while rest > 0:
        each = rest // len(open_places)
        chosen = open_places if each else rng.sample(open_places, rest)
        for index in chosen:
            added = min(max(each, 1), most - numbers[index])
            numbers[index] += added
            rest -= added
        open_places = [index for index in open_places if numbers[index] < most]


def _one_more(outline: Outline, likely: Sequence[Category], free: Sequence[Category], rng: Random) -> Category:
    fresh = [category for category in likely if category not in outline.categories and CATEGORY_WEIGHTS[category]]
    for risk in outline.risks:
        if not any(category in outline.categories for category in ANSWERS[risk]):
            answers = [category for category in ANSWERS[risk] if category in fresh]
            if answers:
                return answers[0]
    for choices in (fresh, outline.categories, likely, free):
        weights = [CATEGORY_WEIGHTS[choice] for choice in choices]
        if any(weights):
            return rng.choices(choices, weights)[0]
    return rng.choice([*outline.categories, *free])


def give(
    group: Sequence[Outline],
    counts: Mapping[Feature, int],
    *,
    dislike: Dislike,
    rng: Random,
    fits: Callable[[Sequence[int]], bool],
) -> list[list[Feature]]:
    """Give each feature to so many of the group: to the likeliest where that `fits`, else spread as evenly as can be.

    Giving every feature to those who have fewest keeps all within one of each other, which fits whenever anything does.
    """
    for is_even in (False, True):
        given: list[list[Feature]] = [[] for _ in group]
        for feature, count in counts.items():
            loads = [len(features) if is_even else 0 for features in given]
            ranks = [
                (load, dislike(outline, feature), rng.random()) for load, outline in zip(loads, group, strict=True)
            ]
            for index in sorted(range(len(group)), key=ranks.__getitem__)[:count]:
                given[index].append(feature)
        if fits([len(features) for features in given]):
            return given
    raise ArithmeticError("Features cannot be spread over the group: the solution does not hold.")


def _within(least: int, most: int) -> Callable[[Sequence[int]], bool]:
    return lambda loads: all(least <= load <= most for load in loads)


def _anything(loads: Sequence[int]) -> bool:
    return True


def _measures_fit(level: Level, items: int | None, *, needs_one: bool) -> Callable[[Sequence[int]], bool]:
    def fits(loads: Sequence[int]) -> bool:
        return _within(1 if needs_one else 0, level.high)(loads) and (
            items is None or sum(max(level.low, load) for load in loads) <= items
        )

    return fits


def _risk_dislike(outline: Outline, risk: Feature) -> int:
    if risk in WORKING_RISKS:
        return _HARDLY if outline.has_no_labour else 0
    if risk is Risk.NO_LABOUR:
        return 0 if outline.has_no_labour else 1
    return _HARDLY if risk is Risk.SCHOOLING and outline.size == 1 else 0


def _category_dislike(outline: Outline, categories: Feature) -> int:
    if isinstance(categories, Risk):
        raise TypeError(f"{categories} is a risk, not a set of categories.")
    if categories & SCHOOLING_CATEGORIES:
        return 0 if Risk.SCHOOLING in outline.risks else _HARDLY + (outline.size == 1)
    if categories & DEVELOPMENT_CATEGORIES and outline.has_no_labour:
        return _HARDLY
    return 1 if all(categories.isdisjoint(ANSWERS[risk]) for risk in outline.risks) else 0
