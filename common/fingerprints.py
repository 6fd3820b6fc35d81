"""What a client sends again under the key it chose: the same is answered as the first time, anything else refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson
from django.db.models import Model
from django.utils.translation import gettext as _

from common.refusals import Conflict


def fingerprint(content: Mapping[str, object]) -> str:
    """What was sent, in short: the same content has the same, whatever has become of its record since."""
    return sha256(orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def said_under_key(given: Any) -> str:
    """What `given` says under the key `id` that was chosen for it, in short; nothing where none was chosen."""
    names = [each.name for each in fields(given) if each.name not in {"at", "id"}]
    return fingerprint({name: getattr(given, name) for name in names}) if given.id else ""


def check_repeated(kept: str, sent: str) -> None:
    """Conflict where what is `sent` is something else than what was `kept` under its key."""
    if kept != sent:
        raise id_taken()


def id_taken() -> Conflict:
    """The key stands for something else that was sent before."""
    return Conflict(
        _("Something else was sent under this key before. Send this under a new key; on a page, open the form anew."),
        code="id_taken",
        field="id",
    )


def _plain(value: object) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
