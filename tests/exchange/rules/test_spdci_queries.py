"""Queries of the specification become conditions; what is not understood is rejected, never passed over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from exchange.operations.registry_rows import COLUMNS
from exchange.rules.spdci import Rejected
from exchange.rules.spdci_queries import ATTRIBUTES, SORTS, Joined, RecordType, Test, condition_of, page_of, wish_of
from reports.filters import HouseholdListFilter

KEY = "0197a3c2-8f1e-7c4b-9d35-2b6f0e4a7c11"
BORN = {"attribute_name": "birth_date", "operator": "lt", "attribute_value": "1960-01-01"}
WOMAN = {"attribute_name": "sex", "operator": "eq", "attribute_value": "female"}


def read(query_type: str, query: object, records: RecordType = RecordType.MEMBER):
    return condition_of(records, query_type, query)


def test_an_identifier_is_one_test():
    assert read("idtype-value", {"type": "MEMBER_ID", "value": KEY}) == Test("MEMBER_ID", "eq", (UUID(KEY),))
    assert read("idtype-value", {"type": "NationalID", "value": "1"}) == Test("UIN", "eq", ("1",))


def test_predicates_are_joined_by_their_numbers():
    old, woman = Test("birth_date", "lt", (date(1960, 1, 1),)), Test("sex", "eq", ("female",))
    assert read("predicate", [{"expression1": BORN}]) == Joined("and", (old,))
    both = {"seq_num": 2, "expression1": BORN, "condition": "or", "expression2": WOMAN}
    assert read("predicate", [both, {"seq_num": 1, "expression1": WOMAN}]) == Joined(
        "and", (woman, Joined("or", (old, woman)))
    )
    apart = {"expression1": BORN, "condition": "not", "expression2": WOMAN}
    assert read("predicate", [apart]) == Joined("and", (Joined("and", (old, Joined("not", (woman,)))),))


def test_an_expression_is_a_tree():
    query = {"$or": [{"sex": "female"}, {"birth_date": {"$ge": "1950-01-01", "$lt": "1960-01-01"}}]}
    between = Joined(
        "and", (Test("birth_date", "ge", (date(1950, 1, 1),)), Test("birth_date", "lt", (date(1960, 1, 1),)))
    )
    assert read("expression", {"value": {"expression": {"query": query}}}) == Joined(
        "or", (Test("sex", "eq", ("female",)), between)
    )


@pytest.mark.parametrize(
    "query",
    [
        {"$xor": [{"sex": "female"}]},
        {"$or": []},
        {"$not": []},
        {"sex": {"$like": "f"}},
        {"sex": {"$in": []}},
        {"sex": {"$in": ["x"] * 101}},
        {"sex": ["female"]},
        {"sex": "x" * 101},
        {"sex": "a\0b"},
        {"sex": None},
        {"$and": [{"$and": [{"$and": [{"$and": [{"sex": "female"}]}]}]}]},
        {"$or": [{"sex": "female"}] * 21},
    ],
)
def test_a_tree_that_is_not_understood_or_too_large_is_rejected(query: object):
    with pytest.raises(Rejected) as rejection:
        read("expression", {"value": {"expression": {"query": query}}})
    assert rejection.value.code == "rjct.search_criteria.invalid"


def test_pages_count_from_one_and_end():
    assert page_of(None) == (None, 1)
    assert page_of({"page_size": 50.0, "page_number": 2}) == (50, 2)
    for wrong in (
        {"page_size": True},
        {"page_size": 1.5},
        {"page_size": "5"},
        [],
        {"page_size": 500, "page_number": 201},
    ):
        with pytest.raises(Rejected):
            page_of(wrong)


def test_the_purpose_is_that_of_consent_or_authorisation():
    criteria = {"query_type": "idtype-value", "query": {"type": "UIN", "value": "1"}}
    assert wish_of(criteria).purpose == ""
    assert wish_of({**criteria, "authorize": {"purpose": {"code": "A1"}}}).purpose == "A1"
    assert wish_of({**criteria, "consent": {"purpose": {"text": "核对"}}, "authorize": {}}).purpose == "核对"


@pytest.mark.parametrize("records", RecordType)
def test_every_attribute_is_answered_by_a_column_or_a_filter_of_our_list(records: RecordType):
    filters = set(HouseholdListFilter.base_filters) if records is RecordType.GROUP else set()
    assert set(ATTRIBUTES[records]) - {"division", "UIN"} <= set(COLUMNS[records]) | filters
    assert SORTS[records] <= set(COLUMNS[records])
