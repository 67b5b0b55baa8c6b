"""``run.py bench``, ``storm`` and ``screens``: programs of bench/ on services of their own."""

import os
from collections.abc import Sequence

from config.launcher.browser import browsers
from config.launcher.places import PROJECT
from config.launcher.processes import Family, LaunchError
from config.launcher.product import PYTHON
from config.launcher.services import prepare_database, start_services
from config.launcher.serving import environment
from config.launcher.throwaway import throwaway_places

MODULES = {"bench": "bench", "storm": "bench.storm", "screens": "bench.screens"}


def measure(command: str, arguments: Sequence[str]) -> int:
    """Run the program on durable, migrated, empty services; it starts the product's own processes as it needs."""
    if command == "screens":
        os.environ |= browsers()
    with throwaway_places(command, in_memory=False) as where, Family() as family:
        env = environment(where, start_services(family, where), host="127.0.0.1", port=0)
        if prepare_database(family, env):
            raise LaunchError("The database could not be made; the reason stands above.")
        return family.run([PYTHON, "-m", MODULES[command], *arguments], env=env, cwd=PROJECT)
