"""Entity tags that carry a record's version, and `If-Match`, by which a change is based on what was read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.refusals import Invalid, Stale
from common.versions import LARGEST_VERSION

HEADER = "If-Match"
TAG = re.compile(r'"(?:([1-9][0-9]{0,9})\.)?[0-9a-f]{32}"')


def tag_of(body: bytes, version: int | None = None) -> str:
    """The strong tag of a representation; of a protected record its version stands before the hash."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def take_match(request: Any, protected: Mapping[str, str], action: str | None) -> None:
    """
    Put the version of an `If-Match` where the body tells it, under the name that this action reads it by.

    Stale where the tag is none of a protected record; Invalid where the body says otherwise, where there are several
    tags, and where nothing is protected: a condition is never passed over. `*` names no version.
    """
    told = request.headers.get(HEADER)
    if told is None:
        return
    name = protected.get(action or "")
    if name is None:
        raise Invalid(_("This call changes no record that was read: leave out If-Match."), field=HEADER)
    request._request.body  # noqa: B018 (kept, so that by it a repeated call is known after it was parsed)
    if told.strip() == "*" or not isinstance(request.data, dict):
        return
    if "," in told:
        raise Invalid(_("Send one entity tag in If-Match, that of the record as you read it."), field=HEADER)
    found = TAG.fullmatch(told.strip())
    if found is None or found[1] is None or int(found[1]) > LARGEST_VERSION:
        raise Stale(_("If-Match holds no tag of this record. Load it again, with its ETag, and repeat."))
    version = int(found[1])
    if request.data.setdefault(name, version) != version:
        raise Invalid(_("If-Match and the body name different versions."), field=name)
