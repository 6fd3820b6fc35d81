"""Saved views: keeping a list under a name, naming it otherwise, and dropping it; everyone's own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SavedView, User
from common.constraints import refused_by
from common.fitting import check_rows
from common.refusals import Conflict, Invalid, NotFound

MOST_A_PAGE = 30


@transaction.atomic
def save(*, page: str, query: str, name: str, by: User, at: datetime) -> SavedView:
    """`by` keeps the list under that name; a name that is taken is refused, and so are more than anyone may keep."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if SavedView.objects.kept_by(by, page).count() >= MOST_A_PAGE:
        raise Conflict(_("You keep %(most)d lists here already. Drop one of them first.") % {"most": MOST_A_PAGE})
    row = SavedView(user=by, page=page, query=query, name=_named(name), saved_at=at)
    check_rows([row])
    with refused_by("saved_view_name_is_one", _taken()):
        row.save(force_insert=True)
    return row


@transaction.atomic
def rename(*, view: SavedView, name: str, by: User) -> SavedView:
    """The list is kept under another name."""
    row = _own(view, by)
    row.name = _named(name)
    check_rows([row])
    with refused_by("saved_view_name_is_one", _taken()):
        row.save(update_fields=("name",))
    return row


@transaction.atomic
def drop(*, view: SavedView, by: User) -> None:
    """The list is no longer kept."""
    _own(view, by).delete()


def _own(view: SavedView, by: User) -> SavedView:
    row: SavedView | None = SavedView.objects.select_for_update(no_key=True).filter(pk=view.pk, user=by).first()
    if row is None:
        raise NotFound(_("You keep no such list."))
    return row


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid(_("Give the list a name."), field="name")
    return name.strip()


def _taken() -> Conflict:
    return Conflict(_("You keep another list under this name. Choose another name."), code="name_taken")
