"""Households and people as groups and members of SPDCI Social Registry 1.0; what is our own stands beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from households.rules.documents import mask

CONTEXT = "https://schema.spdci.org/extensions/social/v1"
REGISTRY = "ns:org:RegistryType:Social"
MIDNIGHT = "+08:00"  # days of this registry begin in China, which has one time of day


@dataclass(frozen=True, slots=True)
class Person:
    """A person in a household, as the registry knows him or her; the document number is masked already."""

    id: UUID
    household: UUID
    name: str
    sex: str
    birth_date: date | None
    relationship: str
    joined_on: date
    phone: str
    ethnicity: str
    masked_number: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Home:
    """A household with its people, and our own facts about it."""

    id: UUID
    national_number: str
    place: str
    place_name: str
    address: str
    registered_on: date
    people: Sequence[Person]
    facts: Mapping[str, Any]


def member(person: Person) -> dict[str, Any]:
    """A person as a Member."""
    return {
        "@context": CONTEXT,
        "@type": "Member",
        "@id": person.id.urn,
        "member_identifier": [_identifier("MEMBER_ID", str(person.id))],
        "demographic_info": {
            "@type": "SRPerson",
            # The whole name: where a surname ends is not recorded, and not guessed.
            "name": {"@type": "Name", "given_name": person.name, "surname": ""},
            "sex": person.sex,
            **({"birth_date": _start_of(person.birth_date)} if person.birth_date else {}),
            "address": _address(person.address, person.place),
        },
        "relationship_head": person.relationship,
        "registration_date": _start_of(person.joined_on),
        "additional_attributes": _beside(
            {
                "household_id": str(person.household),
                "document_number_masked": person.masked_number,
                "phone": person.phone,
                "ethnicity": person.ethnicity,
                "division": person.place,
            }
        ),
    }


def group(home: Home) -> dict[str, Any]:
    """A household as a Group."""
    head = next((person for person in home.people if person.relationship == "head"), None)
    numbers = [_identifier("NATIONAL_NUMBER", home.national_number)] if home.national_number else []
    income = home.facts.get("net_per_capita")
    return {
        "@context": CONTEXT,
        "@type": "Group",
        "@id": home.id.urn,
        "group_identifier": [_identifier("HOUSEHOLD_ID", str(home.id)), *numbers],
        "group_type": "Household",
        "place": {"@type": "Place", "name": home.place_name, "address": _address(home.address, home.place)},
        **({"poverty_score": float(income), "poverty_score_type": "net_income_per_person_yuan"} if income else {}),
        "group_size": len(home.people),
        **({"group_head_info": member(head)} if head else {}),
        "member_list": [member(person) for person in home.people],
        "registration_date": _start_of(home.registered_on),
        "additional_attributes": _beside({"division": home.place, **home.facts}),
    }


def masked(number: str) -> str:
    """A document number as it may be told, "" where there is none."""
    return mask(number) if number else ""


def _identifier(kind: str, value: str) -> dict[str, str]:
    return {"@type": "Identifier", "identifier_type": kind, "identifier_value": value}


def _address(street: str, place: str) -> dict[str, str]:
    return {"@type": "Address", "street_address": street, "postal_code": "", "country": "CHN", "division": place}


def _start_of(day: date) -> str:
    return datetime.combine(day, time.min).isoformat() + MIDNIGHT


def _beside(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in told.items() if value not in (None, "", [])]
