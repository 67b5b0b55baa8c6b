"""The browser of the journeys: Debian's chromium, which is to be had where a package's own download is not."""

import os
import shutil
import subprocess

from config.launcher.processes import LaunchError

COMMAND = "apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-color-emoji"


def chromium() -> str:
    """Return the path of chromium; as root install it when it is missing, otherwise say how to."""
    if found := os.environ.get("CHROMIUM") or shutil.which("chromium"):
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LaunchError(f"The browser journeys need chromium: {COMMAND}\nOr leave them out with --no-browser.")
    print(f"Installing chromium for the browser journeys: {COMMAND}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["sh", "-c", COMMAND], env=env, capture_output=True, text=True, check=False)
    found = shutil.which("chromium")
    if done.returncode or not found:
        raise LaunchError(f"Chromium could not be installed.\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    return found
