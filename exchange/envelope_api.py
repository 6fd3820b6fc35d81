"""How the OpenAPI document describes the addresses of SPDCI Social Registry 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers

ASKED: dict[str, Any] = {
    "header": {
        "version": "1.0.0",
        "message_id": "m-17",
        "message_ts": "2022-12-04T17:20:07+08:00",
        "action": "search",
        "sender_id": "medical.bureau",
        "total_count": 1,
    },
    "message": {
        "transaction_id": "t-17",
        "search_request": [
            {
                "reference_id": "r-1",
                "timestamp": "2022-12-04T17:20:07+08:00",
                "search_criteria": {
                    "reg_type": "ns:org:RegistryType:Social",
                    "reg_record_type": "Group",
                    "query_type": "predicate",
                    "query": [
                        {
                            "expression1": {
                                "attribute_name": "status",
                                "operator": "eq",
                                "attribute_value": "monitored",
                            }
                        }
                    ],
                    "pagination": {"page_size": 50, "page_number": 1},
                    "authorize": {"purpose": {"text": "医疗救助核对"}},
                },
                "locale": "zho",
            }
        ],
    },
}
SUBSCRIBING = {
    "header": {**ASKED["header"], "action": "subscribe"},
    "message": {
        "transaction_id": "t-18",
        "subscribe_request": [
            {
                "reference_id": "r-1",
                "timestamp": "2022-12-04T17:20:07+08:00",
                "subscribe_criteria": {
                    "reg_event_type": "spdci:common:RegistryEventType:REGISTER",
                    "notify_record_type": "Group",
                    "filter_type": "idtype-value",
                    "filter": {"type": "NATIONAL_NUMBER", "value": "6201210001"},
                },
            }
        ],
    },
}
UNSUBSCRIBING = {
    "header": {**ASKED["header"], "action": "unsubscribe"},
    "message": {
        "transaction_id": "t-19",
        "timestamp": "2022-12-04T17:20:07+08:00",
        "subscription_codes": ["0197a3c28f1e7c4b9d352b6f0e4a7c11"],
    },
}
STATUS_ASKED = {
    "header": {**ASKED["header"], "action": "txn-status"},
    "message": {
        "transaction_id": "t-20",
        "txnstatus_request": {
            "reference_id": "r-1",
            "txn_type": "search",
            "attribute_type": "transaction_id",
            "attribute_value": "t-17",
        },
    },
}
ANSWERED: dict[str, Any] = {
    "signature": "",
    "header": {
        "version": "1.0.0",
        "message_id": "0197a3c28f1e7c4b9d352b6f0e4a7c11",
        "message_ts": "2022-12-04T17:20:08+08:00",
        "action": "on-search",
        "status": "succ",
        "total_count": 1,
        "completed_count": 1,
        "sender_id": "shouwang",
        "receiver_id": "medical.bureau",
        "is_msg_encrypted": False,
    },
    "message": {"transaction_id": "t-17", "correlation_id": "0197a3c28f1e7c4b9d352b6f0e4a7c11", "search_response": []},
}
STATUS_TOLD = {
    **ANSWERED,
    "header": {**ANSWERED["header"], "action": "txn-on-status"},
    "message": {
        "transaction_id": "t-20",
        "correlation_id": "0197a3c28f1e7c4b9d352b6f0e4a7c11",
        "txnstatus_response": {"txn_type": "search", "txn_status": ANSWERED["message"]},
    },
}
TAKEN = {
    "message": {
        "ack_status": "ACK",
        "timestamp": "2022-12-04T17:20:08+08:00",
        "correlation_id": "0197a3c28f1e7c4b9d352b6f0e4a7c11",
    }
}


class RegistrySent(serializers.Serializer[Any]):
    """A message of the specification: `signature`, `header`, `message`."""

    signature = serializers.CharField(required=False, allow_blank=True)
    header = serializers.DictField()
    message = serializers.DictField()


class RegistryTold(serializers.Serializer[Any]):
    """The answer in the same envelope."""

    signature = serializers.CharField(required=False, allow_blank=True)
    header = serializers.DictField()
    message = serializers.DictField(required=False)


class RegistryTaken(serializers.Serializer[Any]):
    """Whether the message was taken: `ACK`, or `ERR` with the error."""

    message = serializers.DictField()


class RegistryError(serializers.Serializer[Any]):
    """An error of the transport."""

    code = serializers.CharField()
    message = serializers.CharField()


class RegistryErrors(serializers.Serializer[Any]):
    """Errors of the transport."""

    errors = RegistryError(many=True)


def described(summary: str, asked: Mapping[str, Any], answer: Any, example: Mapping[str, Any]) -> Any:
    """What the OpenAPI document says of an address of the registry."""
    status = 200 if answer is RegistryTold else 202
    return extend_schema(
        summary=summary,
        request=RegistrySent,
        responses={
            status: OpenApiResponse(answer, examples=[OpenApiExample("answer", value=example)]),
            400: OpenApiResponse(answer, description="Taken for what it says and rejected, with the reason's code."),
            (401, "application/json"): RegistryErrors,
            (403, "application/json"): RegistryErrors,
        },
        examples=[OpenApiExample("message", value=asked, request_only=True)],
        extensions={"x-problems": "RegistryErrors"},
        tags=["registry"],
    )
