"""Who may enter the technical site (/admin/)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.operations import audit


@transaction.atomic
def admit(*, user: User, by: User, at: datetime) -> User:
    """Let `user` into the technical site: records of own divisions to look at, accounts and postings to manage."""
    user.is_staff = user.is_superuser = True
    user.save(update_fields=("is_staff", "is_superuser"))
    audit.write([audit.entry(action="technical_site.admitted", subject=user, by=by, at=at)])
    return user
