"""Namesakes: people of one village who have the same name and birth date; whether they are one, only people can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.refusals import Conflict
from exchange.operations.bench import Bench
from households.models import Membership
from households.rules.documents import InvalidDocument, parse_document


class Told(NamedTuple):
    """Somebody of a village, as far as name and birth date tell."""

    village: str
    name: str
    born: date | None


def told_by(village: str, values: Mapping[str, Any], bench: Bench, prefix: str = "") -> Told:
    """Whom the values tell of; the birth date as given, or as the document number tells it."""
    born, number = values.get(f"{prefix}birth_date"), values.get(f"{prefix}number")
    if born is None and number:
        try:
            born = parse_document(number, on=bench.today).birth_date
        except InvalidDocument:
            born = None
    return Told(village, values[f"{prefix}name"], born)


def living(villages: Iterable[str], names: Iterable[str]) -> set[Told]:
    """Those of these names who live in these villages, and whose birth dates are known."""
    if not (wanted := set(names)):
        return set()
    rows = Membership.objects.filter(
        left_on__isnull=True,
        household__removed_at__isnull=True,
        household__village__in=set(villages),
        member__name__in=wanted,
        member__birth_date__isnull=False,
    )
    return {Told(*row) for row in rows.values_list("household__village_id", "member__name", "member__birth_date")}


def check(told: Told, known: set[Told], bench: Bench, *, is_sure: bool, field: str) -> None:
    """Conflict where somebody who lives there, or of whom an item before told, may be the same person.

    `is_sure` says that a document number, or whoever sends the item, tells the two apart.
    """
    if not is_sure and told in known:
        raise Conflict(
            _(
                "The village has somebody called %(name)s, born on the same day. "
                "Give the document number, or say that "
                "this is another person."
            )
            % {"name": told.name},
            code="maybe_known",
            field=field,
        )
    if not is_sure and told in bench.newcomers:
        raise Conflict(
            _(
                "Another record that was sent tells of somebody called %(name)s in this village, born on the same day. "
                "Give the document number, or say that this is another person."
            )
            % {"name": told.name},
            code="maybe_known",
            field=field,
        )
    if told.born is not None:
        bench.newcomers.add(told)
