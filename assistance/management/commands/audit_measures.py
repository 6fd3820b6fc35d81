"""Hold what statistics count of measures against the measures themselves."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from assistance.operations import audits
from common.commands import DIFFERENCES, FINE, CouldNotRun, ServiceCommand
from households.models import Division


class Command(ServiceCommand):
    """Exit status 0: every landed measure is counted as it is; 1: a span differs from its measure."""

    help = "Compare the spans of measures with the measures and report every difference; changes nothing."
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
            self.stdout.write(f"{found.checked} measures checked, {len(found.differences)} differences.")
        return DIFFERENCES if found.differences else FINE
