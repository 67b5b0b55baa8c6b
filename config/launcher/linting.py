"""``run.py lint``: every check that reads the code, each run to its end, all failures told together."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from config.launcher.places import PROJECT
from config.launcher.processes import LaunchError

BIN = Path(sys.executable).parent
UNREACHABLE = "postgres://nobody@/%2Fnonexistent/none"

#: What takes longest begins first.
CHECKS: dict[str, tuple[str, ...]] = {
    "types": ("mypy", "."),
    "templates": ("djlint", "templates", "--lint", "--quiet"),
    "ruff check": ("ruff", "check", "--quiet"),
    "ruff format": ("ruff", "format", "--check", "--quiet"),
    "sizes": ("python", "-m", "config.launcher.sizes"),
    "imports": ("lint-imports", "--no-cache"),
    "migrations": ("python", "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"),
    "locks": ("python", "-W", "ignore", "-m", "config.locks"),
    "deploy": ("python", "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
}

#: What production asks for, invented: with it Django's own check looks at the settings of a server.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "x7#mQ2!vL9@pR4$wT6^yB1&zN8*cK3(dF5)gH0_jS+aE=uW-iO~qXk",
    "SALT_KEY": "salt-of-the-earth",
    "ALLOWED_HOSTS": "baton.example.com",
    "BASE_URL": "https://baton.example.com",
    "DATABASE_URL": "postgres://baton:secret@db.example.com/baton",
    "REDIS_URL": "redis://redis.example.com/0",
    "EMAIL_URL": "smtp+tls://user:secret@smtp.example.com:587",
    "DEFAULT_FROM_EMAIL": "Baton <baton@example.com>",
}


def lint(names: list[str]) -> int:
    """Run the named checks, or all, as many at once as there are processors, and return how many failed."""
    if unknown := set(names) - CHECKS.keys():
        raise LaunchError(f"No such check: {', '.join(unknown)}. There are: {', '.join(CHECKS)}.")
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": UNREACHABLE}
    chosen = names or list(CHECKS)
    with ThreadPoolExecutor(os.cpu_count()) as processors:
        passed = list(processors.map(partial(_passes, env), chosen))
    failed = [name for name, is_ok in zip(chosen, passed, strict=True) if not is_ok]
    print(f"Lint failed: {', '.join(failed)}." if failed else "Lint is clean.")
    return len(failed)


def _passes(env: Mapping[str, str], name: str) -> bool:
    began = time.monotonic()
    program, *arguments = CHECKS[name]
    done = subprocess.run(
        [BIN / program, *arguments],
        cwd=PROJECT,
        env={**env, **(PRODUCTION if name == "deploy" else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    verdict = f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)"
    print("\n".join([verdict, *([done.stdout + done.stderr] if done.returncode else [])]), flush=True)
    return done.returncode == 0
