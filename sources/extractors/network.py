"""Cutting a child process off from the network, without privileges, by what the kernel offers.

First a network namespace of its own (unshare(2)); where that is not allowed (containers, hardened kernels), a seccomp
filter that lets the process make no socket any more (seccomp(2), Linux on x86-64 and arm64). Neither can be undone.
"""

import ctypes
import platform
import struct
import subprocess
import sys

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
_IO_URING_SETUP = 425
_MACHINES = {"x86_64": (0xC000003E, (41, 53)), "aarch64": (0xC00000B7, (198, 199))}
"""The machine's audit number, and its numbers of socket and socketpair (linux/audit.h, the system call tables)."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def cut_network() -> str:
    """Leave the network behind: ``namespace`` or ``filter`` tells how it was cut, ``open`` that it was not."""
    if not sys.platform.startswith("linux"):
        return "open"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWNET) == 0:
        return "namespace"
    return "filter" if forbid_sockets(libc) else "open"


def forbid_sockets(libc: ctypes.CDLL) -> bool:
    """Have the kernel refuse new sockets with EACCES; whether it does."""
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    audit, calls = known
    forbidden = (*calls, _IO_URING_SETUP)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    for index, call in enumerate(forbidden):
        steps.append((_EQUAL, len(forbidden) - index, 0, call))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def how_children_are_cut() -> str:
    """What :func:`cut_network` comes to on this machine, tried in a process of its own."""
    program = "from sources.extractors.network import cut_network; print(cut_network())"
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return "open"
    return done.stdout.strip()
