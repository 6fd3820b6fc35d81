"""Every variable of the environment, its default, and the sentences about what is wrong."""

import base64
import re
import stat
import subprocess
import sys

import pytest

from config import env

KEY = base64.b64encode(bytes(32)).decode()
COMPLETE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-secret",
    "FIELD_KEYS": KEY,
    "INDEX_KEY": KEY,
    "ALLOWED_HOSTS": "watch.example.org",
    "DATABASE_URL": "postgres://app:pass@db:5432/shouwang",
    "REDIS_URL": "redis://cache:6379/0",
}


def test_the_example_file_holds_every_variable_with_its_default_and_meaning():
    assert (env.ROOT / ".env.example").read_text() == env.example()


def test_every_variable_has_a_meaning_and_appears_once():
    names = re.findall(r"^(?:# )?([A-Z_]+)=", env.example(), re.MULTILINE)
    assert len(names) == len(set(names)) == len(env.VARIABLES)
    assert all(variable.meaning.endswith(".") for variable in env.VARIABLES)


def test_every_variable_that_the_code_reads_is_declared():
    code = "".join(
        (env.ROOT / "config" / name).read_text() for name in ("settings.py", "addresses.py", "supervisor.py")
    )
    read = set(re.findall(r"""(?:ENV|values)\["([A-Z_]+)"\]""", code))
    assert read <= {variable.name for variable in env.VARIABLES}


def test_defaults_are_typed(tmp_path):
    values = env.read({"DATA_DIR": str(tmp_path)})
    assert (values["PORT"], values["DEBUG"], values["CSRF_TRUSTED_ORIGINS"]) == (8000, False, [])
    assert values["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_secrets_are_generated_once_and_kept_private(tmp_path):
    first = env.read({"DATA_DIR": str(tmp_path)}, root=tmp_path)
    second = env.read({"DATA_DIR": str(tmp_path)}, root=tmp_path)
    assert first == second
    assert len(base64.b64decode(first["FIELD_KEYS"][0])) == 32
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_a_secret_that_is_given_wins_over_the_generated_one(tmp_path):
    assert env.read({"DATA_DIR": str(tmp_path), "SECRET_KEY": "given"}, root=tmp_path)["SECRET_KEY"] == "given"


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / ".env").write_text("PORT=8001\nLOG_LEVEL=DEBUG\n")
    values = env.read({"PORT": "8002"}, root=tmp_path)
    assert (values["PORT"], values["LOG_LEVEL"]) == (8002, "DEBUG")


def test_production_with_everything_set_generates_nothing(tmp_path):
    assert env.read(COMPLETE, root=tmp_path)["SECRET_KEY"] == "a-secret"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [variable.name for variable in env.VARIABLES if variable.required_in_production])
def test_a_missing_variable_in_production_is_named(tmp_path, name):
    given = {key: value for key, value in COMPLETE.items() if key != name}
    with pytest.raises(env.EnvironmentTrouble, match=f"{name} is not set"):
        env.read(given, root=tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("FIELD_KEYS", f"{KEY},short"), ("INDEX_KEY", "?"), ("ENVIRONMENT", "staging")],
)
def test_a_value_of_the_wrong_kind_is_named(tmp_path, name, value):
    with pytest.raises(env.EnvironmentTrouble, match=name):
        env.read({name: value}, root=tmp_path)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(env.EnvironmentTrouble, match="choose another with DATA_DIR"):
        env.read({"DATA_DIR": "file/var"}, root=tmp_path)


@pytest.mark.parametrize("command", ["check", "help"])
def test_a_command_in_an_incomplete_production_ends_with_one_sentence_and_status_2(tmp_path, command):
    done = subprocess.run(
        [sys.executable, str(env.ROOT / "manage.py"), command],
        env={"ENVIRONMENT": "production", "DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "SECRET_KEY" in done.stderr
