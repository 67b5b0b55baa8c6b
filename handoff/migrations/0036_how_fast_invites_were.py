from importlib import import_module

from django.db import migrations

_first = import_module("handoff.migrations.0028_how_handoffs_are_counted")
_before = import_module("handoff.migrations.0032_noted_handoffs")

#: The first time that each of both was told is what counts: somebody may have it sent again.
INVITED = """
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM max(told.first_at) - handoff.opened_at)::numeric AS seconds
    FROM (
        SELECT delivery.audience, min(attempt.ended_at) AS first_at
        FROM notifications_delivery AS delivery
        JOIN notifications_attempt AS attempt ON attempt.delivery_id = delivery.id AND attempt.succeeded
        WHERE handoff.method = 'scheduled' AND delivery.about = 'handoff/' || handoff.id
            AND delivery.kind = 'handoff_opened' AND delivery.came_back_at IS NULL
            AND (
                delivery.invite IS NOT NULL AND delivery.audience IN ('agent', 'client')
                OR delivery.channel = 'sms' AND delivery.audience = 'client'
            )
        GROUP BY delivery.audience
    ) AS told
    HAVING count(*) = 2
) AS invited ON true
"""
PACE = """)::smallint AS fullness,
    CASE WHEN invited.seconds IS NOT NULL
        THEN least(greatest(floor(4 * log(2, greatest(invited.seconds, 1) / 0.9375)), 0), 47)::smallint
    END AS invite_pace
"""
COURSE = _first.COURSE.replace(")::smallint AS fullness\n", PACE) + INVITED
COLUMNS = f"{_before.COLUMNS.rstrip()}, invite_pace\n"

VIEWS = f"""
{COURSE.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")};
{_before.NOTED.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")};
{(_before.CURRENT % "handoff_noted").replace(_before.COLUMNS, COLUMNS)};
"""
VIEWS_AS_BEFORE = f"""
DROP VIEW handoff_current;
DROP VIEW handoff_noted;
DROP VIEW handoff_course;
{_first.COURSE};
{_before.NOTED};
{_before.CURRENT % "handoff_noted"};
"""

NOTE = """
CREATE FUNCTION baton_note_handoff_of_invite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changed (handoff_id) VALUES (split_part(NEW.about, '/', 2)::bigint);
    RETURN NULL;
END $$;

CREATE TRIGGER note_invite AFTER UPDATE OF state, came_back_at ON notifications_delivery FOR EACH ROW
    WHEN (
        NEW.kind = 'handoff_opened' AND (NEW.audience = 'agent' OR NEW.audience = 'client')
        AND (NEW.invite IS NOT NULL OR NEW.channel = 'sms')
        AND (
            NEW.state = 'done' AND OLD.state IS DISTINCT FROM 'done'
            OR NEW.came_back_at IS DISTINCT FROM OLD.came_back_at
        )
    )
    EXECUTE FUNCTION baton_note_handoff_of_invite();
"""
FORGET = "DROP FUNCTION baton_note_handoff_of_invite() CASCADE"
# The sweep counts what was delivered already; until it has, the figures are read from the rows.
BEGIN = "INSERT INTO handoff_changed (handoff_id) SELECT id FROM handoff_handoff WHERE method = 'scheduled'"


class Migration(migrations.Migration):
    """From the booking to both invites: read from what was delivered, and noted when it is."""

    dependencies = [("handoff", "0035_invite_paces"), ("notifications", "0022_hear_of_pay")]

    operations = [
        migrations.RunSQL(VIEWS, VIEWS_AS_BEFORE),
        migrations.RunSQL(NOTE, FORGET),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
