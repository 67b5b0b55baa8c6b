"""The code that the first-run page asks for where others can reach it: who can read the server's output may use it.

It is derived from the SECRET_KEY, so every process knows it and nothing is stored; it ends with the page it opens.
No Django in here: the launcher prints it too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}


def setup_code(secret_key: str) -> str:
    """Return the code of the installation that signs with this key: 60 bits in four groups of three."""
    digest = hmac.digest(secret_key.encode(), b"baton first-run set-up code", hashlib.sha256)
    letters = base64.b32encode(digest).decode()[:12]
    return "-".join(letters[start : start + 3] for start in range(0, 12, 3))


def is_right(said: str, *, secret_key: str) -> bool:
    """Whether this is the code, however it was typed."""
    tidy = "".join(letter for letter in said.upper() if letter.isalnum())
    return hmac.compare_digest(tidy.encode(), setup_code(secret_key).replace("-", "").encode())


def is_needed(hosts: Iterable[str]) -> bool:
    """Whether the installation answers to more names than those of its own machine."""
    return any(host not in LOOPBACK for host in hosts)
