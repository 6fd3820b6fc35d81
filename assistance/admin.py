"""The technical site's view of plans and measures."""

from __future__ import annotations

from django.contrib import admin

from assistance.models import Measure, Plan
from common.admin import LookOnly


@admin.register(Plan)
class PlanAdmin(LookOnly):
    """Plans of cases."""

    list_display = ("case", "number", "village", "drawn_up_on", "is_current")
    list_select_related = ("village",)
    search_fields = ("case__id__exact",)


@admin.register(Measure)
class MeasureAdmin(LookOnly):
    """Measures of plans."""

    list_display = ("item", "category", "case", "village", "planned_on", "landed_on", "withdrawn_at")
    list_filter = ("category",)
    list_select_related = ("village",)
    search_fields = ("case__id__exact",)
