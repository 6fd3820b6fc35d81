"""What reaches a user: postings with what they grant, and households entrusted to him or her beyond them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, OuterRef, Q, Subquery, TextField, UUIDField, Value
from django.db.models.functions import Cast, JSONObject

from accounts.models import User
from accounts.permissions import GRANTS, Permission, Role
from households.models.posting import HeldPosting, Posting

# What an assignment permits with its household: all that a caseworker may do with one that is registered.
ENTRUSTED = GRANTS[Role.CASEWORKER] - {Permission.REGISTER_HOUSEHOLD, Permission.VIEW_FIGURES}


def postings_of(user: OuterRef) -> Subquery:
    """All postings of a user as JSON, null without any."""
    told = JSONObject(role="role", division="division_id", starts_on="starts_on", ends_on="ends_on")
    held = Posting.objects.filter(user=user).order_by().values("user")
    return Subquery(held.annotate(postings=JSONBAgg(told)).values("postings"))


def codes_of(user: OuterRef, permission: Permission, on: Any) -> ArraySubquery:
    """The codes of the divisions where a user holds the permission on that day."""
    held = Posting.objects.filter(user=user, starts_on__lte=on).granting(permission).order_by()
    return ArraySubquery(held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).values("division_id"))


def keys_of(user: Any, on: Any, codes: Any) -> Func:
    """The households that are entrusted to a user on that day and lie under none of the codes."""
    texts = Cast(codes, ArrayField(TextField()))
    return Func(user, on, texts, function="households_entrusted", output_field=ArrayField(UUIDField()))


def read_reach(user: User, on: date) -> None:
    """Read postings and entrusted households of `user` in one question and keep them with him; none once closed."""
    day, key = Value(on), OuterRef("pk")
    codes = codes_of(key, Permission.VIEW_RECORDS, day)
    rows = User.objects.filter(pk=user.pk, is_active=True)
    found = rows.values_list(postings_of(key), keys_of(F("pk"), day, codes)).first()
    keep_reach(user, on, *(found or (None, None)))


def keep_reach(user: User, on: date, postings: list[dict[str, Any]] | None, keys: list[UUID] | None) -> None:
    """Keep what was read with the user, for the one request that is signed in."""
    held: Any = user
    held.held_postings = [held_posting(**each) for each in postings or ()]
    held.held_keys = (on, tuple(keys or ()))


def held_posting(role: str, division: str, starts_on: str, ends_on: str | None) -> HeldPosting:
    """A posting from its JSON."""
    return HeldPosting(role, division, date.fromisoformat(starts_on), date.fromisoformat(ends_on) if ends_on else None)


def entrusted(user: User, on: date) -> tuple[UUID, ...]:
    """The households that are entrusted to `user` on that day beyond his postings; read unless kept with him."""
    kept = getattr(user, "held_keys", None)
    if kept is not None and kept[0] == on:
        keys: tuple[UUID, ...] = kept[1]
        return keys
    codes = Posting.objects.codes(user, Permission.VIEW_RECORDS, on)
    asked = keys_of(F("pk"), Value(on), Value(codes, output_field=ArrayField(TextField())))
    found = User.objects.filter(pk=user.pk, is_active=True).values_list(asked, flat=True).first()
    return tuple(found or ())
