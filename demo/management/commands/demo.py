"""Write synthetic records that meet every monitoring figure of a published source."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from common.commands import FINE, CouldNotRun, ServiceCommand
from common.moments import day_of
from common.tables import render
from demo.models import Demonstration
from demo.operations import demonstrations, sign_ins
from demo.rules.demands import left_out_of
from households.models import Division
from reports import explanations
from reports.readings import Misfit
from reports.reconciliation import division_of
from reports.rules.sources import Source
from reports.sources import by_file_or_id


class Command(ServiceCommand):
    """All or nothing; the same source, division and seed always give the same records."""

    help = "Write a demonstration from the published figures of a source (a file or the id of a shipped source)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", help="file or id, for example lanzhou-2022-09-05")
        parser.add_argument("--division", help="code of the division to fill (default: the source's)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other records (default: 1)")
        parser.add_argument("--replace", action="store_true", help="delete the demonstration held there first")
        parser.add_argument("--sign-ins", action="store_true", help="only say who can sign in")

    def run(self, **options: Any) -> int:
        if options["sign_ins"]:
            return self._tell_sign_ins(list(Demonstration.objects.select_related("division")))
        if not options["source"]:
            raise CouldNotRun("Name a source: --source lanzhou-2022-09-05, or the path of a file.")
        if settings.PRODUCTION:
            raise CouldNotRun("A demonstration opens accounts with a printed password: never in production.")
        source = by_file_or_id(options["source"])
        if source.as_of > day_of(timezone.now()):
            raise CouldNotRun(
                f"{source.id} speaks of {source.as_of}, which is yet to come: records of the future are not written."
            )
        division = division_of(source, options["division"])
        same = {"digest": demonstrations.digest(source), "seed": options["seed"]}
        held = Demonstration.objects.filter(pk=division.pk, **same).first()
        if held is not None and not options["replace"]:
            self.stdout.write(f"The demonstration of {source.id} is there already: {held.households} households.")
            return FINE
        self._make(source, division, options["seed"], options["replace"])
        return FINE

    def _make(self, source: Source, division: Division, seed: int, replace: bool) -> None:
        self._tell_left_out(source)
        now = timezone.now()
        made = demonstrations.make(
            source=source, division=division, seed=seed, replace=replace, at=now, progress=self._progress
        )
        sign_ins.open_all(demonstration=made, at=now)
        self.stdout.write(
            f"Wrote {made.households} households with {made.persons} persons in {division} for {source.id}."
        )
        if made.choice:
            self.stdout.write(made.choice["en"])

    def _tell_left_out(self, source: Source) -> None:
        """Name the figures that no record can give, those whose records are not kept only by their number."""
        left_out = left_out_of(source)
        for figure, asked in left_out:
            if asked.misfit is not Misfit.NOT_KEPT:
                self.stdout.write(f"Left out: {figure.id}. {explanations.of_misfit(figure, asked)}")
        missing = sum(asked.misfit is Misfit.NOT_KEPT for _, asked in left_out)
        if missing:
            self.stdout.write(
                f"Left out: {missing} printed figure{'s' * (missing > 1)} whose records are not kept yet."
            )

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"  {done} of {total} households")
        self.stdout.flush()

    def _tell_sign_ins(self, held: list[Demonstration]) -> int:
        if not held:
            self.stdout.write("There is no demonstration here, and so no sign-in of one.")
            return FINE
        rows = [
            (each.username, sign_ins.PASSWORD, each.role_name.en, str(each.division))
            for demonstration in held
            for each in sign_ins.listed(demonstration)
        ]
        self.stdout.write("Demonstration sign-ins (synthetic records only):")
        self.stdout.write(render(("user name", "password", "role", "division"), rows))
        return FINE
