"""Whether the site's port is free; needs nothing but Python, because it is asked before anything is installed."""

import os
import socket
import sys
import time
from pathlib import Path

DEFAULT = "8000"
PATIENCE = 2.0  # seconds; a site that was just killed lets go of its port a moment later


def wanted(environment: dict[str, str], dotenv: Path) -> str:
    """The port from the environment, else from the file `.env`, else 8000."""
    lines = dotenv.read_text().splitlines() if dotenv.is_file() else []
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")) | environment
    return given.get("PORT", "").strip() or DEFAULT


def trouble(port: str, host: str, *, patience: float = PATIENCE) -> str | None:
    """One sentence on why the site cannot be served on this port, None when it can."""
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        return f"PORT is {port!r}; choose a number from 1 to 65535, for example: PORT=8001 make run"
    deadline = time.monotonic() + patience
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except PermissionError:
                return f"Port {port} needs privileges that you lack; choose another, for example: PORT=8000 make run"
            except OSError as error:
                if time.monotonic() > deadline:
                    other = int(port) + 1 if int(port) < 65535 else 8000
                    return (
                        f"Port {port} of {host} is not free ({error.strerror}); end the program that uses it, "
                        f"or choose another port: PORT={other} make run"
                    )
            else:
                return None
        time.sleep(0.1)


if __name__ == "__main__":
    sentence = trouble(
        wanted(dict(os.environ), Path(__file__).resolve().parent.parent / ".env"), os.environ.get("BIND") or "127.0.0.1"
    )
    if sentence:
        print(sentence, file=sys.stderr)
        raise SystemExit(2)
