"""The browser of the journeys: Debian's chromium, which is to be had where a package's own download is not.

It comes twice: whole, with notifications and installing, and as a shell that draws pages only, for a third of the work.
"""

import os
import shutil
import subprocess

from config.launcher.processes import LaunchError

#: Where a test finds each, and the command of it.
BROWSERS = {"CHROMIUM": "chromium", "CHROMIUM_SHELL": "chromium-headless-shell"}
COMMAND = (
    f"apt-get update && apt-get install -y --no-install-recommends {' '.join(BROWSERS.values())} fonts-noto-color-emoji"
)


def browsers() -> dict[str, str]:
    """Return the path of each of BROWSERS; as root install them when one is missing, otherwise say how to."""
    found = _found()
    if found.keys() == BROWSERS.keys():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LaunchError(f"The browser journeys need chromium: {COMMAND}\nOr leave them out with --no-browser.")
    print(f"Installing chromium for the browser journeys: {COMMAND}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["sh", "-c", COMMAND], env=env, capture_output=True, text=True, check=False)
    found = _found()
    if done.returncode or found.keys() != BROWSERS.keys():
        raise LaunchError(f"Chromium could not be installed.\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    return found


def _found() -> dict[str, str]:
    paths = {name: os.environ.get(name) or shutil.which(command) for name, command in BROWSERS.items()}
    return {name: path for name, path in paths.items() if path}
