"""What the commands that people and scripts call share: exit status, formats, refusals as one sentence on stderr."""

from __future__ import annotations

import getpass
import json
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentTypeError
from datetime import date, datetime
from typing import Any, ClassVar, NoReturn

import orjson
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from common.days import read_day
from common.refusals import Refused
from common.texts import shown

FINE, DIFFERENCES, COULD_NOT_RUN = 0, 1, 2


class CouldNotRun(CommandError):
    """The command could not do its work; the sentence goes to stderr and the exit status is 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=COULD_NOT_RUN)


class ServiceCommand(BaseCommand, ABC):
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

    @abstractmethod
    def run(self, **options: Any) -> int:
        """Do the work and give the exit status."""

    def print_json(self, value: object) -> None:
        """Print `value` as JSON."""
        self.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=_plain))

    def _leave(self, status: int) -> NoReturn:
        self.stdout.flush()
        sys.exit(status)


def day(text: str) -> date:
    """The day that an argument names."""
    try:
        return read_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def moment(text: str) -> datetime:
    """The moment that an argument names, in the deployment's time zone where it names none."""
    try:
        named = datetime.fromisoformat(text)
        return named if timezone.is_aware(named) else timezone.make_aware(named)
    except (ValueError, OverflowError) as error:
        raise ArgumentTypeError(f"{shown(text)} is no moment; write it as 2022-09-05T18:00") from error


def password_for(person: Any, *, from_stdin: bool) -> str:
    """A password for `person`, asked for twice or read as one line from stdin; CouldNotRun where it is no good one."""
    if not from_stdin and not sys.stdin.isatty():
        raise CouldNotRun("There is no terminal to ask for the password. Give it on stdin with --password-stdin.")
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else getpass.getpass("Password: ")
    if not from_stdin and getpass.getpass("Once more: ") != password:
        raise CouldNotRun("The two passwords differ. Begin again.")
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CouldNotRun(" ".join(error.messages)) from error
    return password


def _plain(value: object) -> Any:
    # orjson writes days, moments and dataclasses as the API does, but no whole number above 64 bits
    return orjson.loads(orjson.dumps(value, default=str))
