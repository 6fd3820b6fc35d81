"""Write the generated documents anew, or name those that are stale."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands import DIFFERENCES, FINE, ServiceCommand
from config import references


class Command(ServiceCommand):
    """Glossary, references and `.env.example` come from the code's own tables."""

    help = "Write the generated documents anew."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")

    def run(self, **options: Any) -> int:
        """Write or name the stale documents."""
        if options["check"]:
            found = references.stale()
            for name in found:
                self.stderr.write(f"{name} is stale. Run `make docs` and commit what it writes.")
            return DIFFERENCES if found else FINE
        for name in references.write():
            self.stdout.write(f"{name} written.")
        return FINE
