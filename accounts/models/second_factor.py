"""Second factors: the key behind the codes of somebody's phone, and the codes that help who has lost it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.user import User
from common.ids import new_id


class SecondFactorQuerySet(models.QuerySet["SecondFactor"]):
    """Selections of second factors."""

    def confirmed(self) -> Self:
        """Those that signing in asks for."""
        return self.filter(confirmed_at__isnull=False)

    def guards(self, user: User) -> bool:
        """Whether signing in as `user` asks for a code."""
        return self.confirmed().filter(user_id=user.pk).exists()


class SecondFactor(models.Model):
    """`user` shows a code of six digits after the password, made from `key` and the time; asked for once confirmed.

    `key` is encrypted; `last_step` is the half minute of the last code that was taken, which is never taken again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    key = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    objects = SecondFactorQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, last_step=0) | Q(confirmed_at__isnull=False, last_step__gt=0),
                name="second_factor_is_confirmed_by_a_code",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class RecoveryCode(models.Model):
    """One code that stands in for the phone once; only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("factor", "digest"), name="recovery_code_is_one"),)

    def __str__(self) -> str:
        return str(self.id)
