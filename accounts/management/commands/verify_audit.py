"""Hold the audit trail against its seals."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.operations import seals
from accounts.operations.seals import Fault
from common.commands import DIFFERENCES, FINE, ServiceCommand

SENTENCES = {
    "missing": "Seal {seal}: row {row} is missing.",
    "changed": "Seal {seal}: row {row} says something else than when it was sealed.",
    "repeated": "Seal {seal}: row {row} has a seal already.",
    "seal": "Seal {seal} was changed, or stands in another place than where it was made.",
    "last": "No seal has the digest that was noted: seals after it, or it itself, were taken away.",
}


class Command(ServiceCommand):
    """Exit status 0: every sealed row is there and unchanged; 1: a row or a seal was changed, taken out or moved."""

    help = "Hold every audit row against its seal and every seal against the one before; changes nothing."
    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--noted", default="", help="digest of a last seal that was noted earlier, elsewhere")

    def run(self, **options: Any) -> int:
        found = seals.verify()
        faults = list(found.faults)
        if options["noted"] and not seals.holds(options["noted"]):
            faults.append(Fault("last", found.seals))
        if options["format"] == "json":
            self.print_json(
                {
                    "seals": found.seals,
                    "rows": found.rows,
                    "unsealed": found.unsealed,
                    "last": found.last,
                    "faults": [{"kind": each.kind, "seal": each.seal, "row": each.row} for each in faults],
                }
            )
        else:
            for each in faults:
                self.stdout.write(SENTENCES[each.kind].format(seal=each.seal, row=each.row))
            told = (
                f"{found.seals} seals over {found.rows} rows checked, {len(faults)} faults; {found.unsealed} not sealed"
            )
            self.stdout.write(f"{told}. The last seal is {found.last or 'none'}.")
        return DIFFERENCES if faults else FINE
