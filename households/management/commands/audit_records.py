"""Hold the stored spans of all cases against the spans that their events call for."""

from __future__ import annotations

from typing import Any

from common.commands import DIFFERENCES, FINE
from households.management.placed import PlacedCommand
from households.operations import audits


class Command(PlacedCommand):
    """Exit status 0: every figure stands on its events; 1: a span differs from what its events say."""

    help = "Rebuild the spans of cases from their events and report every difference; changes nothing."

    def run(self, **options: Any) -> int:
        found = audits.audit_spans(under=self.place(options))
        self.tell(found.checked, found.differences, "cases", as_json=options["format"] == "json")
        return DIFFERENCES if found.differences else FINE
