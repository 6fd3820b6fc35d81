"""List every indicator: its id, name, unit and bases, and what is still missing to compute it."""

from __future__ import annotations

from typing import Any

from common.commands import FINE, ServiceCommand
from common.tables import render
from reports import documents
from reports.indicators import INDICATORS


class Command(ServiceCommand):
    """The ids are those of published sources."""

    help = "List the indicators."
    formats = True

    def run(self, **options: Any) -> int:
        if options["format"] == "json":
            self.print_json([documents.indicator(indicator) for indicator in INDICATORS.values()])
        else:
            rows = [
                (each.code, str(each.name), each.unit, ", ".join(each.bases), str(each.needs or ""))
                for each in INDICATORS.values()
            ]
            self.stdout.write(render(("id", "name", "unit", "bases", "records still missing"), rows))
        return FINE
