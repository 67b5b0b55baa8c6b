"""Looking after ourselves: what the auditor finds goes to the log, and a clean look is told to whoever watches us."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from notifications import outbound
from notifications.promises.audit import findings

log = structlog.get_logger(__name__)

NAMED = 5  # findings in one line of the log; ``audit_promises`` names all


def look(*, at: datetime) -> list[str]:
    """Audit, log what was forgotten, and return it. Only when there is nothing of the kind, the heart beats.

    No transaction may be open: the heartbeat goes over the network.
    """
    found = list(findings(at=at))
    if found:
        log.error("promises_forgotten", count=len(found), first=found[:NAMED])
    else:
        _beat()
    return found


def _beat() -> None:
    """Ask for HEARTBEAT_URL. That it does not answer is logged without the address, which may be a credential."""
    url = settings.HEARTBEAT_URL
    if not url:
        return
    try:
        answer = outbound.get(url, hosts={urlsplit(url).hostname or ""})
    except (outbound.Forbidden, outbound.Unreachable, ValueError) as problem:
        log.warning("heartbeat_not_heard", problem=str(problem))
        return
    if answer.status >= 300:
        log.warning("heartbeat_not_heard", status=answer.status)
