"""Runs of records that come in or go out, and what other systems are told."""

from exchange.models.change import Change, Epoch, PendingChange
from exchange.models.external_key import ExternalKey

__all__ = ["Change", "Epoch", "ExternalKey", "PendingChange"]
