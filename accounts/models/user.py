"""Users: people and systems that sign in or act."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.ids import new_id


class User(AbstractUser):
    """Who acts. What a user may do comes from postings alone."""

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

    def __str__(self) -> str:
        return self.full_name or self.username
