"""Intake: what was sent for one record becomes an item of a run, or the outcome that says why it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from common.versions import LARGEST_VERSION
from exchange.rules.kinds import KINDS, Faulty, Kind, KindCode, values_of
from exchange.rules.outcomes import Became, External, Item, Outcome
from exchange.rules.reading import NoOffset, Unreadable, exact_moment, text

LONGEST_NAMESPACE, LONGEST_VALUE, LONGEST_DEVICE = 60, 120, 80


def item_of(number: int, given: Any) -> Item | Outcome:
    """The item that a JSON object describes: kind, values, and optionally id, external, version."""
    kind = KindCode.HOUSEHOLD
    try:
        if not isinstance(given, Mapping):
            raise Faulty("", _("An item is an object with “kind” and “values”."), "invalid")
        kind = _kind(given.get("kind"))
        if strange := set(given) - {"kind", "values", "id", "external", "version", "device", "made_at"}:
            raise Faulty(min(strange), _("There is no field “%(name)s”.") % {"name": min(strange)}, "unknown_field")
        values = given.get("values")
        if not isinstance(values, Mapping):
            raise Faulty("values", _("“values” is an object with the fields of the record."), "invalid")
        told, household = _household(KINDS[kind], values)
        if given.get("id") is not None:
            told["id"] = given["id"]
        read = values_of(KINDS[kind], told, known=("household",) if household else (), is_exact=True)
        external = _external("external", given.get("external"))
        version, device = _version(given.get("version")), _device(given.get("device"))
        return Item(number, kind, read, external, household, version, device, _moment(given.get("made_at")))
    except Faulty as fault:
        return faulty(number, kind, fault)


def faulty(number: int, kind: KindCode, fault: Faulty) -> Outcome:
    """The outcome of what cannot be read."""
    return Outcome(number, kind, Became.REFUSED, code=fault.code, field=fault.name, message=str(fault), status=400)


def _kind(told: Any) -> KindCode:
    try:
        return KindCode(told)
    except ValueError as error:
        listed = _(", ").join(KindCode)
        raise Faulty("kind", _("Name the kind of the record: %(listed)s.") % {"listed": listed}, "invalid") from error


def _household(kind: Kind, values: Mapping[str, Any]) -> tuple[dict[str, Any], External | None]:
    """The values, without the household where another system's words name it."""
    told = {str(name): value for name, value in values.items()}
    if "household" not in kind.by_name or not isinstance(told.get("household"), Mapping):
        return told, None
    return told, _external("household", told.pop("household"))


def _external(name: str, given: Any) -> External | None:
    if given is None:
        return None
    if not isinstance(given, Mapping) or set(given) != {"namespace", "value"}:
        raise Faulty(name, _("An external identifier is an object with “namespace” and “value”."), "invalid")
    try:
        namespace, value = text(given["namespace"]), text(given["value"])
    except Unreadable as error:
        raise Faulty(name, str(error), "invalid") from error
    if not (0 < len(namespace) <= LONGEST_NAMESPACE and 0 < len(value) <= LONGEST_VALUE):
        raise Faulty(
            name,
            _("A namespace has 1 to %(namespace)d characters, a value 1 to %(value)d.")
            % {"namespace": LONGEST_NAMESPACE, "value": LONGEST_VALUE},
            "invalid",
        )
    return External(namespace, value)


def _device(given: Any) -> str:
    try:
        told = "" if given is None else text(given)
    except Unreadable as error:
        raise Faulty("device", str(error), "invalid") from error
    if len(told) > LONGEST_DEVICE:
        raise Faulty("device", _("A device is named in %(most)d characters.") % {"most": LONGEST_DEVICE}, "invalid")
    return told


def _moment(given: Any) -> datetime | None:
    try:
        return None if given is None else exact_moment(given)
    except NoOffset as error:
        raise Faulty("made_at", str(error), error.code) from error
    except Unreadable as error:
        raise Faulty("made_at", str(error), "invalid") from error


def _version(given: Any) -> int | None:
    if given is None:
        return None
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= LARGEST_VERSION:
        return int(given)
    raise Faulty("version", _("A version is a whole number from 1."), "invalid")
