"""Compiles the translations (`*.po` to `*.mo`) without GNU gettext."""

import os
import sys
from pathlib import Path

import polib

from config.env import ROOT


def compile_stale(root: Path = ROOT) -> list[Path]:
    """Compiles every catalogue that is newer than its compiled form and returns those."""
    sources = [*root.glob("locale/*/LC_MESSAGES/*.po"), *root.glob("*/locale/*/LC_MESSAGES/*.po")]
    stale = [source for source in sources if is_stale(source)]
    for source in stale:
        draft = source.with_suffix(f".{os.getpid()}.new")
        polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(draft))
        draft.replace(source.with_suffix(".mo"))
    return stale


def is_stale(source: Path) -> bool:
    """True when a catalogue has no compiled form, or an older one."""
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    try:
        compile_stale()
    except (OSError, ValueError) as error:
        print(f"The translations cannot be compiled: {error}", file=sys.stderr)
        raise SystemExit(2) from None
