"""Counts a plan the long way, household by household, without anything that the planner uses."""

from fractions import Fraction

TYPES = ("unstable", "marginal", "sudden")
RISKS = (
    "illness",
    "schooling",
    "disability",
    "natural_disaster",
    "accident",
    "failed_business",
    "unstable_work",
    "no_labour",
    "unsafe_housing",
    "unsafe_water",
    "other",
)
CATEGORIES = (
    "industry",
    "employment",
    "public_post",
    "education",
    "compulsory_education",
    "health",
    "social_security",
    "housing",
    "water",
    "finance",
    "social",
    "relocation",
    "living_conditions",
    "infrastructure",
    "insurance",
    "relief",
)


def landed(household, as_of):
    return [measure for measure in household.measures if measure.landed_on <= as_of]


def is_eliminated(household, as_of):
    return household.eliminated_on is not None and household.eliminated_on <= as_of


def memberships(household, period_start, as_of):
    """The stems of every count that the household belongs to."""
    assert household.identified_on <= as_of
    stems = {"monitoring.total", f"monitoring.{household.household_type}"}
    if household.identified_on >= period_start:
        stems.add("monitoring.new")
    if household.has_no_labour:
        stems.add("monitoring.no_labour")
    if is_eliminated(household, as_of):
        stems |= {"elimination", f"elimination.{household.way}"}
        if household.eliminated_on >= period_start:
            stems.add("elimination.new")
    else:
        stems.add("monitoring.current")
    stems |= {f"risks.{risk}" for risk in household.risks}
    categories = {str(measure.category) for measure in landed(household, as_of)}
    stems |= {f"measures.{category}" for category in categories}
    if "compulsory_education" in categories:
        stems.add("measures.education")
    if categories:
        stems.add("measures.any")
    if len(landed(household, as_of)) >= 3:
        stems.add("measures.three_or_more")
    return stems


def figures_of(households, period_start, as_of):
    """Every computable figure by its id; a rate under its id with `.households` and `.persons`."""
    stems = [
        *("monitoring.total", "monitoring.new", "monitoring.current", "monitoring.no_labour"),
        *(f"monitoring.{one}" for one in TYPES),
        *(f"risks.{one}" for one in RISKS),
        *("elimination", "elimination.new", "elimination.assisted", "elimination.natural"),
        *(f"measures.{one}" for one in CATEGORIES),
        *("measures.any", "measures.three_or_more"),
    ]
    counts = {f"{stem}.{unit}": 0 for stem in stems for unit in ("households", "persons")}
    for household in households:
        for stem in memberships(household, period_start, as_of):
            counts[f"{stem}.households"] += 1
            counts[f"{stem}.persons"] += len(household.members)
    numbers = [len(landed(household, as_of)) for household in households]
    counts["measures.landed"] = sum(numbers)
    if households:
        counts["measures.minimum_per_household"] = min(numbers)
        counts["measures.average_per_household"] = Fraction(sum(numbers), len(households))
        for unit in ("households", "persons"):
            whole = counts[f"monitoring.total.{unit}"]
            counts[f"elimination.rate.{unit}"] = Fraction(100 * counts[f"elimination.{unit}"], whole)
            counts[f"measures.coverage_rate.{unit}"] = Fraction(100 * counts[f"measures.any.{unit}"], whole)
    return counts


def holds(figure, counts):
    """Whether a printed figure is true of the counts, on its basis or, unstated, on either."""
    if not figure.id.endswith("_rate") and figure.id != "elimination.rate":
        return counts[figure.id] in figure.interval
    units = {"household": ["households"], "person": ["persons"]}.get(figure.basis, ["households", "persons"])
    return any(counts[f"{figure.id}.{unit}"] in figure.interval for unit in units)


def unmet(plan, source):
    """The printed figures that the plan does not meet."""
    counts = figures_of(plan.households, source.period_start, source.as_of)
    known = [figure for figure in source.figures if figure.id in counts or f"{figure.id}.households" in counts]
    assert known
    return [figure.id for figure in known if not holds(figure, counts)]
