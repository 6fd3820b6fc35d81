"""python -m benchmarks [--large]: fills a database of its own, measures, prints the table, writes RESULTS.md."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

# Django has to stand before anything that knows a model.
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from benchmarks import filling, report, serving  # noqa: E402
from benchmarks.exchanging import measured_exchange  # noqa: E402
from benchmarks.feeding import measured_feed  # noqa: E402
from benchmarks.figures import measured_figures  # noqa: E402
from common import scopes  # noqa: E402
from common.database import as_owner  # noqa: E402
from config import servers  # noqa: E402

PROVINCE = 143_000  # the households of a province, for which figures have to be ready at once
RESULTS = Path(__file__).parent / "RESULTS.md"
QUICK, QUICK_TURNS = 30_000, 20
LOAD, QUICK_LOAD = 100_000, 8_000  # rows of the files that come in
SIZES = {False: (100_000, PROVINCE), True: (100_000, PROVINCE, 1_000_000)}


def main() -> None:
    """Measure at each size and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help="also at 1,000,000 households; takes some minutes")
    parser.add_argument("--quick", action="store_true", help="a small size, to see that it runs; writes no results")
    parser.add_argument("--turns", type=int, default=400, help="readings of each page (default 400)")
    asked = parser.parse_args()
    pages, figures, fed, exchanged = [], [], [], []
    turns = QUICK_TURNS if asked.quick else asked.turns
    with servers.hold(settings.SERVERS), scopes.everywhere():
        call_command("migrate", verbosity=0)
        for households in (QUICK,) if asked.quick else SIZES[asked.large]:
            with as_owner():
                filling.fill(households)
            pages += serving.measured_pages(households, turns)
            fed.append((households, measured_feed(turns)))
            figures += measured_figures(households) if households >= PROVINCE or asked.quick else []
            exchanged = exchanged or measured_exchange(QUICK_LOAD if asked.quick else LOAD)  # last: it adds records
            told = report.written(pages, figures, fed, exchanged, turns)
            # After each size, so that a run that is ended early has told what it found.
            if not asked.quick:
                RESULTS.write_text(told, encoding="utf-8")
    print(told)


if __name__ == "__main__":
    main()
