"""Services that live for one command: on memory where there is some, gone when it ends."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.launcher.places import Places, places

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made there is private


@contextmanager
def throwaway_places(purpose: str, *, in_memory: bool) -> Iterator[Places]:
    """Make a private DATA_DIR and remove it at the end."""
    parent = MEMORY if in_memory and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=f"baton-{purpose}-", dir=parent))
    try:
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        yield places(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
