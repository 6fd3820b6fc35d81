# ruff: noqa: S608 (every statement is written here; nothing comes from outside)
"""What the database does when a row of the feed changes: triggers, one a statement, as SQL of a migration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from common.scopes import RECORDS

PENDING = "exchange_pendingchange"


class Way(Enum):
    """How a row of a table tells of a record."""

    OWN = "it is the record: created, changed and removed with it"
    BESIDE = "the record is at a place while there is such a row; its other changes do not matter"
    PART = "the record tells something of it, wherever it is itself"
    ABOVE = "the record is where this row is; only its moves and its removal matter"


@dataclass(frozen=True, slots=True)
class Telling:
    """Rows of a table tell of records of `kind`: `told` selects key, place and household from them as `r`.

    A place that is null is nowhere: the record is removed, though its row stays.
    """

    kind: str
    way: Way
    told: str


def own(kind: str, place: str = "r.village_id", household: str = "r.household_id", more: str = "") -> Telling:
    """Each row is a record of that kind."""
    return Telling(kind, Way.OWN, f"SELECT r.id::text, {place}, {household} FROM {{rows}} r {more}")


OF_CASE = "JOIN households_case c ON c.id = r.case_id"
CASE_OF = Telling(
    "cases", Way.PART, f"SELECT DISTINCT c.id::text, c.village_id, c.household_id FROM {{rows}} r {OF_CASE}"
)
KEPT = "CASE WHEN r.removed_at IS NULL THEN r.village_id END"
HOME = "JOIN households_household h ON h.id = r.household_id"


def _of_household(kind: str, table: str, more: str = "x.household_id = r.id") -> Telling:
    return Telling(kind, Way.ABOVE, f"SELECT x.id::text, {KEPT}, r.id FROM {{rows}} r JOIN {table} x ON {more}")


def _of_cases(kind: str, table: str) -> Telling:
    told = (
        f"SELECT x.id::text, {KEPT}, r.id FROM {{rows}} r JOIN households_case c ON c.household_id = r.id "
        f"JOIN {table} x ON x.case_id = c.id"
    )
    return Telling(kind, Way.ABOVE, told)


TABLES: dict[str, tuple[Telling, ...]] = {
    "households_household": (
        own("households", KEPT, "r.id"),
        _of_household("members", "households_membership"),
        Telling(
            "member-conditions",
            Way.ABOVE,
            f"SELECT x.id::text, {KEPT}, r.id FROM {{rows}} r JOIN households_membership m ON m.household_id = r.id "
            "JOIN households_membercondition x ON x.member_id = m.member_id",
        ),
        _of_household("cases", "households_case"),
        _of_cases("case-events", "households_caseevent"),
        _of_cases("deadlines", "households_deadline"),
        _of_cases("plans", "assistance_plan"),
        _of_cases("measures", "assistance_measure"),
        _of_household("income-surveys", "households_incomesurvey"),
        _of_household("guarantee-checks", "households_guaranteecheck"),
        _of_household("visits", "households_visit"),
        _of_household("assignments", "households_assignment"),
        _of_household("warnings", "households_clue"),
    ),
    "households_membership": (
        own("members", "h.village_id", more=HOME),
        Telling(
            "member-conditions",
            Way.BESIDE,
            f"SELECT x.id::text, h.village_id, h.id FROM {{rows}} r {HOME} "
            "JOIN households_membercondition x ON x.member_id = r.member_id",
        ),
    ),
    "households_member": (
        Telling(
            "members",
            Way.PART,
            "SELECT m.id::text, h.village_id, h.id FROM {rows} r JOIN households_membership m ON m.member_id = r.id "
            "JOIN households_household h ON h.id = m.household_id",
        ),
    ),
    "households_membercondition": (
        Telling(
            "member-conditions",
            Way.OWN,
            "SELECT DISTINCT r.id::text, h.village_id, h.id FROM {rows} r "
            "JOIN households_membership m ON m.member_id = r.member_id "
            "JOIN households_household h ON h.id = m.household_id",
        ),
    ),
    "households_case": (own("cases"),),
    "households_caserisk": (CASE_OF,),
    "households_casespan": (CASE_OF,),
    "assistance_measurespan": (CASE_OF,),
    "households_caseevent": (own("case-events", household="c.household_id", more=OF_CASE),),
    "households_deadline": (own("deadlines", household="c.household_id", more=OF_CASE),),
    "assistance_plan": (own("plans", household="c.household_id", more=OF_CASE),),
    "assistance_measure": (own("measures", household="c.household_id", more=OF_CASE),),
    "households_incomesurvey": (own("income-surveys"),),
    "households_guaranteecheck": (own("guarantee-checks"),),
    "households_visit": (own("visits"),),
    "households_assignment": (own("assignments"),),
    "households_clue": (own("warnings"),),
    "households_division": (Telling("divisions", Way.OWN, "SELECT r.code::text, r.code, NULL::uuid FROM {rows} r"),),
    "households_monitoringline": (own("monitoring-lines", "r.division_id", "NULL::uuid"),),
    "households_standard": (
        own("standards", "CASE WHEN r.withdrawn_at IS NULL THEN coalesce(r.division_id, '') END", "NULL::uuid"),
    ),
}
# What has to differ before rows are looked for that follow their household, which costs more than the change itself.
MOVED = "n.village_id IS DISTINCT FROM o.village_id OR n.removed_at IS DISTINCT FROM o.removed_at"
# The plans of a function are made once a session: what suits the first thousand rows would read whole tables for each
# single row after them.
PLANNED = "SET enable_seqscan = off"

_NAMED = "(record, place, household)"
_INTO = f"INSERT INTO {PENDING} (kind, record, household, place_before, place_after, at)"
# The moment of the transaction: nobody is there to tell a trigger another one.
_ROW = "SELECT '{kind}', {record}, {household}, {before}, {after}, transaction_timestamp()"


def function_of(table: str, tellings: Iterable[Telling]) -> str:
    """The function that writes down what a statement did to the rows of a table; it reads under no one's scope."""
    branches = "".join(
        f"\n    {'IF' if number == 0 else 'ELSIF'} TG_OP = '{event}' THEN{_body(event, tellings)}"
        for number, event in enumerate(("INSERT", "DELETE", "UPDATE"))
    )
    return (
        f"CREATE OR REPLACE FUNCTION exchange_tell_{table}() RETURNS trigger LANGUAGE plpgsql {PLANNED} AS $$\n"
        f"DECLARE\n    writer text := coalesce(current_setting('{RECORDS}', true), '');\n"
        f"BEGIN\n    PERFORM set_config('{RECORDS}', '{{\"\"}}', true);{branches}\n    END IF;\n"
        f"    PERFORM set_config('{RECORDS}', writer, true);\n    RETURN NULL;\nEND $$;"
    )


def triggers_of(table: str) -> str:
    """The triggers that call the function of a table."""
    referencing = {
        "INSERT": "NEW TABLE AS new_rows",
        "DELETE": "OLD TABLE AS old_rows",
        "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    }
    return "\n".join(
        f"CREATE TRIGGER told_{event.lower()} AFTER {event} ON {table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION exchange_tell_{table}();"
        for event, tables in referencing.items()
    )


def untold(table: str) -> str:
    """The table tells nothing any more."""
    gone = "\n".join(f"DROP TRIGGER told_{event} ON {table};" for event in ("insert", "delete", "update"))
    return f"{gone}\nDROP FUNCTION exchange_tell_{table}();"


def present(table: str) -> str:
    """Every record that the rows of the table are, as `kind`, key, place and household."""
    parts = [
        f"SELECT '{each.kind}' AS kind, n.* FROM ({each.told.format(rows=table)}) AS n{_NAMED} "
        "WHERE n.place IS NOT NULL"
        for each in TABLES[table]
        if each.way is Way.OWN
    ]
    return " UNION ALL ".join(parts)


def _body(event: str, tellings: Iterable[Telling]) -> str:
    told = [(each.way, _statement(each, event)) for each in tellings]
    always = "".join(f"\n        {sql};" for way, sql in told if sql and way is not Way.ABOVE)
    followed = "".join(f"\n            {sql};" for way, sql in told if sql and way is Way.ABOVE)
    if followed:
        # All pairs at once: looked for one by one, as EXISTS is planned, it compares each row with each other.
        asked = f"SELECT bool_or({MOVED}) FROM new_rows n JOIN old_rows o ON o.id = n.id"
        followed = f"\n        IF ({asked}) THEN{followed}\n        END IF;"
    return always + followed or "\n        NULL;"


def _statement(telling: Telling, event: str) -> str:
    """What is written down of one event, "" for nothing."""
    new, old = (f"({telling.told.format(rows=rows)}) AS" for rows in ("new_rows", "old_rows"))
    if telling.way is Way.PART:
        rows, name = (old, "o") if event == "DELETE" else (new, "n")
        row = _row(telling.kind, name, f"{name}.place", f"{name}.place")
        return f"{_INTO} {row} FROM {rows} {name}{_NAMED} WHERE {name}.place IS NOT NULL"
    if event == "UPDATE":
        return "" if telling.way is Way.BESIDE else _update(telling, new, old)
    if telling.way is Way.ABOVE:
        return ""
    if event == "INSERT":
        return f"{_INTO} {_row(telling.kind, 'n', 'NULL', 'n.place')} FROM {new} n{_NAMED} WHERE n.place IS NOT NULL"
    return f"{_INTO} {_row(telling.kind, 'o', 'o.place', 'NULL')} FROM {old} o{_NAMED} WHERE o.place IS NOT NULL"


def _update(telling: Telling, new: str, old: str) -> str:
    # By household too: a record that is at several places is told at each.
    joined = (
        f"{new} n{_NAMED} JOIN {old} o{_NAMED} ON o.record = n.record AND o.household IS NOT DISTINCT FROM n.household"
    )
    is_own = telling.way is Way.OWN
    matters = "n.place IS NOT NULL OR o.place IS NOT NULL" if is_own else "n.place IS DISTINCT FROM o.place"
    return f"{_INTO} {_row(telling.kind, 'n', 'o.place', 'n.place')} FROM {joined} WHERE {matters}"


def _row(kind: str, name: str, before: str, after: str) -> str:
    return _ROW.format(kind=kind, record=f"{name}.record", household=f"{name}.household", before=before, after=after)
