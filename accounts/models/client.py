"""Client systems: systems of other bureaus that sign in by a secret of their own."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.permissions import SCOPES
from common.ids import new_id


class ClientSystem(models.Model):
    """
    A system with an account, whose postings say where it acts, and with scopes, which say for what it may ask a token.

    Its client id is the account's user name. `callbacks` are the only addresses that it is called back at; with
    `public_key` (Ed25519, base64) its signed messages are verified.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="client_system")
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.PROTECT, related_name="client_system"
    )
    scopes = ArrayField(models.CharField(max_length=40))
    callbacks = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    public_key = models.CharField(max_length=60, blank=True)
    registered_at = models.DateTimeField()
    secret_made_at = models.DateTimeField()
    last_signed_in_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(scopes__len__gte=1), name="client_has_a_scope"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[scope.value for scope in SCOPES]), name="client_scopes_are_known"
            ),
        )

    def __str__(self) -> str:
        return str(self.user)
