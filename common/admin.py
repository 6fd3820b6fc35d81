"""What the technical site shows of records that only operations may change, and how it tells what they refuse."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from common.refusals import Refused


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # takes no type parameter at run time
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


class TellsRefusals:
    """Mixed into a ModelAdmin that saves by way of operations: a refusal is shown above the form."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, or once more the form with what was refused."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)  # type: ignore[attr-defined]
            return HttpResponseRedirect(request.get_full_path())
        return answer
