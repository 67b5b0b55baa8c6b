"""What a row of the access map says: an address, who may, and what it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from teams.models import Role, Scope

Roles = frozenset[Role]

ISA, AGENT, LEAD = frozenset({Role.ISA}), frozenset({Role.AGENT}), frozenset({Role.LEAD})
WORKERS = ISA | LEAD
EVERYONE = ISA | AGENT | LEAD

#: Who may, where it is not a matter of roles.
ANYBODY = "anybody"  # without signing in
NOBODY = "nobody who asks from here"
SIGNER = "whoever signs what they send"
LINK = "whoever holds the link"
SIGNED_IN = "whoever is signed in"
Who = Roles | str

#: In a body: the asker's own membership.
MEMBERSHIP = "the asker's membership"


@dataclass(frozen=True, slots=True)
class Page:
    """One method of one page. ``names`` says what each part of the address is, ``keys`` the same of the body."""

    route: str
    method: str
    who: Who
    names: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API; ``path`` as the OpenAPI document writes it. ``keys`` and ``query`` name things too.

    Those in ``own`` may do it with what is their own; of a team-mate's they are told that they may not.
    """

    method: str
    path: str
    scope: Scope
    who: Roles
    names: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    own: Roles = frozenset()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def page(
    route: str,
    methods: str,
    who: Who,
    *,
    body: Mapping[str, Any] | None = None,
    keys: Mapping[str, str] | None = None,
    query: str = "",
    **names: str,
) -> list[Page]:
    """Return a row for each of the ``methods``; ``names`` are the parts of the address and what they name."""
    return [Page(route, method, who, names, body or {}, keys or {}, query) for method in methods.split()]
