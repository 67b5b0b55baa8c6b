"""Nothing personal and no secret leaves by a log line or an error report, whatever somebody passes to the logger.

Two nets. What is *called* something private is hidden whole. What *looks* private is hidden wherever it stands, in
messages and tracebacks too: addresses, phone numbers, tokens, credentials in URLs, and the values that PostgreSQL
quotes in its errors. A name of a person looks like any word: our own lines name people by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 20_000  # characters of one value; a traceback is shorter
DEEPEST = 6  # levels of nested values

#: Parts of names whose values are never shown.
PRIVATE = re.compile(
    r"passw|secret|token(?!_id$)|authori[sz]|cookie|session|credential|api_?key|dsn|webhook|e_?mail|phone|"
    r"address|recipient|(?:first|last|sort|full)_name|^name$|note|body|payload|digest|recovery|otp|^csrf",
    re.IGNORECASE,
)
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@'\"]*@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]+", re.IGNORECASE), rf"\1?{HIDDEN}"),
    (re.compile(r"(https://hooks\.[^\s/]+/)[^\s'\"<>]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=:-]{4,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(?:xox[a-z]-|xapp-|baton_|whsec_|sk_|ghp_)[\w-]{6,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), HIDDEN),  # a JSON web token
    (re.compile(r"\bgAAAA[\w=-]{20,}"), HIDDEN),  # what our own encryption made
    (re.compile(r"\b[\w-]{12,}:[\w-]{6}:[\w-]{27,}"), HIDDEN),  # a link signed by Django
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"), HIDDEN),
    (re.compile(r"(?<![\w.:-])(?!\d{4}-\d\d-\d\d)\+?\(?\d[\d\s().-]{8,}\d(?![\w:-])"), HIDDEN),
    (re.compile(r"\(([^()\n]*)\)=\([^\n]*?\)(?= (?:already|is (?:not|still)|conflicts)|,|$)", re.MULTILINE),
     rf"(\1)=({HIDDEN})"),
    (re.compile(r"Failing row contains \([^\n]*"), f"Failing row contains ({HIDDEN})."),
)  # fmt: skip


def scrub_text(text: str) -> str:
    """Return the text without what looks private in it."""
    text = text[:LONGEST]
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


def scrub(value: Any, *, name: str = "", depth: int = 0) -> Any:
    """Return a value that may be shown under this name, whatever is inside it."""
    if value is None or isinstance(value, bool):
        return value
    if PRIVATE.search(name):
        return HIDDEN
    if isinstance(value, int | float):
        return value
    return "…" if depth > DEEPEST else _scrub_inside(value, depth=depth + 1)


def _scrub_inside(value: Any, *, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {scrub_text(str(key)): scrub(each, name=str(key), depth=depth) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(each, depth=depth) for each in value]
    return scrub_text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def scrub_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Do so for a whole log line, as structlog's last processor before it is written out."""
    return {name: scrub(value, name=name) for name, value in event.items()}
