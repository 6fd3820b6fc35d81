"""Users: people and systems that sign in or act."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.ids import new_id


class User(AbstractUser):
    """Who acts. What a user may do comes from postings alone.

    `sessions_ended` counts how often every session of the account was ended but by another password.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    full_name = models.CharField(_("full name"), max_length=100, blank=True)
    is_system = models.BooleanField(
        _("system account"), default=False, help_text=_("Acts for the product itself and cannot sign in.")
    )
    is_demonstration = models.BooleanField(
        _("demonstration account"),
        default=False,
        help_text=_("Its password is printed; what it registers is synthetic."),
    )

    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_session_auth_hash(self) -> str:
        """What a session of the account carries: it opens nothing once the password, or this count, is another."""
        return f"{super().get_session_auth_hash()}.{self.sessions_ended}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under each earlier secret."""
        return (f"{each}.{self.sessions_ended}" for each in super().get_session_auth_fallback_hash())
