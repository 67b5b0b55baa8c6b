"""Who runs PostgreSQL: it refuses to be root, so root runs it as ``nobody``, who must be able to reach its files."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """A user that a program runs as."""

    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Whether this user may enter, or execute, this path: every folder above it counts too."""
        answer = subprocess.run(
            ["test", "-x", str(path)], cwd="/", user=self.uid, group=self.gid, extra_groups=[], check=False
        )
        return answer.returncode == 0

    def own(self, folder: Path) -> Path:
        """Make a folder that this user alone may enter."""
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder


def postgres_account() -> Account | None:
    """Return ``nobody`` when we are root; None when we can run PostgreSQL as ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)
