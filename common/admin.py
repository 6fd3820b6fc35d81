"""What the technical site shows of records that only operations may change, and how it tells what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from common.refusals import Refused

if TYPE_CHECKING:
    Desk = admin.ModelAdmin[Any]
else:
    Desk = admin.ModelAdmin  # takes no type parameter at run time


class LookOnly(Desk):
    """Rows that can be looked at here and changed nowhere but in operations."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows here."""
        return False


class TellsRefusals(Desk):
    """Rows that are saved by way of operations: a refusal is shown above the form."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, or once more the form with what was refused."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
