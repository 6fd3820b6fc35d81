"""Seal the audit rows that were written since the last seal."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.operations import seals
from common.commands import FINE, ServiceCommand


class Command(ServiceCommand):
    """The same as the job that runs every few minutes."""

    help = "Seal the audit rows that were written since the last seal."

    def run(self, **options: Any) -> int:
        self.stdout.write(f"{seals.seal_all(at=timezone.now())} audit rows sealed.")
        return FINE
