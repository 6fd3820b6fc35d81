"""Keys of records: UUIDv7, so that new rows land beside each other and a client may choose them offline; secrets."""

from __future__ import annotations

import secrets
import uuid

from uuid_utils.compat import uuid7

# Without letters and digits that are mistaken for one another when read out.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, LETTERS_A_GROUP = 4, 4


def new_id() -> uuid.UUID:
    """A new time-ordered key."""
    return uuid7()


def readable_secret() -> str:
    """A secret that can be read out and typed: groups of letters and digits by chance."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(LETTERS_A_GROUP)) for _group in range(GROUPS))
    return "-".join(groups)
