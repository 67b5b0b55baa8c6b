"""The keys of an embedded copy: made once, kept in DATA_DIR, readable by their owner alone."""

import os
import secrets
from pathlib import Path


def kept_key(path: Path) -> str:
    """Return the key in this file, made on first use. Losing it would lose every session and every stored token."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(f"{key}\n")
        os.fsync(file.fileno())
    return key


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    half_written = path.with_name(f"{path.name}.new")
    half_written.unlink(missing_ok=True)
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half_written.replace(path)
