"""Every environment variable that the product reads, with its default and its meaning, and how it is read."""

import base64
import binascii
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production")
KEY_BYTES = 32


class EnvironmentTrouble(Exception):
    """The environment does not allow a start; the text is one sentence that says what to do."""


def new_key() -> str:
    """A fresh random key of 32 bytes, in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def new_secret() -> str:
    """A fresh random secret of 50 letters and digits, safe in an address."""
    return secrets.token_hex(25)


@dataclass(frozen=True)
class Variable:
    """One environment variable: `default` None means that it may stay empty."""

    name: str
    kind: str
    default: str | None
    meaning: str
    required_in_production: bool = False
    generate: Callable[[], str] | None = None


VARIABLES = (
    Variable("ENVIRONMENT", "str", "development", "development or production."),
    Variable("PORT", "int", "8000", "The port that `make run` serves the site on."),
    Variable("BIND", "str", "127.0.0.1", "The address that `make run` serves on; 0.0.0.0 lets other machines in."),
    Variable("WEB_WORKERS", "int", "1", "Web processes that `make run` starts."),
    Variable(
        "DATA_DIR",
        "str",
        "var",
        "Folder of the embedded servers' data, generated secrets and uploads; relative to the project.",
    ),
    Variable(
        "SOURCES_DIR",
        "str",
        None,
        "Folder of the published sources of one's own (docs/sources.md); empty: `sources` in DATA_DIR.",
    ),
    Variable("LOG_LEVEL", "str", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Variable("DEBUG", "bool", "off", "Django's debug pages; never in production."),
    Variable("SECRET_KEY", "str", None, "Signs sessions; generated once in development.", True, generate=new_secret),
    Variable(
        "FIELD_KEYS",
        "list",
        None,
        "Base64 keys of 32 bytes, comma separated: the first encrypts document numbers, all decrypt. "
        "Generated once in development.",
        True,
        generate=new_key,
    ),
    Variable(
        "INDEX_KEY",
        "str",
        None,
        "Base64 key of 32 bytes behind the keyed hash for exact search. Generated once in development.",
        True,
        generate=new_key,
    ),
    Variable("ALLOWED_HOSTS", "list", "localhost,127.0.0.1,[::1]", "Host names that the site answers to.", True),
    Variable("CSRF_TRUSTED_ORIGINS", "list", "", "Origins with scheme, such as https://watch.example.org."),
    Variable(
        "DATABASE_URL",
        "str",
        None,
        "postgres://user:password@host:5432/name, a role that is no superuser; empty: embedded PostgreSQL.",
        True,
    ),
    Variable(
        "DATABASE_OWNER_URL",
        "str",
        None,
        "The same database as the role that owns the schema, for migrations; empty: DATABASE_URL.",
    ),
    Variable("DATABASE_REPLICA_URL", "str", None, "A read replica; empty: none."),
    Variable(
        "DATABASE_POOL_SIZE", "int", "0", "Most pooled connections per process; 0: one persistent one per thread."
    ),
    Variable(
        "REDIS_URL", "str", None, "redis://:password@host:6379/0 (Redis or Valkey); empty: embedded Valkey.", True
    ),
    Variable(
        "EMBEDDED_FSYNC",
        "bool",
        "on",
        "off makes the embedded servers faster and lets a power failure destroy their data; the tests use it.",
    ),
    Variable("EMBEDDED_TIMEOUT", "int", "60", "Seconds to wait for an embedded server to start or stop."),
    Variable(
        "BEHIND_PROXY",
        "bool",
        "off",
        "on: trust X-Forwarded-Proto and X-Forwarded-For from the proxy in front, which must always set both.",
    ),
    Variable(
        "WEBHOOK_NETWORKS",
        "list",
        "",
        "Networks (10.20.0.0/16) to which webhooks may go although they are private; there also without https.",
    ),
    Variable("SIGN_IN_FAILURES", "int", "5", "Wrong passwords for one name from one address before it has to wait."),
    Variable(
        "SIGN_IN_FAILURES_OF_NAME",
        "int",
        "30",
        "Wrong passwords for one name, from wherever, before it has to wait.",
    ),
    Variable(
        "SIGN_IN_FAILURES_OF_ADDRESS",
        "int",
        "100",
        "Wrong passwords from one address, a whole office's perhaps, before all who come from there have to wait.",
    ),
    Variable("SIGN_IN_LOCK_MINUTES", "int", "15", "Minutes to wait; failures older than this are forgotten."),
    Variable(
        "SECOND_FACTOR_REQUIRED_FOR",
        "list",
        "",
        "Roles, comma separated, that may do nothing before they have set up a second factor; empty: all may choose.",
    ),
    Variable("CLIENT_TOKEN_MINUTES", "int", "60", "Minutes for which a token of POST /oauth2/token is good."),
    Variable(
        "IDEMPOTENCY_HOURS", "int", "24", "Hours for which a call repeated under its Idempotency-Key is answered again."
    ),
    Variable("SPDCI_RECEIVER_ID", "str", "shouwang", "How this registry is called in messages of SPDCI."),
    Variable("SPDCI_SIGNATURES", "bool", "off", "on: messages of SPDCI are taken only with the sender's signature."),
    Variable("SPDCI_SIGNING_KEY", "str", None, "Base64 of 32 bytes (Ed25519) that sign our messages; empty: unsigned."),
    Variable("SPDCI_KEPT_DAYS", "int", "7", "Days for which messages of SPDCI are kept, so that their status is told."),
    Variable("RATE_READS", "int", "3000", "Calls of the API a minute by which one client reads; 0: without limit."),
    Variable("RATE_WRITES", "int", "600", "Calls of the API a minute by which one client writes; 0: without limit."),
    Variable(
        "RATE_SIGN_INS", "int", "30", "Tokens a minute that one client asks for from one address; 0: without limit."
    ),
    Variable("RATE_EXPORTS", "int", "20", "Exports a minute that one client asks the API for; 0: without limit."),
    Variable(
        "EXPORT_ROWS_AT_ONCE", "int", "5000", "Lists of up to so many rows are sent at once, longer ones by a job."
    ),
    Variable("EXPORTS_KEPT_HOURS", "int", "72", "Hours for which a file that was written by a job can be fetched."),
    Variable("HSTS_SECONDS", "int", "31536000", "How long browsers must insist on https; production only."),
    Variable("REQUIRE_BROWSER", "bool", "off", "on: a browser test that finds no browser fails instead of skipping."),
)
# Generated for the embedded servers and never read from outside.
SERVER_SECRETS = ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "VALKEY_PASSWORD")


def example() -> str:
    """The text of `.env.example`: every variable with its meaning and its default."""
    head = "# Copy to .env, or set in the environment, which wins. Every variable, its meaning and its default.\n"
    return head + "".join(
        f"\n# {v.meaning}{' Required in production.' if v.required_in_production else ''}\n"
        f"{'' if v.default else '# '}{v.name}={v.default or ''}\n"
        for v in VARIABLES
    )


def read(environment: Mapping[str, str] | None = None, root: Path = ROOT) -> dict[str, Any]:
    """
    Every variable by name, typed, with defaults; secrets are generated once into DATA_DIR in development.

    Raises EnvironmentTrouble when production lacks a variable or a value cannot be read.
    """
    given = dotenv(root) | dict(os.environ if environment is None else environment)
    mode = given.get("ENVIRONMENT") or "development"
    if mode not in ENVIRONMENTS:
        raise EnvironmentTrouble(f"ENVIRONMENT is {mode!r}; set it to development or production.")
    data_dir = (root / (given.get("DATA_DIR") or "var")).absolute()
    if mode == "production":
        missing = [v.name for v in VARIABLES if v.required_in_production and not given.get(v.name)]
        if missing:
            raise EnvironmentTrouble(
                f"ENVIRONMENT is production but {', '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not set; .env.example tells what each one means."
            )
    generated = generated_secrets(data_dir) if wants_generated(given) else {}
    values = {v.name: cast(v, given.get(v.name) or generated.get(v.name) or v.default) for v in VARIABLES}
    values["DATA_DIR"] = data_dir
    values |= {name: generated.get(name, "") for name in SERVER_SECRETS}
    check_keys(values)
    return values


def wants_generated(given: Mapping[str, str]) -> bool:
    """True when something is left to generate: a secret, or a password of an embedded server."""
    names = [v.name for v in VARIABLES if v.generate] + ["DATABASE_URL", "REDIS_URL"]
    return not all(given.get(name) for name in names)


def dotenv(root: Path) -> dict[str, str]:
    """The variables of the file `.env` in the project's folder, none when there is no such file."""
    return parse(root / ".env")


def parse(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file."""

    class Reader(environ.Env):
        ENVIRON: dict[str, str] = {}

    if path.is_file():
        Reader.read_env(str(path))
    return Reader.ENVIRON


def cast(variable: Variable, text: str | None) -> Any:
    """The typed value of one variable. Raises EnvironmentTrouble when the text is not of its kind."""

    class Reader(environ.Env):
        ENVIRON = {variable.name: text or ""}

    if not text:
        return [] if variable.kind == "list" else None
    try:
        return getattr(Reader(), variable.kind)(variable.name)
    except ValueError:
        raise EnvironmentTrouble(f"{variable.name} is {text!r}, which is not a whole number.") from None


def generated_secrets(data_dir: Path) -> dict[str, str]:
    """The secrets of this data folder, made at the first call and kept in `secrets.env` (mode 0600)."""
    path = data_dir / "secrets.env"
    makers = {v.name: v.generate for v in VARIABLES if v.generate} | dict.fromkeys(SERVER_SECRETS, new_secret)
    try:
        if path.exists():
            return parse(path)
        data_dir.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=data_dir, prefix=".secrets-")
        with os.fdopen(handle, "w") as file:
            file.writelines(f"{name}={make()}\n" for name, make in makers.items())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first: its secrets count
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    except OSError as error:
        raise EnvironmentTrouble(
            f"The data folder {data_dir} cannot be used ({error.strerror}); free it or choose another with DATA_DIR."
        ) from error
    return parse(path)


def check_keys(values: Mapping[str, Any]) -> None:
    """Raises EnvironmentTrouble when a key is not 32 bytes in base64."""
    for name in ("FIELD_KEYS", "INDEX_KEY"):
        keys = values[name] if isinstance(values[name], list) else [values[name]]
        for key in keys:
            try:
                size = len(base64.b64decode(key, validate=True))
            except (binascii.Error, ValueError):
                size = 0
            if size != KEY_BYTES:
                raise EnvironmentTrouble(
                    f"{name} needs keys of 32 bytes in base64; make one with `openssl rand -base64 32`."
                )
