"""The technical site's view of accounts and of the audit trail; accounts change here by way of operations."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken
from oauth2_provider.models import AccessToken, Application, Grant, IDToken, RefreshToken

from accounts.models import AuditEvent, User
from accounts.operations import second_factors, users
from common.admin import LookOnly, TellsRefusals
from common.refusals import Refused

admin.site.unregister(Group)  # what a user may do comes from postings alone
for secret in (AuthToken, AccessToken, Application, Grant, IDToken, RefreshToken):
    admin.site.unregister(secret)  # issued and ended by operations alone


class NewPasswordForm(AdminPasswordChangeForm):
    """Another password for an account, or none any more, given by `by` on the technical site."""

    def __init__(self, user: User, *entered: Any, by: User, **options: Any) -> None:
        self.by = by
        super().__init__(user, *entered, **options)

    def save(self, commit: bool = True) -> User:
        """Hands the password to the operation."""
        chosen = self.cleaned_data["password1"] if self.cleaned_data["set_usable_password"] else None
        return users.change_password(
            user=self.user, hashed_password=make_password(chosen), by=self.by, at=timezone.now()
        )


@admin.register(User)
class AccountAdmin(TellsRefusals, UserAdmin):
    """Accounts: opened, closed and given a new password here; never deleted, since the audit trail names them."""

    list_display = ("username", "full_name", "is_active", "is_system", "is_demonstration", "is_superuser", "last_login")
    list_filter = ("is_active", "is_system", "is_demonstration", "is_superuser")
    search_fields = ("username", "full_name")
    filter_horizontal = ()
    actions = ("reset_second_factor",)
    readonly_fields = ("is_system", "is_demonstration", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_system", "is_demonstration", "is_staff", "is_superuser")}),
        (_("Days"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("username", "full_name", "usable_password", "password1", "password2")},
        ),
    )

    @admin.action(description=_("Reset the second factor"))
    def reset_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """For who has lost phone and recovery codes."""
        for user in chosen:
            try:
                second_factors.reset(user=user, by=request.user, at=timezone.now())
                self.message_user(request, _("%(user)s signs in by the password alone.") % {"user": user})
            except Refused as refusal:
                self.message_user(request, f"{user}: {refusal}", messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed (not active), never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Hands what was entered to the operation."""
        told = {"by": request.user, "at": timezone.now()}
        if change:
            users.change_account(
                user=obj, changes={name: form.cleaned_data[name] for name in form.changed_data}, **told
            )
            return
        opened = users.open_account(
            username=obj.username, full_name=obj.full_name, hashed_password=obj.password, **told
        )
        obj.pk = opened.pk

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A new password for the account, in the name of who gives it."""
        desk = copy(self)  # this request's own: the form must know who acts
        desk.change_password_form = partial(NewPasswordForm, by=request.user)
        return super(AccountAdmin, desk).user_change_password(request, id, form_url)


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    """Who did what to which record."""

    list_display = ("at", "actor", "action", "subject_kind", "subject_id", "division_code")
    list_filter = ("action",)
    list_select_related = ("actor",)
    search_fields = ("subject_id__exact", "division_code__startswith")
    ordering = ("-id",)
