"""Commands about one division and all below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import CommandParser

from common.commands import CouldNotRun, ServiceCommand
from households.models import Division


class PlacedCommand(ServiceCommand):
    """Takes the code of a division; without one it is about everywhere."""

    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--division", default="", help="code (default: everywhere)")

    def place(self, options: Mapping[str, Any]) -> str:
        """The code that was given, "" for everywhere; CouldNotRun where there is no such division."""
        code: str = options["division"]
        if code and not Division.objects.filter(pk=code).exists():
            raise CouldNotRun(f"Division {code} is not known. Give the code of a division that was imported.")
        return code

    def tell(self, checked: int, differences: Sequence[str], kind: str, *, as_json: bool) -> None:
        """Print how many records of a kind were checked, and every difference in a sentence."""
        if as_json:
            self.print_json({"checked": checked, "differences": differences})
            return
        for sentence in differences:
            self.stdout.write(sentence)
        self.stdout.write(f"{checked} {kind} checked, {len(differences)} differences.")
