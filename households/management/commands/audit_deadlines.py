"""Hold the stored deadlines of all cases against what their events, the clocks and the pauses call for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from common.commands import DIFFERENCES, FINE, CouldNotRun, ServiceCommand
from households.models import Division
from households.operations import audits


class Command(ServiceCommand):
    """Exit status 0: every deadline follows from its events; 1: one differs, and was written anew with --mend."""

    help = "Derive the deadlines of cases from their events anew and report every difference."
    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--division", default="", help="code (default: everywhere)")
        parser.add_argument("--mend", action="store_true", help="write what the events call for")

    def run(self, **options: Any) -> int:
        division = options["division"]
        if division and not Division.objects.filter(pk=division).exists():
            raise CouldNotRun(f"Division {division} is not known. Give the code of a division that was imported.")
        look = audits.mend_deadlines if options["mend"] else audits.audit_deadlines
        found = look(under=division)
        if options["format"] == "json":
            self.print_json({"checked": found.checked, "differences": found.differences})
        else:
            for sentence in found.differences:
                self.stdout.write(sentence)
            self.stdout.write(f"{found.checked} cases checked, {len(found.differences)} differences.")
        return DIFFERENCES if found.differences else FINE
