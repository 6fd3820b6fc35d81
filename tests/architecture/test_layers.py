"""Imports and foreign keys point down only, and the rules are pure."""

import ast

import pytest
from django.apps import apps
from django.core.management import call_command
from importlinter.cli import lint_imports

from tests.architecture.reading import APPS, LAYERS, ROOT, sources, tree

HEIGHT = {name: -number for number, layer in enumerate(LAYERS) for name in layer}
# As the contract “inside” of the import linter, which knows no names of modules that a door was split into.
FLOORS = {
    **dict.fromkeys(("rules", "workflow", "permissions"), 0),
    "models": 1,
    "access": 2,
    "operations": 3,
    "filters": 4,
    "forms": 5,
    **dict.fromkeys(("views", "api", "admin", "tasks", "management", "middleware"), 6),
    "urls": 7,
}
OUTSIDE = {"auth", "contenttypes", "sessions", "admin", "knox", "oauth2_provider"}
DATABASE = {"django.db", "django.contrib", "django.apps", "django.conf", "django.core", "django.http", "django.forms"}


def test_the_contracts_of_the_import_linter_are_kept(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("app", [app for app in APPS if app not in {"common", "reports"}])
def test_modules_of_a_split_door_import_downward_too(app):
    upward = [
        f"{path} -> {node.module}"
        for path in sources(app)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{app}.")
        if floor_of(path.parts[1].removesuffix(".py")) < floor_of((node.module or "").split(".")[1])
    ]
    assert upward == []


def floor_of(module: str) -> int:
    """How high a module of an app stands; what is the app's own stands anywhere below its addresses."""
    kind = next((name for name in FLOORS if module == name or module.endswith(f"_{name}")), "")
    return FLOORS.get(kind, FLOORS["views"])


def test_foreign_keys_point_down():
    keys = [
        (model._meta.app_label, field.related_model._meta.app_label, f"{model.__name__}.{field.name}")
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if model._meta.app_label in HEIGHT and field.is_relation and field.concrete
    ]
    assert len(keys) > 20
    assert [name for source, target, name in keys if target in HEIGHT and HEIGHT[target] > HEIGHT[source]] == []
    assert {target for _source, target, _name in keys} - set(HEIGHT) <= OUTSIDE


def test_every_model_lives_in_an_app_of_the_layers():
    ours = {config.label for config in apps.get_app_configs() if (ROOT / config.name).is_dir()}
    assert ours <= set(HEIGHT)
    assert not list(apps.get_app_config("common").get_models())
    assert not list(apps.get_app_config("reports").get_models())


@pytest.mark.parametrize("app", APPS)
def test_rules_and_workflow_know_neither_database_nor_web(app):
    imported = {
        f"{path}: {name}"
        for path in sources(app)
        if path.parts[1] in {"rules", "workflow.py"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if any(name == root or name.startswith(f"{root}.") for root in DATABASE)
    }
    assert imported == set()


def test_rules_import_neither_models_nor_operations():
    upward = [
        f"{path}: {node.module}"
        for path in sources(*APPS)
        if path.parts[1] == "rules"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and {"models", "operations", "access"} & set((node.module or "").split("."))
    ]
    assert upward == []


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_rule_hides_in_save_or_a_signal():
    hidden = [
        f"{path}:{node.lineno}"
        for path in sources(*APPS)
        for node in ast.walk(tree(path))
        if (
            isinstance(node, ast.FunctionDef)
            and node.name in {"save", "create"}
            and path.parts[1] in {"models", "api.py", "forms.py"}
        )
        or (isinstance(node, ast.Name) and node.id in {"receiver", "post_save", "pre_save"})
    ]
    assert hidden == []
