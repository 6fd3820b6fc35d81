"""Bodies of the API: JSON as its standard has it, of which every text can be kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from common.refusals import Invalid
from common.versions import LARGEST_VERSION

DEEPEST = 50
ESCAPED_NUL = b"\\u0000"


class MomentField(serializers.DateTimeField):
    """A moment with its offset: without one, a device elsewhere would mean another moment than is read."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise serializers.ValidationError(
                _("The moment has no offset from UTC. Write it as 2022-09-05T14:30:00+08:00."), code="no_offset"
            )
        return super().enforce_timezone(value)


class VersionField(serializers.IntegerField):
    """The version on which a change is based; whether it may be missing, the operation says."""

    def __init__(self, **told: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_VERSION, **told)


class Sent(serializers.Serializer[Any]):
    """What a client sends: a field that is not known is refused by its name, for it was meant to say something."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """What the body of a request says; refused field by field where it cannot be read."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        strange = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if strange:
            name = str(min(strange, key=str))
            told = {"name": name, "known": _(", ").join(self.fields)}
            sentence = _("There is no field “%(name)s”. Known here: %(known)s.") % told
            raise Invalid(sentence, code="unknown_field", field=name)
        return super().to_internal_value(data)


class StrictJSON(BaseParser):
    """Reads UTF-8 without halves of surrogate pairs, NaN or numbers that no type holds, and not nested without end.

    An object that says a name twice is refused: which of its values was meant, nobody can tell.
    """

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        sent = stream.read()
        try:
            read = orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            raise Invalid(_("The body is no JSON: %(fault)s.") % {"fault": error}, code="parse_error") from error
        check(read, ESCAPED_NUL in sent)
        json.loads(sent, object_pairs_hook=_check_names)
        return read


def _check_names(told: Sequence[tuple[str, Any]]) -> None:
    """Invalid where an object says a name twice; of what was read nothing is kept."""
    said = [name for name, _value in told]
    if len(set(said)) < len(said):
        twice = next(name for name in said if said.count(name) > 1)
        told_so = _("“%(name)s” is given twice.") % {"name": twice}
        raise Invalid(told_so, code="repeated_field", field=twice)


def check(value: Any, may_hold_nul: bool, depth: int = 0) -> None:
    """Invalid where the value lies too deep, or a text of it holds the character that no text can be kept with."""
    if depth > DEEPEST:
        raise Invalid(_("The body is nested more than %(most)d deep.") % {"most": DEEPEST}, code="parse_error")
    if may_hold_nul and isinstance(value, str) and "\0" in value:
        raise Invalid(_("A text of the body holds the character U+0000, which no text may hold."), code="parse_error")
    if isinstance(value, Mapping):
        for name, each in value.items():
            if may_hold_nul:
                check(name, True, depth)
            if isinstance(each, str | list | dict):
                check(each, may_hold_nul, depth + 1)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str | list | dict):
                check(each, may_hold_nul, depth + 1)
