"""Hold what statistics count of measures against the measures themselves."""

from __future__ import annotations

from typing import Any

from assistance.operations import audits
from common.commands import DIFFERENCES, FINE
from households.management.placed import PlacedCommand


class Command(PlacedCommand):
    """Exit status 0: every landed measure is counted as it is; 1: a span differs from its measure."""

    help = "Compare the spans of measures with the measures and report every difference; changes nothing."

    def run(self, **options: Any) -> int:
        found = audits.audit_spans(under=self.place(options))
        self.tell(found.checked, found.differences, "measures", as_json=options["format"] == "json")
        return DIFFERENCES if found.differences else FINE
