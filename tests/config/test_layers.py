"""The contracts on imports name every package, and the pure modules are pure."""

import ast
import tomllib
from pathlib import Path

from config.env import ROOT

ALLOWED_DJANGO = {"django.utils.translation"}
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "docs", "benchmarks"}


def modules_imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_every_package_has_its_layer():
    layers = " ".join(LINTER["contracts"][0]["layers"]).replace("|", " ").replace("(", "").replace(")", "").split()
    assert packages() <= set(LINTER["root_packages"])
    assert packages() <= set(layers)


def test_every_app_obeys_the_layers_inside():
    assert packages() - {"config", "common"} <= set(LINTER["contracts"][1]["containers"])


def test_every_module_of_reports_has_its_place():
    [contract] = [each for each in LINTER["contracts"] if each["id"] == "reports"]
    placed = {name for layer in contract["layers"] for name in layer.split(" | ")} | set(contract["exhaustive_ignores"])
    present = {path.stem for path in (ROOT / "reports").glob("*.py")} | {
        path.parent.name for path in (ROOT / "reports").glob("*/__init__.py")
    }
    assert contract["exhaustive"] is True
    assert placed == present - {"__init__"}


def test_rules_import_nothing_of_django_but_translation():
    paths = [*ROOT.glob("*/rules/**/*.py"), *ROOT.glob("*/workflow.py")]
    offences = {
        str(path.relative_to(ROOT)): sorted(found)
        for path in paths
        if (found := {name for name in modules_imported(path) if name.split(".")[0] == "django"} - ALLOWED_DJANGO)
    }
    assert paths
    assert offences == {}
