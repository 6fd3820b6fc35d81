"""Keys of records: UUIDv7, so that new rows land beside each other and a client may choose them offline."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new time-ordered key."""
    return uuid7()
