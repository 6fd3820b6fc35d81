"""What the commands that people and scripts call share: exit status, formats, refusals as one sentence on stderr."""

from __future__ import annotations

import sys
from typing import Any, ClassVar, NoReturn

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from common.refusals import Refused

FINE, DIFFERENCES, COULD_NOT_RUN = 0, 1, 2


class CouldNotRun(CommandError):
    """The command could not do its work; the sentence goes to stderr and the exit status is 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=COULD_NOT_RUN)


class ServiceCommand(BaseCommand):
    """A command of the interface: `run` gives the exit status 0 (fine) or 1 (found differences)."""

    formats: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        if self.formats:
            parser.add_argument("--format", choices=("table", "json"), default="table", help="how results are printed")
        parser.add_argument("--language", choices=("en", "zh-hans"), default="en", help="language of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                status = self.run(**options)
            except Refused as error:
                raise CouldNotRun(str(error)) from error
        if status != FINE:
            self._leave(status)

    def run(self, **options: Any) -> int:
        """Do the work and give the exit status."""
        raise NotImplementedError

    def print_json(self, value: object) -> None:
        """Print `value` as JSON."""
        self.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())

    def _leave(self, status: int) -> NoReturn:
        self.stdout.flush()
        sys.exit(status)
