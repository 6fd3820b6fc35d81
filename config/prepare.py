"""Brings a data folder up to date before the site starts: translations, static files, tables, divisions, records."""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from common import scopes
from common.database import as_owner
from config import servers, translations
from config.env import ROOT
from households.rules.levels import path_of

DIVISIONS = ROOT / "data" / "divisions-6201.csv"
LINES = ROOT / "data" / "monitoring-lines.csv"
PLACE = "6201"
DEMONSTRATION = "lanzhou-2022-09-05"


def step(sentence: str, act: Callable[[], object]) -> None:
    """Says what is being done, does it, and says how long it took if that was long."""
    print(f"{sentence} …", flush=True)
    begun = time.monotonic()
    act()
    if (taken := time.monotonic() - begun) > 2:
        print(f"  done in {taken:.0f} s", flush=True)


def collect_static() -> None:
    """Gathers and compresses the static files, unless none has changed since the last time."""
    stamp, now = settings.STATIC_ROOT / ".stamp", fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    stamp.unlink(missing_ok=True)
    step(
        "Gathering and compressing static files (once)",
        lambda: call_command("collectstatic", interactive=False, clear=True, verbosity=0),
    )
    stamp.write_text(now)


def fingerprint() -> str:
    """Changes whenever a static file of ours or the version of a library does."""
    folders = [ROOT / "static", *(Path(app.path) / "static" for app in apps.get_app_configs())]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    parts = [f"{path}{path.stat().st_mtime_ns}" for path in files]
    parts += [(ROOT / name).read_text() for name in ("package-lock.json", "requirements.txt", "config/static.py")]
    parts += [str(entry) for entry in settings.STATICFILES_DIRS]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def demonstrate() -> None:
    """Writes the demonstration records if they are missing."""
    try:
        call_command("demo", source=DEMONSTRATION)
    except CommandError as error:
        print(f"No demonstration: {error}", flush=True)


def take_statistics() -> None:
    """Lets the database plan for the rows that were just written; of itself it would do so a minute later."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def belongs_elsewhere() -> bool:
    """Whether the register of divisions is that of another place than the one that ships with the program."""
    divisions = apps.get_model("households", "Division").objects
    return bool(divisions.exclude(code__startswith=PLACE).exclude(code__in=path_of(PLACE)).exists())


@scopes.everywhere()
def fill() -> None:
    """Tables and, but where the register is that of another place, divisions, lines and, but in production, records."""
    step("Bringing the tables up to date", lambda: call_command("migrate", interactive=False, verbosity=0))
    if belongs_elsewhere():
        print("The register holds other divisions than those of Lanzhou: nothing of Lanzhou is added.", flush=True)
        return
    step("Reading the divisions of Lanzhou", lambda: call_command("import_divisions", str(DIVISIONS)))
    step("Reading the monitoring lines", lambda: call_command("import_lines", str(LINES)))
    if not settings.PRODUCTION:
        step("Looking after the demonstration records", demonstrate)
        step("Taking statistics", take_statistics)


def prepare() -> None:
    """Everything the site needs, in order; each part that is up to date takes no time."""
    settings.SOURCES_DIR.mkdir(parents=True, exist_ok=True)
    translations.compile_stale()
    django.setup()
    collect_static()
    fill()
    if not settings.PRODUCTION:
        with scopes.everywhere():
            call_command("demo", sign_ins=True)


def fill_embedded() -> None:
    """What a command of its own needs: the records of the embedded database; another database is left as it is."""
    django.setup()
    if settings.SERVERS.is_needed:
        with servers.hold(settings.SERVERS):
            fill()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        fill_embedded() if "--embedded" in sys.argv else prepare()
    except (CommandError, servers.ServerTrouble) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
