"""Pressing buttons and sending sheets as Slack passes it on, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
WORKSPACE = "T0TEAM"


def signed(body: bytes, *, secret: str = SECRET, stamp: int | str | None = None) -> dict[str, str]:
    """Return Slack's headers for this body: v0, HMAC-SHA256 of “v0:stamp:body”."""
    stamp = int(time.time()) if stamp is None else stamp
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(stamp), "X-Slack-Signature": f"v0={mac}"}


def send(payload: dict[str, Any] | str, *, headers: dict[str, str] | None = None, **how: Any) -> Any:
    """Post a payload as Slack does."""
    said = payload if isinstance(payload, str) else json.dumps(payload)
    body = urlencode({"payload": said}).encode()
    return Client(enforce_csrf_checks=True).post(
        reverse("notifications:slack-interactions"),
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers=signed(body, **how) if headers is None else headers,
    )


def pressed(value: str, *, user: str, response_url: str = "", trigger: str = "1.2.abc") -> dict[str, Any]:
    """Return the payload of a pressed button."""
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": WORKSPACE},
        "team": {"id": WORKSPACE, "domain": "invented"},
        "api_app_id": "A0APP",
        "trigger_id": trigger,
        "response_url": response_url,
        "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "D0ANA"},
        "actions": [{"action_id": "press_0", "type": "button", "value": value}],
    }


def submitted(metadata: str, *, user: str, **answers: str | None) -> dict[str, Any]:
    """Return the payload of a sheet that was sent: choices for what ``chosen`` names, else lines."""
    choices = {"is_good", "reason", "next_step", "moved_to"}
    values = {
        name: {
            "answer": {"type": "static_select", "selected_option": {"value": said} if said else None}
            if name in choices
            else {"type": "plain_text_input", "value": said}
        }
        for name, said in answers.items()
    }
    return {
        "type": "view_submission",
        "user": {"id": user, "team_id": WORKSPACE},
        "team": {"id": WORKSPACE},
        "api_app_id": "A0APP",
        "view": {"id": "V0SHEET", "private_metadata": metadata, "state": {"values": values}},
    }
