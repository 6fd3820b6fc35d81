"""The results as one page that says on what machine they were made and what limits them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime

import psutil
from django.db import connection

from benchmarks.exchanging import Exchanged
from benchmarks.feeding import Fed
from benchmarks.figures import Measured
from benchmarks.serving import Page

WANTED = 0.5
NOTES = """## What is compared

*Floor*: psycopg alone, binary and prepared, the same rows with their division in the same order, made into JSON by
orjson. *Served*: the whole WSGI application for the same page: middleware, sign-in by token, postings, scope, links.
Both are read in turns by one process on one connection each, warm; times are first quartiles of {turns} readings, since
the load of the machine only adds (medians of five for figures and counts). The rows of both are checked to be the same.

## What limits it

A page costs two questions to the database: who asks (token, account, postings: one statement) and the rows (their
JSON built by PostgreSQL). Both are compiled once, and prepared. What is left is Python: the handler, the middleware
that calls of the API still pass, the resolver, the links. A page in the middle costs about a tenth more than the first
one (a cursor to read, two links to write), however deep it lies, since it begins after a row of the index by village.

A list that is narrowed by filters is compiled anew with every call, which costs about a millisecond more. One that is
asked for by session takes the framework's long way, about twice as slow; by password, the hash of the password
alone costs some tenths of a second.

Figures are read in one pass over the case spans of the division: cases are tallied by all that indicators ask of
them, and each condition of each indicator is tried on the groups, of which there are few, so that all indicators cost
hardly more than three, and all counties hardly more than the whole. What is left is the looking up of each case's
landed measures (one lookup in an index a case, two thirds of the time); it is left out where no indicator asks for
them. A count of a list looks at every row that it counts.

In: the floor writes the same rows of household, person and membership by psycopg alone, pipelined, in one transaction,
and checks nothing; the product reads, checks access and duplicates, and writes history, feed and audit trail beside.
A file is a tenth of its time read (parsed, encrypted, its names hashed), half tried and half written: the trial does
all that writing does and undoes it. By profile of 6,000 members that are written, of each row's time PostgreSQL takes
two fifths: membership with its exclusion constraint and the policy of its household a quarter of that, what became of
the row another sixth, what the household holds already, the trail and the person a seventh each; the triggers of the
feed hardly count. Python takes three fifths: a quarter of it makes objects of models (six a row), a fifth is the
reading and decrypting of the row, a tenth the JSON in which rows travel; checks are the rest. A file that is rolled
back costs as much as one that is written. Rows at fault are found before any is written, and cost what the others cost.
Out: the floor reads the same columns by a cursor of the server, 2,000 rows at a time, and writes JSON lines by orjson;
the product writes the file of the list, which is then kept (medians of a few turns).
"""


def written(
    pages: Iterable[Page],
    figures: Iterable[Measured],
    fed: Iterable[tuple[int, Fed]],
    exchanged: Iterable[Exchanged],
    turns: int,
) -> str:
    """The whole page."""
    page_rows = [
        f"| {each.households:,} | {each.whose} | {each.which} | {1000 * each.timing.floor:.2f} | "
        f"{1000 * each.timing.served:.2f} | {each.timing.ratio:.2f} |"
        for each in pages
    ]
    fed_rows = [
        f"| {households:,} | {1000 * each.timing.floor:.1f} | {1000 * each.timing.served:.1f} | "
        f"{each.timing.ratio:.2f} | {each.rate:,.0f} | {1000 * each.settled:.1f} |"
        for households, each in fed
    ]
    figure_rows = [f"| {each.households:,} | {each.question} | {each.milliseconds:,.0f} |" for each in figures]
    exchange_rows = [
        f"| {each.what} | {each.rows:,} | {1000 * each.floor:,.0f} | {1000 * each.served:,.0f} | "
        f"{each.floor / each.served:.2f} | {each.rate:,.0f} |"
        for each in exchanged
    ]
    return "\n".join(
        [
            _head(),
            f"## A page of 50 households with their division (wanted: at least {WANTED} of the floor)\n",
            "| households | client of | page | floor, ms | served, ms | ratio |\n|---|---|---|---|---|---|",
            *page_rows,
            "\n## A page of 1,000 changes of households, each with its record (wanted: 20,000 rows a second)\n",
            "| households | floor, ms | served, ms | ratio | rows a second | settling 1,000, ms |",
            "|---|---|---|---|---|---|",
            *fed_rows,
            "\n## Figures and counts\n",
            "| households | question | ms |\n|---|---|---|",
            *figure_rows,
            "",
            "## Records in by batches and out as files\n",
            "| what | rows | floor, ms | served, ms | ratio | rows a second |\n|---|---|---|---|---|---|",
            *exchange_rows,
            "",
            NOTES.format(turns=turns),
        ]
    )


def _head() -> str:
    """When and on which machine it was measured."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    machine = f"{os.cpu_count()} cores, {round(psutil.virtual_memory().total / 2**30)} GB"
    return (
        "# Measured against the floor\n\nWritten by `python -m benchmarks --large`; run it on your own machine.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}: {machine}, Python {platform.python_version()}, "
        f"PostgreSQL {server}; load of the machine at the end {os.getloadavg()[0]:.1f}.\n"
    )
