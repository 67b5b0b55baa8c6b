from django.db import migrations

#: Each is looked up by its key: whatever the planner thinks of how many are noted, it must not count a million rows to
#: find those few. That is what OFFSET 0 is for.
NOTED = """
CREATE VIEW handoff_noted AS
SELECT course.* FROM (SELECT DISTINCT handoff_id FROM handoff_changed) AS changed
CROSS JOIN LATERAL (
    SELECT * FROM handoff_course WHERE handoff_course.handoff_id = changed.handoff_id OFFSET 0
) AS course
"""
COLUMNS = """
    handoff_id, team_id, set_on, held_on, method, isa_id, agent_id, source, area, handed, booked, held, no_show,
    cancelled, to_rebook, moved, direct, live, reported, on_time, missed, recovered, met, judged, good, signed,
    contracted, closed, commission, because_price, because_motivation, because_agent, because_mortgage,
    because_location, because_contact, because_duplicate, because_other, connect_seconds, pace, was_confirmed,
    was_read, fullness
"""
CURRENT = f"""
CREATE OR REPLACE VIEW handoff_current AS
SELECT {COLUMNS} FROM handoff_counted AS counted
WHERE NOT EXISTS (SELECT FROM handoff_changed AS changed WHERE changed.handoff_id = counted.handoff_id)
UNION ALL SELECT {COLUMNS} FROM %s
"""
AS_BEFORE = "handoff_course WHERE handoff_id IN (SELECT changed.handoff_id FROM handoff_changed AS changed)"


class Migration(migrations.Migration):
    """Handoffs that changed since they were counted, each from its own rows."""

    dependencies = [("handoff", "0031_entries_by_the_day_earned")]

    operations = [
        migrations.RunSQL(NOTED, "DROP VIEW handoff_noted"),
        migrations.RunSQL(CURRENT % "handoff_noted", CURRENT % AS_BEFORE),
    ]
