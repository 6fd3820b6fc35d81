"""The database's own refusals in the words of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from common.refusals import Refused


@contextmanager
def refused_by(constraint: str, refusal: Refused) -> Iterator[None]:
    """Raise `refusal` where the block violates `constraint`: what came in between the check and the write."""
    try:
        yield
    except IntegrityError as error:
        if constraint in str(error):
            raise refusal from error
        raise
