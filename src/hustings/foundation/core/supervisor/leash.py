"""Becomes another program that dies with its parent. Run as a script: `python -I -S leash.py OPTIONS -- COMMAND`.

A script of its own and not a `preexec_fn`, which runs Python between fork and exec and may deadlock in a parent that
has threads. Only the standard library, no site: it costs some 15 ms.

  --parent PID           who must live; when that thread group is gone, the program gets the signal below
  --signal NAME          SIGTERM unless told
  --namespace UID:GID    enter a user namespace where we are UID:GID, while files stay ours outside
  --user UID:GID         give up root and become UID:GID
"""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def enter_namespace(uid: int, gid: int) -> None:
    """Be uid:gid for this process and its children only. Raises OSError where the machine forbids it."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if _libc().unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outer_uid} 1"),
        ("gid_map", f"{gid} {outer_gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def become(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def follow(parent: int, number: int) -> None:
    """Ask the kernel for a signal when the parent ends. After any change of identity, which would clear the wish."""
    if sys.platform != "linux":
        return
    _libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we had asked
        os._exit(125)


def _pair(text: str) -> tuple[int, int]:
    uid, _, gid = text.partition(":")
    return int(uid), int(gid)


def main(arguments: list[str]) -> None:
    """Read the options, change, and become the command. Says what failed on the last line of stderr, code 126."""
    cut = arguments.index("--")
    options = dict(zip(arguments[:cut:2], arguments[1:cut:2], strict=True))
    command = arguments[cut + 1 :]
    try:
        os.setsid()  # a Ctrl-C at the terminal is for the supervisor, which stops its children in order
        if pair := options.get("--namespace"):
            enter_namespace(*_pair(pair))
        if pair := options.get("--user"):
            become(*_pair(pair))
        follow(int(options["--parent"]), signal.Signals[options.get("--signal", "SIGTERM")])
        os.execv(command[0], command)  # noqa: S606 (this is what it is for)
    except OSError as error:
        sys.stderr.write(f"could not start {command[0]}: {error}\n")
        os._exit(126)


if __name__ == "__main__":
    main(sys.argv[1:])
