"""Who the server runs as. PostgreSQL refuses to run as root, and we open no folder that is not ours.

Not root: as ourselves. Root: in a user namespace, where it believes to be an ordinary user while every file stays
root's, so that even a folder deep inside a closed one works. Where the machine forbids namespaces (many containers),
or where the data belongs to an ordinary user, as an ordinary user, who must then be able to reach the folder.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hustings.foundation.core.postgres import binaries
from hustings.foundation.core.postgres.errors import PostgresError
from hustings.foundation.core.postgres.folder import Folder
from hustings.foundation.core.supervisor import leashed_command

WITHOUT_A_NAMESPACE = ("hustings", "postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    """`options` are leash.py's; `uid` and `gid` own the files, seen from outside."""

    options: Sequence[str]
    uid: int
    gid: int

    def own(self, *paths: Path) -> None:
        """Hand files that we wrote, and all below, to the one the server runs as."""
        if os.geteuid() != 0:
            return
        for path in paths:
            for each in [path, *path.rglob("*")]:
                if each.lstat().st_uid != self.uid:
                    os.lchown(each, self.uid, self.gid)


def identity_for(folder: Folder, *, namespaces: bool = True) -> Identity:
    """Who to run as. Raises PostgresError when nobody can; `namespaces=False` acts as where they are forbidden."""
    uid = os.geteuid()
    owner = folder.data.stat().st_uid if folder.data.exists() else uid
    if uid != 0:
        if owner != uid:
            raise PostgresError(
                f"{folder.data} belongs to {_name(owner)} and you are {_name(uid)}. Start it as {_name(owner)}, or "
                f"give the folder to yourself: chown -R {_name(uid)} {folder.home}"
            )
        return Identity((), uid, os.getegid())
    if namespaces and owner == 0:
        inner = _anyone_but_root()
        options = ("--namespace", f"{inner.pw_uid}:{inner.pw_gid or inner.pw_uid}")
        if _runs(options):
            return Identity(options, 0, os.getegid())
    return _ordinary(folder, owner)


def _ordinary(folder: Folder, owner: int) -> Identity:
    user = pwd.getpwuid(owner) if owner != 0 else _dedicated()
    options = ("--user", f"{user.pw_uid}:{user.pw_gid}")
    if not _runs(options):
        raise PostgresError(
            f"PostgreSQL does not run as root, this machine allows no user namespaces, and {user.pw_name} cannot "
            f"reach its programs in {binaries.folder()}. Nothing was changed. Start Hustings as an ordinary user, "
            "or put it where every user may read it."
        )
    identity = Identity(options, user.pw_uid, user.pw_gid)
    if folder.home.stat().st_uid != user.pw_uid:
        folder.home.chmod(folder.home.stat().st_mode | 0o011)  # pass through, not list: ours to change
    identity.own(folder.root)
    _check_reachable(folder, user, options)
    return identity


def _dedicated() -> pwd.struct_passwd:
    chosen = os.environ.get("HUSTINGS_POSTGRES_USER")
    for name in (chosen,) if chosen else WITHOUT_A_NAMESPACE:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError(
        "PostgreSQL does not run as root and there is no ordinary user to run it as. Make one (useradd --system "
        "hustings) or name one in HUSTINGS_POSTGRES_USER."
    )


def _check_reachable(folder: Folder, user: pwd.struct_passwd, options: Sequence[str]) -> None:
    if _runs(options, "/bin/sh", "-c", 'cd "$1"', "sh", str(folder.root.resolve())):
        return
    raise PostgresError(
        f"PostgreSQL does not run as root, and {user.pw_name} cannot reach {folder.root}: a folder above it is closed. "
        "Set HUSTINGS_HOME to a folder every user can pass through (such as /var/lib/hustings), or start Hustings as "
        "an ordinary user."
    )


def _runs(options: Sequence[str], *command: str) -> bool:
    line = leashed_command(command or [binaries.program("postgres"), "--version"], identity=options)
    return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _anyone_but_root() -> pwd.struct_passwd:
    """initdb looks its user up by number, so it must be one that the machine knows; which one does not matter."""
    for user in pwd.getpwall():
        if user.pw_uid not in (0, 65534):  # 65534 is what every file that is not ours looks like in there
            return user
    return pwd.getpwuid(65534)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
