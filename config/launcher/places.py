"""Where things lie: all under DATA_DIR, but for what its user could not reach there or what makes a path too long."""

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from config.launcher.accounts import Account, postgres_account
from config.launcher.processes import LaunchError

PROJECT = Path(__file__).resolve().parents[2]
SYSTEM_HOME = Path("/var/lib/baton")  # root only: for what nobody cannot reach elsewhere
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")  # sockaddr_un holds 107 bytes and a NUL


@dataclass(frozen=True)
class Places:
    """The folders of one copy of the product."""

    data: Path
    account: Account | None

    @property
    def logs(self) -> Path:
        return _folder(self.data / "logs", mode=0o700)

    @property
    def valkey(self) -> Path:
        return _folder(self.data / "valkey", mode=0o700)

    @property
    def environment(self) -> Path:
        """The file that tells a bare ``manage.py`` where this copy's services are."""
        return self.data / "environment"

    @property
    def cluster(self) -> Path:
        """The parent of PostgreSQL's data, owned by the user who runs it."""
        if self.account is None:
            return _folder(self.data / "postgres", mode=0o700)
        if self.account.can_reach(self.data):
            return self.account.own(self.data / "postgres")
        return self.account.own(self._elsewhere() / "postgres")

    @property
    def sockets(self) -> Path:
        """A folder with a path that is short enough for a Unix socket, and that only its owner may enter."""
        near = self.cluster.parent / "sockets"
        folder = near if len(os.fsencode(near)) <= SOCKET_LIMIT else self._near_root()
        if self.account:
            folder.mkdir(exist_ok=True)
            _refuse_foreign(folder, {self.account.uid, os.geteuid()})
            return self.account.own(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        _refuse_foreign(folder, {os.geteuid()})
        return folder

    def _elsewhere(self) -> Path:
        """A folder outside DATA_DIR that goes with this very DATA_DIR: a new one at the same path gets a new one."""
        note = self.data / "database-is-elsewhere"
        if not note.exists():
            print(f"{self.data} cannot be entered by the user 'nobody', who runs the database for root.")
            note.write_text(f"{SYSTEM_HOME / os.urandom(6).hex()}\n")
        folder = Path(note.read_text().strip())
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        SYSTEM_HOME.chmod(0o711)
        return folder

    def clear_away(self) -> None:
        """Remove what lies outside DATA_DIR and is of no use once the services have ended."""
        shutil.rmtree(self._near_root(), ignore_errors=True)

    def _near_root(self) -> Path:
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path("/tmp") / f"baton-{mark}"  # noqa: S108 - whoever uses it checks its owner


def places(data: Path) -> Places:
    """Make DATA_DIR. Root leaves others the way through it, not the sight of it: nobody has to pass."""
    account = postgres_account()
    return Places(data=_folder(data.absolute(), mode=0o711 if account else 0o700), account=account)


def _folder(path: Path, *, mode: int) -> Path:
    if path.is_dir():
        return path
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        if not path.is_dir():
            raise LaunchError(f"{path} is a file. Give another DATA_DIR.") from None
        return path  # another copy was started the same moment, and has just made it: who may use it is asked later
    path.chmod(mode)
    return path


def _refuse_foreign(folder: Path, owners: set[int]) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise LaunchError(f"{folder} belongs to somebody else. Give a shorter DATA_DIR.")
