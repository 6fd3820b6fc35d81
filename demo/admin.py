"""The technical site's view of demonstrations."""

from __future__ import annotations

from django.contrib import admin

from common.admin import LookOnly
from demo.models import Demonstration


@admin.register(Demonstration)
class DemonstrationAdmin(LookOnly):
    """Which synthetic records this database holds."""

    list_display = ("division", "source_id", "as_of", "seed", "households", "persons", "made_at")
    list_select_related = ("division",)
