#!/usr/bin/env python3
"""The one door: `python3 run.py` starts Baton, `python3 run.py help` lists what else it does.

Standard library only. It makes .venv, installs the locked packages when they changed, and hands over.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed.sha256"
FOR_TOOLS = ("test", "lint", "bench", "storm", "screens")
FILES = ("requirements.txt", "requirements-dev.txt", "constraints.txt")


def main() -> None:
    """Make sure that the packages are there, then become the launcher: the same process, so signals reach it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older one is told
        sys.exit(f"Baton needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        install(with_tools=command in FOR_TOOLS)
    except KeyboardInterrupt:
        sys.exit(130)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each process would compile every file anew: half of a short run
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    os.execv(PYTHON, [str(PYTHON), "-m", "config.launcher", *sys.argv[1:]])  # noqa: S606


def install(*, with_tools: bool) -> None:
    """Install the locked packages into .venv, unless these very ones are there. Two launchers take turns."""
    if is_installed(with_tools=with_tools):
        return
    import fcntl  # noqa: PLC0415 - needed on the first start only

    with (HERE / ".venv.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if is_installed(with_tools=with_tools):
            return
        make_venv()
        print("Installing the locked packages into .venv; this happens once.", flush=True)
        wanted = "requirements-dev.txt" if with_tools else "requirements.txt"
        # What is imported is compiled then; to compile all there is takes a third of the installing
        if pip("install", "-qq", "--disable-pip-version-check", "--no-compile", "-r", str(HERE / wanted)):
            sys.exit("The packages could not be installed; pip says why above. Run the same command again to retry.")
        INSTALLED.write_text("\n".join([fingerprint(), *(["tools"] if with_tools else [])]))


def make_venv() -> None:
    """Make .venv with this Python, or say what is missing for it."""
    if PYTHON.exists() and pip("--version") == 0:
        return
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships Python without it
        import venv  # noqa: PLC0415
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        sys.exit(f"Python's venv module is missing. On Debian or Ubuntu: apt-get install {package}")
    shutil.rmtree(VENV, ignore_errors=True)
    print("Making .venv.", flush=True)
    venv.create(VENV, with_pip=True, symlinks=True)


def pip(*arguments: str) -> int:
    """Run .venv's pip and return its exit code."""
    return subprocess.run([PYTHON, "-m", "pip", *arguments], stdout=subprocess.DEVNULL, check=False).returncode


def is_installed(*, with_tools: bool) -> bool:
    """Whether the packages of exactly these requirement files are in .venv."""
    if not (PYTHON.exists() and INSTALLED.exists()):
        return False
    done = INSTALLED.read_text().split()
    return done[:1] == [fingerprint()] and (not with_tools or "tools" in done)


def fingerprint() -> str:
    """Return a digest of the requirement files and of the Python that .venv is for."""
    digest = hashlib.sha256(sys.version.encode())
    for name in FILES:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
