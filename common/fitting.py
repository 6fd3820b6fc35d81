"""Whether values fit the columns that keep them, asked before the database refuses them in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, DecimalField, Field, IntegerField, Model
from django.utils.translation import gettext as _

from common.faults import Faults
from common.refusals import Invalid

LONGEST_REMARK = 500
# Control characters but tab and line breaks, and halves of surrogate pairs: no text that people write holds them.
STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
BOUNDED = (CharField, DecimalField, IntegerField)


def check_rows(
    rows: Iterable[Model],
    names: Mapping[str, str] | None = None,
    faults: Faults | None = None,
    places: Sequence[int] | None = None,
) -> None:
    """Refuse with Invalid the first text, amount or count that its column cannot keep, or that is none of its choices.

    The refusal names the field, or what `names` calls it. With `faults` what is wrong with each row is noted there, by
    the place of the row or the one that `places` gives for it.
    """
    for number, row in enumerate(rows):
        if faults is None:
            _check_row(row, names or {})
            continue
        with faults.of(places[number] if places else number):
            _check_row(row, names or {})


def _check_row(row: Model, names: Mapping[str, str]) -> None:
    for field, attribute, most, choices in _bounded(type(row)):
        value = getattr(row, attribute)
        if value is None or value == "":
            continue
        name = names.get(field.name, field.name)
        if isinstance(field, CharField):
            check_text(value, field=name, most=most)
            if value in choices:
                continue
        _validate(field, value, name)


def check_text(text: str, *, field: str, most: int | None = LONGEST_REMARK) -> None:
    """Refuse with Invalid a text of more than `most` characters, or with characters that cannot be kept."""
    if most is not None and len(text) > most:
        raise Invalid(
            _("“%(field)s” has %(length)d characters, and %(most)d can be kept. Shorten it.")
            % {"field": field, "length": len(text), "most": most},
            field=field,
        )
    if STRANGE.search(text):
        raise Invalid(
            _("“%(field)s” holds characters that are no text. Type it anew instead of pasting it.") % {"field": field},
            field=field,
        )


@cache
def _bounded(model: type[Model]) -> tuple[tuple[Field[Any, Any], str, int | None, frozenset[Any]], ...]:
    """The columns that bound what they keep: the field, its attribute, its greatest length and its choices."""
    return tuple(
        (field, field.attname, getattr(field, "max_length", None), frozenset(dict(field.flatchoices)))
        for field in model._meta.concrete_fields
        if isinstance(field, BOUNDED) and not field.primary_key
    )


def _validate(field: Field[Any, Any], value: object, name: str) -> None:
    if isinstance(field, CharField) and not field.choices:
        return
    try:
        field.validate(value, None)
        field.run_validators(value)
    except ValidationError as error:
        raise Invalid(f"“{name}”: {' '.join(error.messages)}", field=name) from error
