"""What stands for all that docs/operations.md tells to do: a line to the database, and a team that books."""

from __future__ import annotations

import psycopg2
from django.db import connection

from config.tests.world import in_minutes
from teams.models import SlackConnection


def a_connection(name=None, **more):
    said = connection.get_connection_params()
    given = {key: said[key] for key in ("user", "host", "port") if said.get(key)}
    return psycopg2.connect(dbname=name or said["dbname"], **given, **more)


def stay_at_home(world):
    """Leave Slack out: here is no peer that would take its alerts."""
    SlackConnection.objects.filter(team=world.team).update(token="", channel="")


def booking(world, lead):
    return {"lead": lead.pk, "method": "scheduled", "agent": world.ana.pk, "starts_at": in_minutes(120)}
