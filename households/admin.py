"""The technical site's view of the registry; postings are given and ended here by way of operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from common.admin import LookOnly, TellsRefusals
from households.models import (
    Case,
    CaseEvent,
    CaseSpan,
    Deadline,
    Division,
    GateWaiver,
    Household,
    Member,
    MonitoringLine,
    Posting,
    RiskFinding,
    Standard,
)
from households.operations import people


@admin.register(Posting)
class PostingAdmin(TellsRefusals):
    """Gives a user a role in a division, or ends it; one's own posting as administrator decides where."""

    list_display = ("user", "role", "division", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("user", "division")
    search_fields = ("user__username", "user__full_name", "division__code__startswith")
    autocomplete_fields = ("user", "division")
    fields = ("user", "role", "division", "starts_on", "ends_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Posting | None = None) -> Sequence[str]:
        """A posting that was given can only be ended."""
        return ("user", "role", "division", "starts_on") if obj else ()

    def get_form(self, request: HttpRequest, obj: Posting | None = None, change: bool = False, **kwargs: Any) -> type:
        """The form; ending a posting needs its last day."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if change:
            form.base_fields["ends_on"].required = True
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """A posting is ended, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Posting, form: ModelForm, change: bool) -> None:
        """Hands what was entered to the operation."""
        now = timezone.now()
        if change:
            people.end_posting(posting=obj, ends_on=obj.ends_on, by=request.user, at=now)
            return
        given = people.post(
            user=obj.user,
            role=Role(obj.role),
            division=obj.division,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            by=request.user,
            at=now,
        )
        obj.pk = given.pk


@admin.register(Division)
class DivisionAdmin(LookOnly):
    """Divisions come from lists (`import_divisions`)."""

    list_display = ("code", "name", "level", "valid_from", "valid_to", "successor")
    search_fields = ("code__startswith", "name")


@admin.register(Standard)
class StandardAdmin(LookOnly):
    """Standards are set on their own pages."""

    list_display = ("kind", "code", "division", "valid_from", "source", "recorded_by", "withdrawn_at")
    list_filter = ("kind",)
    list_select_related = ("division", "recorded_by")
    search_fields = ("code", "division__code__startswith")


@admin.register(MonitoringLine)
class MonitoringLineAdmin(LookOnly):
    """Monitoring lines come from lists (`import_lines`)."""

    list_display = ("division", "valid_from", "amount", "source")
    list_select_related = ("division",)


@admin.register(Household)
class HouseholdAdmin(LookOnly):
    """Households."""

    list_display = ("id", "village", "registered_on", "removed_at", "version")
    list_select_related = ("village",)
    search_fields = ("id__exact", "village__code__startswith", "national_number__exact")


@admin.register(Member)
class MemberAdmin(LookOnly):
    """Persons; of the identity number only what may be shown."""

    list_display = ("id", "name", "sex", "birth_date", "number")
    fields = ("id", "name", "sex", "birth_date", "number", "version")
    search_fields = ("id__exact",)

    @admin.display(description=_("document number"))
    def number(self, member: Member) -> str:
        """The number, masked."""
        return member.masked_number


@admin.register(Case)
class CaseAdmin(LookOnly):
    """Cases as they stand now."""

    list_display = ("id", "village", "status", "household_type", "reported_on", "identified_on", "eliminated_on")
    list_filter = ("status", "household_type")
    list_select_related = ("village",)
    search_fields = ("id__exact", "household__id__exact", "village__code__startswith")


@admin.register(CaseEvent)
class CaseEventAdmin(LookOnly):
    """The history of cases."""

    list_display = ("case", "sequence", "kind", "occurred_on", "recorded_at", "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("recorded_by",)
    search_fields = ("case__id__exact",)


@admin.register(CaseSpan)
class CaseSpanAdmin(LookOnly):
    """What statistics count about cases."""

    list_display = ("case", "village", "status", "household_type", "persons", "valid", "recorded")
    list_filter = ("status",)
    list_select_related = ("village",)
    search_fields = ("case__id__exact", "village__code__startswith")


@admin.register(Deadline)
class DeadlineAdmin(LookOnly):
    """The runs of the clocks of cases."""

    list_display = ("case", "village", "clock", "started_on", "due_on", "paused_on", "ended_on", "ending")
    list_filter = ("clock", "ending")
    list_select_related = ("village",)
    search_fields = ("case__id__exact", "village__code__startswith")


@admin.register(RiskFinding)
class RiskFindingAdmin(LookOnly):
    """What was found of the risks of cases."""

    list_display = ("case", "risk", "state", "found_on", "recorded_at", "recorded_by")
    list_filter = ("state", "risk")
    list_select_related = ("recorded_by",)
    search_fields = ("case__id__exact", "village__code__startswith")


@admin.register(GateWaiver)
class GateWaiverAdmin(LookOnly):
    """Conditions of elimination that somebody let pass."""

    list_display = ("case", "rule", "waived_on", "waived_by", "reason", "withdrawn_at")
    list_filter = ("rule",)
    list_select_related = ("waived_by",)
    search_fields = ("case__id__exact", "village__code__startswith")
