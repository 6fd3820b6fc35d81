"""The way from root to an account that may pass through private folders."""

import os
from pathlib import Path

import pytest

from config.servers import passage


def test_a_private_folder_above_a_path_stops_a_stranger_but_not_its_owner(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    stranger = os.geteuid() + 4321
    assert not passage.can_pass(private / "file", uid=stranger, gid=stranger)


def test_anyone_passes_to_the_top(tmp_path):
    assert passage.can_pass(Path("/usr"), uid=4321, gid=4321)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_a_process_that_left_root_still_reaches_a_private_folder(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").write_text("here")
    capability = passage.capability_needed([private / "file"], uid=65534, gid=65534)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        passage.become(65534, 65534, capability)
        os.write(
            writer, f"{os.geteuid()} {(private / 'file').read_text()} {os.access(private / 'file', os.R_OK)}".encode()
        )
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100) == b"65534 here True"
    os.close(reader)
    os.close(writer)
