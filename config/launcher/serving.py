"""``run.py`` alone: the whole product on one machine, with demo data on the first start."""

import fcntl
import hashlib
import ipaddress
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.launcher.doors import open_events, open_pages
from config.launcher.keys import kept_key, write_private
from config.launcher.places import PROJECT, Places, places
from config.launcher.processes import Family, LaunchError, Program, Running, tail
from config.launcher.product import events, manage, sweep, web, worker
from config.launcher.schema import fingerprint
from config.launcher.services import prepare_database, start_services
from teams import setup_code

READY_LIMIT = 60.0  # seconds
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - names for all addresses, and where we ask ourselves


def data_dir() -> Path:
    """Return DATA_DIR, or .data beside the code."""
    return Path(os.environ.get("DATA_DIR") or PROJECT / ".data").absolute()


def serve(*, empty: bool = False) -> int:
    """Start everything, say where it is, and stay until Ctrl-C or SIGTERM.

    ``empty``: without demo data. An installation that began so stays so, whatever is asked for later.
    """
    began = time.monotonic()
    where = places(data_dir())
    host, listener = open_pages()
    port = listener.getsockname()[1]
    with the_only_one(where), Family() as family, listener, open_events(host, after=port) as stream:
        has_demo = _wants_demo(where, empty=empty)
        addresses = start_services(family, where) | _events_url(host, stream)
        env = environment(where, addresses, host=host, port=port, has_demo=has_demo)
        _bring_up_to_date(family, where, env)
        logins = _demo_logins(family, where, env, host=host) if has_demo else _way_in(where, env)
        product = family.start(web(env, where.logs, listener=listener.fileno()))
        _wait_for_web(where, product[0], host=host, port=port)
        others = worker(env, where.logs), sweep(env, where.logs), events(env, where.logs, listener=stream.fileno())
        family.start(*others, beside=product)
        print(f"\nBaton is ready on {env['BASE_URL']} ({time.monotonic() - began:.1f} s). Ctrl-C ends it.")
        print(f"{logins}\nLogs: {where.logs}", flush=True)
        family.watch()
    return 0


def environment(
    where: Places, addresses: Mapping[str, str], *, host: str, port: int, has_demo: bool = True
) -> dict[str, str]:
    """Return the variables of our children; what the caller gave wins. A bare ``manage.py`` finds them in a file."""
    hosts = ["localhost", "127.0.0.1", "[::1]", *_own_names(host)]
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "SECRET_KEY": kept_key(where.data / "secret_key"),
        "SALT_KEY": kept_key(where.data / "salt_key"),
        "BASE_URL": f"http://{_shown(host)}:{port}",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
        "DEMO_LOGINS": str(has_demo and is_loopback(host)),
        **addresses,
    }
    chosen = {name: os.environ.get(name) or value for name, value in ours.items()}
    kept = {name: value for name, value in chosen.items() if name != "DJANGO_SETTINGS_MODULE"}
    write_private(where.environment, "".join(f"{name}='{value}'\n" for name, value in kept.items()))
    return {**os.environ, **chosen, "DATA_DIR": str(where.data), "PYTHONUNBUFFERED": "1"}


@contextmanager
def the_only_one(where: Places) -> Iterator[None]:
    """Hold DATA_DIR for ourselves: two servers on the same data would destroy them."""
    with (where.data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LaunchError(f"Another copy runs on {where.data}. Give this one its own DATA_DIR and PORT.") from None
        try:
            yield
        finally:
            where.clear_away()


def is_running(where: Places) -> bool:
    """Whether a copy holds this DATA_DIR now."""
    try:
        with the_only_one(where):
            return False
    except LaunchError:
        return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(host: str) -> str:
    """Return this host as an address has it."""
    name = socket.gethostname() if host in EVERYWHERE else host
    return f"[{name}]" if ":" in name else name


def _events_url(host: str, stream: socket.socket) -> dict[str, str]:
    """Return where the event stream is, unless it follows from a BASE_URL that somebody chose."""
    if os.environ.get("BASE_URL"):
        return {}
    return {"EVENTS_URL": f"http://{_shown(host)}:{stream.getsockname()[1]}"}


def _own_names(host: str) -> list[str]:
    """Return the names and addresses that a browser may use to reach this host."""
    if is_loopback(host):
        return []
    if host not in EVERYWHERE:
        return [f"[{host}]" if ":" in host else host]
    name = socket.gethostname()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return [name, *sorted(f"[{address}]" if ":" in address else address for address in found)]


def _bring_up_to_date(family: Family, where: Places, env: Mapping[str, str]) -> None:
    """Migrate, unless this very code has already migrated this embedded database: that saves a second per start."""
    done = _beside_the_database(where) / "migrated"
    stamp = fingerprint()
    if not os.environ.get("DATABASE_URL") and done.exists() and done.read_text() == stamp:
        return
    if prepare_database(family, env):
        raise LaunchError("The database could not be brought up to date; the reason stands above.")
    done.write_text(stamp)


def _beside_the_database(where: Places) -> Path:
    """Return where notes on the database's content lie: with an embedded one, so that they never outlive it."""
    return where.data if os.environ.get("DATABASE_URL") else where.cluster


def _demo_logins(family: Family, where: Places, env: Mapping[str, str], *, host: str) -> str:
    """Fill a new database with the demo team, and return what ``manage.py demo`` says of its people."""
    kept = _note(where, "demo", ".txt")
    if not kept.exists():
        written = where.logs / "demo.log"
        written.unlink(missing_ok=True)
        extra = [] if is_loopback(host) else ["--random-passwords"]
        command = manage("demo", "--skip-checks", *extra)
        demo = Program(name="demo", command=command, env=env, log=written, cwd=PROJECT)
        if family.finish(demo):
            raise LaunchError(f"The demo data could not be made.\n{tail(written)}")
        said = written.read_text()
        write_private(kept, said[max(said.find("Sign in as:"), 0) :])  # without the log lines of what it did
        written.unlink()
    return kept.read_text().rstrip()


def is_empty(where: Places) -> bool:
    """Whether this database began without demo data."""
    return _note(where, "empty").exists()


def _wants_demo(where: Places, *, empty: bool) -> bool:
    if empty and _note(where, "demo", ".txt").exists():
        raise LaunchError("The demo team lives here already. Give --empty a DATA_DIR of its own.")
    return not (empty or is_empty(where))


def _way_in(where: Places, env: Mapping[str, str]) -> str:
    """Remember that there is no demo data here, and return how to make the team, or to sign in once there is one."""
    _note(where, "empty").touch()
    words = "There is no demo data: the first page makes your team; once there is one, sign in."
    if setup_code.is_needed(env["ALLOWED_HOSTS"].split(",")):
        words += f"\nSet-up code for that page, for nobody else: {setup_code.setup_code(env['SECRET_KEY'])}"
    return words


def _note(where: Places, what: str, suffix: str = "") -> Path:
    """Return a file that tells something of the database in use, which may be another one tomorrow."""
    mark = hashlib.sha256(os.environ.get("DATABASE_URL", "embedded").encode()).hexdigest()[:12]
    return _beside_the_database(where) / f"{what}-{mark}{suffix}"


def _wait_for_web(where: Places, serving: Running, *, host: str, port: int) -> None:
    reachable = EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    deadline = time.monotonic() + READY_LIMIT
    request = urllib.request.Request(f"http://{reachable}:{port}/healthz", headers={"Host": "localhost"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            if serving.process.poll() is not None or time.monotonic() > deadline:
                raise LaunchError(f"The web did not start.\n{tail(where.logs / 'web.log')}") from None
            time.sleep(0.05)
