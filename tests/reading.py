"""Reading what commands print."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

ROOT = Path(__file__).parent.parent


def said(*arguments: object, **options: object) -> tuple[int, str]:
    """Exit status of a command and what it printed."""
    printed = io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=printed, **options)
    except SystemExit as left:
        return int(left.code or 0), printed.getvalue()
    return 0, printed.getvalue()


def reconciled(source: object, **options: object) -> dict[str, Any]:
    """The reconciliation of a source as the command prints it in JSON, with figures and relations by id."""
    _status, printed = said("reconcile", source, format="json", **options)
    result = json.loads(printed)
    return result | {part: {each["id"]: each for each in result[part]} for part in ("figures", "relations")}
