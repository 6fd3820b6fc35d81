"""What the embedded servers of one data folder are made of: folders, sockets, passwords, patience."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_SOCKET = 100  # Linux allows 107 bytes, the BSDs 103
DATABASE = "shouwang"
OWNER_ROLE = "shouwang_owner"
APP_ROLE = "shouwang_app"


class ServerTrouble(Exception):
    """An embedded server cannot start or stop; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class Plan:
    """The embedded servers of one data folder; `wants_*` is false where an outside server is used."""

    data_dir: Path
    superuser_password: str = ""
    owner_password: str = ""
    app_password: str = ""
    valkey_password: str = ""
    durable: bool = True
    timeout: int = 60
    wants_postgres: bool = True
    wants_valkey: bool = True

    @property
    def postgres_dir(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.data_dir / "postgres"

    @property
    def valkey_dir(self) -> Path:
        """Valkey's own data folder."""
        return self.data_dir / "valkey"

    @property
    def socket_dir(self) -> Path:
        """The folder of the sockets: in the data folder, or under /tmp where its path is too long for a socket."""
        near = self.data_dir / "sockets"
        if len(os.fsencode(near)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET:
            return near
        return Path("/tmp") / f"shouwang-{hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:20]}"  # noqa: S108

    @property
    def valkey_socket(self) -> Path:
        """The socket that Valkey listens on."""
        return self.socket_dir / "valkey.sock"

    @property
    def is_needed(self) -> bool:
        """True when at least one server is embedded."""
        return self.wants_postgres or self.wants_valkey


def plan_of(values: Mapping[str, Any]) -> Plan:
    """The embedded servers that these environment values ask for."""
    return Plan(
        data_dir=values["DATA_DIR"].resolve(),
        superuser_password=values["POSTGRES_PASSWORD"],
        owner_password=values["OWNER_PASSWORD"],
        app_password=values["APP_PASSWORD"],
        valkey_password=values["VALKEY_PASSWORD"],
        durable=values["EMBEDDED_FSYNC"],
        timeout=values["EMBEDDED_TIMEOUT"],
        wants_postgres=not values["DATABASE_URL"],
        wants_valkey=not values["REDIS_URL"],
    )
