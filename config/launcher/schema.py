"""The tables of this very code, kept as a stopped server: a test run copies it instead of migrating for seconds."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from config.launcher.places import PROJECT, Places
from config.launcher.processes import Family, LaunchError
from config.launcher.product import PYTHON
from config.launcher.services import start_database
from config.launcher.throwaway import throwaway_places

KEPT = PROJECT / ".data" / "test-schemas"
KEPT_AT_MOST = 3
#: One more than two cores: whoever drives a browser or waits for a process leaves the core to the others.
WORKERS = 3
MAKE_TEST_DATABASES = """
import sys
import django
django.setup()
from django.db import connection
connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
made = connection.settings_dict["NAME"]
connection.close()
with connection.creation._nodb_cursor() as cursor:
    for number in range(int(sys.argv[1])):
        cursor.execute(f'CREATE DATABASE "{made}_gw{number}" TEMPLATE "{made}"')
"""


def fingerprint() -> str:
    """Return a digest of all that decides the tables: our migrations, and the versions of what brings its own."""
    digest = hashlib.sha256()
    for path in (PROJECT / "constraints.txt", *sorted(PROJECT.glob("*/migrations/*.py"))):
        digest.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def copy_tables(where: Places) -> None:
    """Give a cluster that has not started yet the test databases of this code, for pytest's ``--reuse-db``."""
    kept = KEPT / fingerprint()[:16]
    if not kept.exists():
        _make(kept)
    _copy(kept, where.cluster / "data")


def _make(kept: Path) -> None:
    with throwaway_places("schema", in_memory=True) as where:
        with Family() as family:
            url = start_database(family, where, durable=False)
            env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": url}
            if family.run([PYTHON, "-c", MAKE_TEST_DATABASES, str(WORKERS)], env=env, cwd=PROJECT):
                raise LaunchError("The test databases could not be made; the reason stands above.")
        KEPT.mkdir(parents=True, exist_ok=True)
        half_made = KEPT / f".{kept.name}.{os.getpid()}"
        _copy(where.cluster / "data", half_made)
        try:
            half_made.rename(kept)
        except OSError:  # another run was first
            shutil.rmtree(half_made)
    newest_first = sorted(KEPT.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[KEPT_AT_MOST:]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Copy with owners and permissions, which PostgreSQL insists on and ``shutil`` does not keep."""
    subprocess.run(["cp", "-a", source, target], check=True)
