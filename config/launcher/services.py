"""The database and the queue of one copy: those given by DATABASE_URL and REDIS_URL, or else embedded ones."""

import os
from collections.abc import Mapping

from config.launcher.places import PROJECT, Places
from config.launcher.postgres import Cluster
from config.launcher.processes import Family
from config.launcher.product import PYTHON
from config.launcher.valkey import Valkey


def start_services(family: Family, where: Places, *, durable: bool = True) -> dict[str, str]:
    """Start what is not given, wait until it answers, and return the addresses of both."""
    return {
        "REDIS_URL": os.environ.get("REDIS_URL") or start_queue(family, where, durable=durable),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or start_database(family, where, durable=durable),
    }


def start_queue(family: Family, where: Places, *, durable: bool) -> str:
    """Start the embedded queue, and return its address."""
    valkey = Valkey(where.valkey, where.sockets / "valkey.sock", where.logs / "valkey.log", durable=durable)
    (queue,) = family.start(valkey.program())
    valkey.wait(queue.process)
    return valkey.url


def start_database(family: Family, where: Places, *, durable: bool) -> str:
    """Start the embedded database, and return its address."""
    cluster = Cluster(where.cluster, where.sockets, where.logs / "postgres.log", where.account, durable=durable)
    cluster.prepare()
    (database,) = family.start(cluster.program())
    cluster.wait(database.process)
    return cluster.url


def prepare_database(family: Family, env: Mapping[str, str]) -> int:
    """Bring the tables up to date, the cache's too, in one process: importing Django is what takes the time."""
    both = "import django; django.setup(); from django.core.management import call_command as call; "
    both += "call('migrate', verbosity=0, interactive=False); call('createcachetable')"
    return family.run([PYTHON, "-c", both], env=env, cwd=PROJECT)
