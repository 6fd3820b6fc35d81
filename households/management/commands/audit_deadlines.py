"""Hold the stored deadlines of all cases against what their events, the clocks and the pauses call for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from common.commands import DIFFERENCES, FINE
from households.management.placed import PlacedCommand
from households.operations import audits


class Command(PlacedCommand):
    """Exit status 0: every deadline follows from its events; 1: one differs, and was written anew with --mend."""

    help = "Derive the deadlines of cases from their events anew and report every difference."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--mend", action="store_true", help="write what the events call for")

    def run(self, **options: Any) -> int:
        look = audits.mend_deadlines if options["mend"] else audits.audit_deadlines
        found = look(under=self.place(options))
        self.tell(found.checked, found.differences, "cases", as_json=options["format"] == "json")
        return DIFFERENCES if found.differences else FINE
