"""The commands of ``run.py``."""

import os
import sys

import environ

from config.launcher.linting import lint
from config.launcher.measuring import MODULES, measure
from config.launcher.places import PROJECT, places
from config.launcher.processes import EndRequested, Family, LaunchError
from config.launcher.product import manage
from config.launcher.services import start_services
from config.launcher.serving import data_dir, environment, is_empty, is_running, serve, the_only_one
from config.launcher.testing import test

HELP = """\
python3 run.py                  start Baton with everything it needs, on http://127.0.0.1:8000
python3 run.py --empty          the same without demo data: the first page makes your team
python3 run.py test [ARGS]      run the tests; ARGS go to pytest, --no-browser leaves the journeys out
python3 run.py lint [CHECKS]    read the code with every linter
python3 run.py bench            measure, each figure beside its limit
python3 run.py storm            kill parts while handoffs are made, and count what was lost or doubled
python3 run.py screens          draw every page, mail and card into screens/
python3 run.py manage ARGS      manage.py on the running copy, or on its data while it is stopped

HOST, PORT and DATA_DIR change where it listens and where its data lie; .env.example lists all variables.
It takes the PORT and the next free one, for the event stream."""


def main(arguments: list[str]) -> int:
    """Do one command and return its exit code."""
    command, *rest = arguments or ["serve"]
    if command in {"serve", "--empty", "manage"}:
        environ.Env.read_env(PROJECT / ".env")  # as the settings do; tests and measurements take nothing from it
    if command in {"serve", "--empty"} and not rest:
        return serve(empty=command == "--empty")
    if command == "test":
        return test(rest)
    if command == "lint":
        return lint(rest)
    if command in MODULES:
        return measure(command, rest)
    if command == "manage" and rest:
        return _manage(rest)
    print(HELP)
    return 0 if command in {"help", "--help", "-h"} else 2


def _manage(arguments: list[str]) -> int:
    """Run ``manage.py`` beside the running copy; without one, on services started for this command alone."""
    command = manage(*arguments)
    where = places(data_dir())
    if is_running(where):
        os.execv(command[0], [str(part) for part in command])  # noqa: S606 - it reads the addresses from DATA_DIR
    with the_only_one(where), Family() as family:
        has_demo = not is_empty(where)
        env = environment(where, start_services(family, where), host="127.0.0.1", port=8000, has_demo=has_demo)
        return family.run(command, env=env, cwd=PROJECT)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LaunchError as problem:
        sys.exit(str(problem))
    except (EndRequested, KeyboardInterrupt):
        print("\nEnded.")
        sys.exit(0)
