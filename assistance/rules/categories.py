"""Categories of assistance measures, and which of them are counted together (DOMAIN §4)."""

from __future__ import annotations

from households.rules.categories import CATEGORIES, Category

__all__ = ["CATEGORIES", "COUNTED_AS", "Category"]

# The article's "education" joins the two columns of the national form (DOMAIN §4).
COUNTED_AS: dict[str, frozenset[Category]] = {category.value: frozenset({category}) for category in Category} | {
    "education": frozenset({Category.EDUCATION, Category.COMPULSORY_EDUCATION})
}
