"""Hold the stored spans of all cases against the spans that their events call for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from common.commands import DIFFERENCES, FINE, CouldNotRun, ServiceCommand
from households.models import Division
from households.operations import audits


class Command(ServiceCommand):
    """Exit status 0: every figure stands on its events; 1: a span differs from what its events say."""

    help = "Rebuild the spans of cases from their events and report every difference; changes nothing."
    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--division", default="", help="code (default: everywhere)")

    def run(self, **options: Any) -> int:
        division = options["division"]
        if division and not Division.objects.filter(pk=division).exists():
            raise CouldNotRun(f"Division {division} is not known. Give the code of a division that was imported.")
        found = audits.audit_spans(under=division)
        if options["format"] == "json":
            self.print_json({"checked": found.checked, "differences": found.differences})
        else:
            for sentence in found.differences:
                self.stdout.write(sentence)
            self.stdout.write(f"{found.checked} cases checked, {len(found.differences)} differences.")
        return DIFFERENCES if found.differences else FINE
