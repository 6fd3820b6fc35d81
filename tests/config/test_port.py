"""The port of the site: free, taken, impossible."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import port
from config.env import ROOT


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


def test_a_free_port_is_no_trouble():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = str(probe.getsockname()[1])
    assert port.trouble(number, "127.0.0.1") is None


def test_a_taken_port_is_named_with_the_way_out(taken):
    sentence = port.trouble(taken, "127.0.0.1", patience=0)
    assert f"Port {taken} of 127.0.0.1 is not free" in sentence
    assert "make run" in sentence


@pytest.mark.parametrize("number", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_refused(number):
    assert "choose a number from 1 to 65535" in port.trouble(number, "127.0.0.1")


def test_the_port_comes_from_the_environment_then_the_file_then_the_default(tmp_path):
    dotenv = tmp_path / ".env"
    assert port.wanted({}, dotenv) == "8000"
    dotenv.write_text("PORT=8001\n")
    assert port.wanted({}, dotenv) == "8001"
    assert port.wanted({"PORT": "8002"}, dotenv) == "8002"


def test_the_check_needs_no_installed_package(taken):
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(Path(ROOT) / "config" / "port.py")],
        env={"PORT": taken, "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
