"""Begin the feed of changes anew after files of a backup were put back."""

from __future__ import annotations

from typing import Any

from common.commands import FINE, ServiceCommand
from exchange.operations import feed


class Command(ServiceCommand):
    """Exit status 0: the feed goes on under a new epoch."""

    help = (
        "Tell readers of the feed that this database was restored from a backup. Needed only where PostgreSQL cannot "
        "know it: after its files were copied back, without recovery. Cursors beyond the last position are refused."
    )

    def run(self, **options: Any) -> int:
        epoch = feed.begin()
        self.stdout.write(f"Epoch {epoch.code} begins behind position {epoch.first_position}.")
        return FINE
