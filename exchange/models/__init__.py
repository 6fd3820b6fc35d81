"""Runs of records that come in or go out, and what other systems are told."""

from exchange.models.change import Change, Epoch, PendingChange
from exchange.models.export_job import ExportJob
from exchange.models.external_key import ExternalKey
from exchange.models.known_heading import KnownHeading
from exchange.models.registry import RegistryMessage, RegistrySubscription
from exchange.models.run import Run, RunItem
from exchange.models.webhook import Delivery, Subscription

__all__ = [
    "Change",
    "Delivery",
    "Epoch",
    "ExportJob",
    "ExternalKey",
    "KnownHeading",
    "PendingChange",
    "RegistryMessage",
    "RegistrySubscription",
    "Run",
    "RunItem",
    "Subscription",
]
