"""Every app has the same files, files and functions stay short, and names say something."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.reading import APPS, PACKAGES, ROOT, functions, sources, tree

# What an app may have, from the doors down to the pure modules.
FILES = {
    "__init__.py", "apps.py",
    "urls.py", "views.py", "api.py", "admin.py", "tasks.py", "middleware.py",
    "forms.py", "filters.py",
    "access.py", "workflow.py",
}  # fmt: skip
FOLDERS = {"management", "migrations", "models", "operations", "rules", "templatetags", "__pycache__"}
# What one app has beside, because it is what the app is about.
OWN = {
    "accounts": {"lockouts.py", "permissions.py"},
    "common": {
        "api_scopes.py", "bulk.py", "collecting.py", "commands.py",
        "constraints.py", "crypto.py", "csv_lines.py", "database.py",
        "days.py", "faults.py", "fingerprints.py",
        "fitting.py", "horizon.py", "ids.py", "jobs.py", "keyset.py", "moments.py", "names.py", "numbers.py",
        "openapi.py", "parameters.py", "prepared.py", "problems.py", "protection.py", "querysets.py",
        "refusals.py", "rows.py", "scoped_postgresql", "scopes.py",
        "sheets.py", "statements.py",
        "tables.py", "texts.py", "uploads.py", "versions.py", "workbooks.py",
    },
    "demo": {"notices.py"},
    "exchange": {"in_files.py", "run_rows.py", "out_files.py", "out_lists.py"},
    "households": {"notice_sheets.py", "search.py"},
    "reports": {
        "case_list.py", "case_story.py", "change_story.py", "comparisons.py", "definitions.py", "documents.py",
        "dossier.py",
        "due_visits.py", "explanations.py", "facts.py", "figures.py", "gate_story.py", "household_list.py",
        "indicators.py", "lateness.py", "list_pages.py",
        "list_rows.py", "listing.py", "navigation.py", "overview.py", "pages.py",
        "plan_story.py", "procedure_story.py", "quality_list.py", "query.py", "readings.py", "reconciliation.py",
        "sources.py", "tallies.py", "trends.py", "work.py",
    },
}  # fmt: skip
# A door that grew is split by noun: source_views.py, household_api.py.
SPLIT_DOOR = re.compile(r"[a-z]+_(views|api|tasks|forms)\.py")
NOT_IN_COMMON = {"models", "operations", "rules", "migrations", "access.py", "workflow.py"}
READS_ONLY = {"reports": {"models", "operations"}}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 50
NAMED_BY_DJANGO = {Path("common/scoped_postgresql/base.py")}
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "managers", "manager", "misc", "base", "data", "info", "stuff"}


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_the_files_of_the_grammar_and_its_own(app):
    found = {path.name for path in (ROOT / app).iterdir() if not SPLIT_DOOR.fullmatch(path.name)}
    assert found - FILES - FOLDERS - OWN.get(app, set()) == set()


def test_common_knows_no_models_and_reports_write_nothing():
    assert {path.name for path in (ROOT / "common").iterdir()} & NOT_IN_COMMON == set()
    for app, forbidden in READS_ONLY.items():
        assert {path.name for path in (ROOT / app).iterdir()} & forbidden == set()


def test_own_files_are_still_there():
    assert [
        f"{app}/{name}" for app, names in OWN.items() for name in sorted(names) if not (ROOT / app / name).exists()
    ] == []


def test_no_file_is_long():
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_long():
    lengths = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources()
        for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_no_file_has_a_name_that_says_nothing():
    named = [path for path in sources() if {path.stem, *path.parts[:-1]} & EMPTY_WORDS]
    assert [str(path) for path in named if path not in NAMED_BY_DJANGO] == []


def test_no_class_or_function_has_a_name_that_says_nothing():
    def words(name: str) -> set[str]:
        return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}

    kinds = ast.ClassDef | ast.FunctionDef
    named = [(path, node) for path in sources(*PACKAGES) for node in ast.walk(tree(path)) if isinstance(node, kinds)]
    bad = {"utils", "util", "helpers", "helper", "manager", "managers"}
    assert [f"{path}: {node.name}" for path, node in named if words(node.name) & bad] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_in_one_sentence_what_lives_in_it(package):
    def says(path: Path) -> bool:
        return not tree(path).body or bool(ast.get_docstring(tree(path)))

    assert [str(path) for path in sources(package) if not says(path)] == []


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{path}:{node.lineno}"
        for path in sources()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_operations_take_keywords_only():
    """A verb with named values reads as a sentence; what works on many rows of one kind may take them as they are."""
    positional = [
        f"{path}: {node.name}"
        for path in sources(*APPS)
        if path.parts[1] == "operations"
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if "by" in {argument.arg for argument in node.args.args}
    ]
    assert positional == []
