"""Hold a source's published figures against the figures computed from records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.commands import DIFFERENCES, FINE, ServiceCommand, day, moment
from common.horizon import settle
from common.moments import day_of
from common.numbers import grouped
from common.tables import render
from reports import documents, explanations
from reports.reconciliation import FigureResult, Reconciliation, division_of, reconcile, scope_of
from reports.rules.periods import refuse_unknowable
from reports.sources import by_file_or_id


class Command(ServiceCommand):
    """Exit status 0: nothing differs; 1: a figure differs or the printed figures contradict each other."""

    help = "Hold the published figures of SOURCE (a file or the id of a shipped source) against the records."
    formats = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("source", help="file or id, for example lanzhou-2022-09-05")
        parser.add_argument("--as-of", type=day, help="day, for example 2022-09-05 (default: the source's)")
        parser.add_argument("--known-at", type=moment, help="moment, for example 2022-09-05T18:00 (default: now)")
        parser.add_argument("--division", help="code, judged as if the source spoke of it (default: the source's)")

    def run(self, **options: Any) -> int:
        source = by_file_or_id(options["source"])
        place = division_of(source, options["division"])
        scope = scope_of(source, division=place.code, as_of=options["as_of"], known_at=options["known_at"])
        now = timezone.now()
        refuse_unknowable(
            as_of=scope.as_of, period_start=scope.period_start, known_at=scope.known_at, today=day_of(now), now=now
        )
        settle(scope.known_at)
        result = reconcile(source, scope, anyway=bool(options["division"]))
        if options["format"] == "json":
            self.print_json(documents.reconciliation(result))
        else:
            self._print_tables(result)
        return DIFFERENCES if result.has_differences else FINE

    def _print_tables(self, result: Reconciliation) -> None:
        self.stdout.write(f"{result.source.title} ({result.source.publisher}, {result.source.published_on})")
        self.stdout.write(f"division {result.scope.division}, as of {result.scope.as_of}\n\n")
        rows = [_figure_row(each) for each in result.figures]
        self.stdout.write(render(("figure", "published", "computed", "verdict", "explanation"), rows))
        rows = [(each.id, each.verdict.value, explanations.of_relation(each)) for each in result.relations]
        self.stdout.write("\n" + render(("relation", "verdict", "explanation"), rows))


def _figure_row(result: FigureResult) -> tuple[str, ...]:
    def joined(texts: list[str]) -> str:
        return " | ".join(texts)

    return (
        result.published.id,
        explanations.printed(result.published),
        joined([grouped(reading.part.value) for reading in result.readings.values()]),
        _verdict(result),
        explanations.of_figure(result),
    )


def _verdict(result: FigureResult) -> str:
    """The verdict on a figure, after it those on each basis where the source leaves the basis open."""
    if not result.is_open_in_basis:
        return result.kind.value
    by_basis = " | ".join(f"{basis}: {reading.verdict.kind.value}" for basis, reading in result.readings.items())
    return f"{result.kind.value} ({by_basis})"
