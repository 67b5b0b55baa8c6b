"""``run.py test``: pytest with a database and a queue of its own, so that any number of runs go side by side."""

import os
from collections.abc import Sequence

from config.launcher.browser import browsers
from config.launcher.places import PROJECT, Places
from config.launcher.processes import Family
from config.launcher.product import PYTHON
from config.launcher.schema import WORKERS, copy_tables
from config.launcher.services import start_services
from config.launcher.throwaway import throwaway_places

NO_BROWSER = "--no-browser"
JOURNEYS = "journeys"
#: Each worker takes a whole file at a time: what a file sets up once is set up once. conftest.py says in which order.
ON_WORKERS = ("-n", str(WORKERS), "--dist", "loadscope", "--no-loadscope-reorder")


def test(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments; without paths it is the whole suite, on three workers and with the browser."""
    env = dict(os.environ)
    chosen = [argument for argument in arguments if argument != NO_BROWSER]
    paths = [argument for argument in chosen if _is_path(argument)]
    if NO_BROWSER in arguments:
        chosen += ["-m", "not journey"]
    elif not paths or any(JOURNEYS in path for path in paths):
        env |= browsers()
    if not _says_workers(chosen):
        chosen += ["-n", "0"] if paths else ON_WORKERS
    with throwaway_places("test", in_memory=True) as where:
        code = _run_pytest(where, chosen, env)
    if NO_BROWSER in arguments:
        print("The browser journeys were not run (--no-browser).")
    return code


def _run_pytest(where: Places, arguments: list[str], env: dict[str, str]) -> int:
    if not env.get("DATABASE_URL"):
        copy_tables(where)
        arguments = ["--reuse-db", *arguments]
    with Family() as family:
        env |= start_services(family, where, durable=False)
        env["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        return family.run([PYTHON, "-m", "pytest", *arguments], env=env, cwd=PROJECT)


def _is_path(argument: str) -> bool:
    return not argument.startswith("-") and (PROJECT / argument.partition("::")[0]).exists()


def _says_workers(arguments: Sequence[str]) -> bool:
    return any(each.startswith(("-n", "--numprocesses", "--collect-only", "--pdb")) for each in arguments)
