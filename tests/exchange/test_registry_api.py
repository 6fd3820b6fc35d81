"""The social registry answers as SPDCI Social Registry 1.0 says, in the sender's own scope."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AuditEvent, ClientSystem
from accounts.operations import clients
from accounts.operations.clients import Terms
from accounts.permissions import ApiScope
from exchange.models import RegistryMessage
from exchange.operations import registry
from households.models import Case, Posting
from households.rules.documents import mask
from tests.cast import BUREAU, COUNTY, FAR_VILLAGE, LI, VILLAGE, ZHOU, World
from tests.exchange.registry_world import (
    APRIL,
    BASE,
    MONITORED,
    by_secret,
    found,
    header,
    holds,
    is_,
    number_of,
    one,
    registered_world,
    search,
    searching,
    validator,
)


@pytest.fixture
def world(db: None) -> World:
    """A registered system of the bureau."""
    return registered_world()


@pytest.fixture
def case(world: World) -> Case:
    """One monitored household of three."""
    return world.monitored(APRIL)


@pytest.fixture
def client(world: World) -> APIClient:
    """The system, signed in."""
    return by_secret(world)


def test_a_group_is_told_as_the_specification_has_it_with_our_own_facts_beside(client: APIClient, case: Case):
    told = one(client, searching(MONITORED, pagination={"page_size": 10, "page_number": 1}))
    (group,) = told["data"]["reg_records"]
    assert told["pagination"] == {"page_size": 10, "page_number": 1, "total_count": 1}
    assert (group["@type"], group["group_size"], len(group["member_list"])) == ("Group", 3, 3)
    assert group["group_identifier"][0]["identifier_value"] == str(case.household_id)
    assert group["group_head_info"]["relationship_head"] == "head"
    beside = {each["name"]: each["value"] for each in group["additional_attributes"]}
    assert (beside["status"], beside["division"], beside["risks"]) == ("monitored", VILLAGE, ["illness"])


def test_no_whole_document_number_is_ever_told(client: APIClient, case: Case):
    text = json.dumps(one(client, searching(MONITORED)))
    assert number_of(case) not in text
    assert mask(number_of(case)) in text


@pytest.mark.parametrize(
    "query",
    [
        [{"expression1": is_("is_former_poor", True)}],
        [{"expression1": is_("division", "620121"), "condition": "and", "expression2": is_("status", "monitored")}],
        [{"expression1": is_("division", "620122"), "condition": "or", "expression2": is_("status", "monitored")}],
        [{"expression1": is_("division", "6201"), "condition": "not", "expression2": is_("division", "620122")}],
        [{"seq_num": 2, "expression1": is_("risk", ["illness", "accident"], "in")}, {"seq_num": 1, **MONITORED[0]}],
        [{"expression1": is_("registration_date", "2022-04-01", "ge")}],
        [{"expression1": is_("registration_date", "2022-04-02", "lt")}],
    ],
)
def test_predicates_find_what_satisfies_them(client: APIClient, case: Case, query: Any):
    assert found(client, query) == [str(case.household_id)]


@pytest.mark.parametrize(
    "query",
    [
        [{"expression1": is_("is_former_poor", False)}],
        [{"expression1": is_("division", "620122")}],
        [{"expression1": is_("division", "6201"), "condition": "not", "expression2": is_("status", "monitored")}],
        [{"expression1": is_("registration_date", "2022-04-01", "gt")}],
        [{"expression1": is_("status", "eliminated")}],
    ],
)
def test_predicates_leave_out_what_does_not(client: APIClient, case: Case, query: Any):
    assert found(client, query) == []


def test_expressions_join_and_turn_round(client: APIClient, case: Case):
    def by_expression(query: Any) -> list[str]:
        return found(
            client, {"type": "ns:org:QueryType:expression", "value": {"expression": {"query": query}}}, "expression"
        )

    assert by_expression({"status": {"$eq": "monitored"}, "division": "620121"}) == [str(case.household_id)]
    assert by_expression({"$or": [{"division": "620122"}, {"registration_date": {"$ge": "2022-01-01"}}]}) != []
    assert by_expression({"$not": {"status": "monitored"}}) == []


def test_a_person_is_found_by_the_number_of_a_document_and_so_is_the_household(client: APIClient, case: Case):
    query = {"type": "NationalID", "value": number_of(case)}
    head = case.household.memberships.get(relationship="head")
    assert found(client, query, "idtype-value", reg_record_type="Member") == [str(head.member_id)]
    assert found(client, query, "idtype-value") == [str(case.household_id)]
    assert found(client, {"type": "UIN", "value": "629999198001010027"}, "idtype-value") == []
    assert found(client, {"type": "HOUSEHOLD_ID", "value": str(case.household_id)}, "idtype-value") != []


def test_an_ambiguous_identifier_is_rejected_and_nobody_is_guessed(client: APIClient, world: World, case: Case):
    world.household(APRIL)
    told = one(client, searching({"type": "MOBILE", "value": "13900000000"}, "idtype-value"))
    assert (told["status"], told["status_reason_code"]) == ("rjct", "rjct.search.too_many_records_found")
    assert "ambiguous" in told["status_reason_message"]


def test_too_many_records_are_rejected_unless_a_page_is_asked_for(
    client: APIClient, world: World, case: Case, monkeypatch: pytest.MonkeyPatch
):
    world.monitored(APRIL)
    monkeypatch.setattr("exchange.operations.registry_rows.MOST_ROWS", 1)
    assert one(client, searching(MONITORED))["status_reason_code"] == "rjct.search.too_many_records_found"
    pages = [
        one(client, searching(MONITORED, pagination={"page_size": 1, "page_number": number}))["data"]["reg_records"]
        for number in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [1, 1, 0]
    assert pages[0][0]["@id"] != pages[1][0]["@id"]


def test_records_come_in_the_order_that_is_asked_for(client: APIClient, world: World, case: Case):
    later = world.monitored(date(2022, 4, 2))
    asked = [{"attribute_name": "registration_date", "sort_order": "desc"}]
    assert found(client, MONITORED, sort=asked) == [str(later.household_id), str(case.household_id)]


def test_what_the_postings_of_the_sender_do_not_reach_is_as_if_absent(client: APIClient, world: World, case: Case):
    far = world.monitored(APRIL, village=FAR_VILLAGE)
    assert sorted(found(client, MONITORED)) == sorted([str(case.household_id), str(far.household_id)])
    Posting.objects.filter(user=world[BUREAU]).update(division_id=COUNTY)
    assert found(client, MONITORED) == [str(case.household_id)]
    query = {"type": "HOUSEHOLD_ID", "value": str(far.household_id)}
    assert found(client, query, "idtype-value") == []
    assert found(client, [{"expression1": is_("division", "620122")}]) == []


def test_every_search_is_written_down_with_its_purpose_and_how_many_were_told(client: APIClient, case: Case):
    one(client, searching(MONITORED, authorize={"purpose": {"text": "医疗救助核对"}}))
    changes = AuditEvent.objects.get(action="registry.searched").changes
    assert (changes["purpose"], changes["number"], changes["attributes"]) == ("医疗救助核对", 1, ["status"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reference_id": ""}, "rjct.reference_id.invalid"),
        ({"reference_id": "x" * 100}, "rjct.reference_id.invalid"),
        ({"reference_id": None}, "rjct.reference_id.invalid"),
        ({"timestamp": "2022-12-04T17:20:07"}, "rjct.timestamp.invalid"),
        ({"timestamp": "2099-12-04T17:20:07+08:00"}, "rjct.timestamp.invalid"),
        ({"timestamp": "yesterday"}, "rjct.timestamp.invalid"),
        ({"locale": "zh-CN"}, "rjct.filter.invalid"),
        ({"search_criteria": []}, "rjct.filter.invalid"),
    ],
)
def test_a_request_that_cannot_be_taken_is_rejected_with_its_code(client: APIClient, changed: Any, code: str):
    told = one(client, {**searching(MONITORED), **changed})
    assert (told["status"], told["status_reason_code"]) == ("rjct", code)


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ({"query": [{"expression1": is_("colour", "red")}]}, "rjct.search_criteria.invalid"),
        ({"query": [{"expression1": is_("status", "splendid")}]}, "rjct.search_criteria.invalid"),
        ({"query": [{"expression1": is_("status", "monitored", "gt")}]}, "rjct.search_criteria.invalid"),
        ({"query": [{"expression1": is_("registration_date", "soon")}]}, "rjct.search_criteria.invalid"),
        ({"query": []}, "rjct.search_criteria.invalid"),
        ({"query": MONITORED * 21}, "rjct.search_criteria.invalid"),
        ({"query_type": "graphql"}, "rjct.search_criteria.invalid"),
        ({"query_type": []}, "rjct.search_criteria.invalid"),
        ({"query_type": "idtype-value", "query": {"type": "BRN", "value": "1"}}, "rjct.search_criteria.invalid"),
        ({"query_type": "idtype-value", "query": {"type": [], "value": {}}}, "rjct.search_criteria.invalid"),
        (
            {"query_type": "expression", "query": {"value": {"expression": {"query": {}}}}},
            "rjct.search_criteria.invalid",
        ),
        ({"reg_record_type": "Animal"}, "rjct.search_criteria.invalid"),
        ({"reg_type": "ns:org:RegistryType:Civil"}, "rjct.search_criteria.invalid"),
        ({"response_entity": "Member"}, "rjct.search_criteria.invalid"),
        ({"consent": "yes"}, "rjct.search_criteria.invalid"),
        ({"sort": [{"attribute_name": "phone"}]}, "rjct.sort.invalid"),
        ({"sort": [{"attribute_name": "registration_date", "sort_order": "up"}]}, "rjct.sort.invalid"),
        ({"pagination": {}}, "rjct.pagination.invalid"),
        ({"pagination": {"page_size": 0}}, "rjct.pagination.invalid"),
        ({"pagination": {"page_size": 501}}, "rjct.pagination.invalid"),
        ({"pagination": {"page_size": 10, "page_number": 0}}, "rjct.pagination.invalid"),
        ({"pagination": {"page_size": 500, "page_number": 10**9}}, "rjct.pagination.invalid"),
        ({"pagination": {"page_size": float("1e300"), "page_number": 1}}, "rjct.pagination.invalid"),
    ],
)
def test_criteria_that_are_not_understood_are_rejected_with_their_code(client: APIClient, criteria: Any, code: str):
    told = one(client, searching(**{"query": MONITORED, **criteria}))
    assert (told["status"], told["status_reason_code"]) == ("rjct", code)


def test_each_request_of_a_message_is_answered_by_itself(client: APIClient, case: Case):
    good, twice = searching(MONITORED), searching(MONITORED)
    twice["reference_id"] = good["reference_id"]
    answer = search(client, good, searching([]), twice)
    told = holds("/registry/sync/search", answer)["message"]["search_response"]
    assert [each["status"] for each in told] == ["succ", "rjct", "rjct"]
    assert told[2]["status_reason_code"] == "rjct.reference_id.duplicate"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"message_ts": "2022-12-04T17:20:07"}, "rjct.message_ts.invalid"),
        ({"message_ts": "2001-12-04T17:20:07+08:00"}, "rjct.message_ts.invalid"),
        ({"action": "subscribe"}, "rjct.action.invalid"),
        ({"action": "dance"}, "rjct.action.not_supported"),
        ({"total_count": 2}, "rjct.total_count.invalid"),
        ({"total_count": "1"}, "rjct.total_count.invalid"),
        ({"total_count": 101}, "rjct.total_count.limit_exceeded"),
        ({"version": "2.0.0"}, "err.version.not_supported"),
        ({"receiver_id": "elsewhere"}, "err.receiver_id.invalid"),
        ({"message_id": ""}, "err.request.bad"),
        ({"message_ts": None}, "err.request.bad"),
        ({"is_msg_encrypted": True}, "err.encryption.invalid"),
    ],
)
def test_a_header_that_is_wrong_is_refused_with_its_code_by_both_ways(client: APIClient, changed: Any, code: str):
    answer = search(client, searching(MONITORED), head=header("search", **changed))
    told = holds("/registry/sync/search", answer)["header"]
    assert (answer.status_code, told["status"]) == (400, "rjct")
    assert code in (told.get("status_reason_code"), told["status_reason_message"].partition(":")[0])
    answer = search(client, searching(MONITORED), head=header("search", **changed), path="search")
    told = holds("/registry/search", answer)["message"]
    assert (answer.status_code, told["ack_status"]) == (400, "ERR")
    assert code in (told["error"]["code"], told["error"]["message"].partition(":")[0])
    assert not RegistryMessage.objects.exists()


def test_a_sender_who_names_himself_otherwise_is_refused(client: APIClient):
    answer = search(client, searching(MONITORED), head=header("search", sender_id="somebody.else"))
    assert (answer.status_code, holds("/registry/sync/search", answer)["errors"][0]["code"]) == (
        403,
        "err.sender_id.invalid",
    )


def test_a_message_comes_once(client: APIClient, case: Case):
    head = header("search")
    assert search(client, searching(MONITORED), head=head).status_code == 200
    again = search(client, searching(MONITORED), head=head)
    assert holds("/registry/sync/search", again)["header"]["status_reason_code"] == "rjct.message_id.duplicate"


@pytest.mark.parametrize("message", [{"transaction_id": ""}, {"transaction_id": "x" * 100}, {"search_request": {}}])
def test_a_message_without_its_parts_is_refused(client: APIClient, message: Any):
    answer = search(client, searching(MONITORED), **message)
    assert (answer.status_code, holds("/registry/sync/search", answer)["header"]["status"]) == (400, "rjct")


def test_only_a_client_system_with_the_scope_asks_here(world: World, client: APIClient):
    stranger = APIClient()
    assert holds("/registry/sync/search", search(stranger, searching(MONITORED)))["errors"]
    stranger.force_login(world[LI])
    assert search(stranger, searching(MONITORED)).status_code == 401
    system = ClientSystem.objects.get()
    clients.change(
        client=system, terms=Terms([ApiScope.FIGURES_READ], [BASE], ""), by=world[ZHOU],
        at=timezone.now(), expected_version=system.version,
    )  # fmt: skip
    refused = search(by_secret(world), searching(MONITORED))
    assert (refused.status_code, holds("/registry/sync/search", refused)["errors"][0]["code"]) == (
        403,
        "err.request.forbidden",
    )


@pytest.mark.parametrize(
    "address", ["on-search", "on-subscribe", "notify", "on-unsubscribe", "txn/on-status", "sync/nothing"]
)
def test_the_addresses_of_a_sender_are_not_served_and_told_as_the_specification_does(client: APIClient, address: str):
    answer = client.post(f"/api/v1/registry/{address}", {"header": header("search"), "message": {}})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "err.request.not_found")
    validator("/components/responses/HttpErrorResponse/content/application~1json/schema").validate(answer.json())


def test_while_the_database_is_away_a_message_is_not_taken_and_told_to_be_sent_again(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
):
    def is_away(**_given: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(registry, "take", is_away)
    for path in ("search", "sync/search"):
        answer = search(client, searching(MONITORED), path=path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["errors"][0]["code"] == "err.service.unavailable"
