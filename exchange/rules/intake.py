"""Intake: what was sent for one record becomes an item of a run, or the outcome that says why it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.names import Name
from exchange.rules.kinds import KINDS, Faulty, KindCode, values_of
from exchange.rules.outcomes import Became, External, Item, Outcome

LONGEST_NAMESPACE, LONGEST_VALUE = 60, 120
LARGEST_VERSION = 2**31 - 1
KNOWN: Mapping[KindCode, Name] = {code: kind.name for code, kind in KINDS.items()}


def item_of(number: int, given: Any) -> Item | Outcome:
    """The item that a JSON object describes: kind, values, and optionally id, external, version."""
    kind = KindCode.HOUSEHOLD
    try:
        if not isinstance(given, Mapping):
            raise Faulty("", _("An item is an object with “kind” and “values”."), "invalid")
        kind = _kind(given.get("kind"))
        if strange := set(given) - {"kind", "values", "id", "external", "version"}:
            raise Faulty(min(strange), _("There is no field “%(name)s”.") % {"name": min(strange)}, "unknown_field")
        values = given.get("values")
        if not isinstance(values, Mapping):
            raise Faulty("values", _("“values” is an object with the fields of the record."), "invalid")
        told, household = _household(values)
        if given.get("id") is not None:
            told["id"] = given["id"]
        read = values_of(KINDS[kind], told, known=("household",) if household else (), erases=True)
        external = _external("external", given.get("external"))
        return Item(number, kind, read, external, household, _version(given.get("version")))
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


def _household(values: Mapping[str, Any]) -> tuple[dict[str, Any], External | None]:
    """The values, without the household where another system's words name it."""
    told = {str(name): value for name, value in values.items()}
    if not isinstance(told.get("household"), Mapping):
        return told, None
    return told, _external("household", told.pop("household"))


def _external(name: str, given: Any) -> External | None:
    if given is None:
        return None
    if not isinstance(given, Mapping) or set(given) != {"namespace", "value"}:
        raise Faulty(name, _("An external identifier is an object with “namespace” and “value”."), "invalid")
    namespace, value = str(given["namespace"]).strip(), str(given["value"]).strip()
    if not (0 < len(namespace) <= LONGEST_NAMESPACE and 0 < len(value) <= LONGEST_VALUE):
        raise Faulty(
            name,
            _("A namespace has 1 to %(namespace)d characters, a value 1 to %(value)d.")
            % {"namespace": LONGEST_NAMESPACE, "value": LONGEST_VALUE},
            "invalid",
        )
    return External(namespace, value)


def _version(given: Any) -> int | None:
    if given is None:
        return None
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= LARGEST_VERSION:
        return int(given)
    raise Faulty("version", _("A version is a whole number from 1."), "invalid")
