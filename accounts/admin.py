"""The technical site's view of accounts and of the audit trail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent, User
from common.admin import LookOnly

admin.site.unregister(Group)  # what a user may do comes from postings alone


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts: opened, closed and given a new password here; never deleted, since the audit trail names them."""

    list_display = ("username", "full_name", "is_active", "is_system", "is_superuser", "last_login")
    list_filter = ("is_active", "is_system", "is_superuser")
    search_fields = ("username", "full_name")
    filter_horizontal = ()
    readonly_fields = ("is_system", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_system", "is_staff", "is_superuser")}),
        (_("Days"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "full_name", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed (not active), never deleted."""
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    """Who did what to which record."""

    list_display = ("at", "actor", "action", "subject_kind", "subject_id", "division_code")
    list_filter = ("action",)
    list_select_related = ("actor",)
    search_fields = ("subject_id__exact", "division_code__startswith")
    ordering = ("-id",)
