"""Leaves root for an unprivileged account that can still pass through private folders such as /root (Linux)."""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 4
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION = 0x20080522
libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def capability_needed(paths: Iterable[Path], *, uid: int, gid: int) -> int | None:
    """The capability that lets the account reach all paths, None when it needs none or there is none to give."""
    if libc is None or all(can_pass(path, uid=uid, gid=gid) for path in paths):
        return None
    status = Path("/proc/self/status").read_text()
    effective = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff"))
    return next((cap for cap in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if effective >> cap & 1), None)


def can_pass(path: Path, *, uid: int, gid: int) -> bool:
    """True when every folder above the path may be entered by the account."""
    for folder in path.resolve().parents:
        about = folder.stat()
        wanted = stat.S_IXUSR if about.st_uid == uid else stat.S_IXGRP if about.st_gid == gid else stat.S_IXOTH
        if not about.st_mode & wanted:
            return False
    return True


def become(uid: int, gid: int, capability: int | None) -> None:
    """Makes this process the account, with at most one capability left; runs between fork and exec."""
    if capability is not None and libc is not None:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        # Without this access(2), which initdb asks before it runs a program, would not count the capability.
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if capability is not None and libc is not None:
        bit = 1 << capability
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; low, then high words
        libc.capset(header, sets)
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
