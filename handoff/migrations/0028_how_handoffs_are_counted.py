from django.db import migrations

COURSE = """
CREATE VIEW handoff_course AS
SELECT
    handoff.id AS handoff_id,
    handoff.team_id,
    (handoff.opened_at AT TIME ZONE team.zone)::date AS set_on,
    (coalesce(appointment.starts_at, handoff.opened_at) AT TIME ZONE team.zone)::date AS held_on,
    handoff.method,
    handoff.setter_id AS isa_id,
    handoff.agent_id,
    handoff.source,
    handoff.area,
    1 AS handed,
    (appointment.id IS NOT NULL)::int AS booked,
    coalesce(appointment.status = 'held', false)::int AS held,
    coalesce(appointment.status = 'no_show', false)::int AS no_show,
    coalesce(
        appointment.status IN ('cancelled', 'expired') AND outcome.showed IS DISTINCT FROM 'moved', false
    )::int AS cancelled,
    coalesce(appointment.id IS NOT NULL AND outcome.showed = 'moved', false)::int AS to_rebook,
    coalesce(appointment.id IS NOT NULL AND (outcome.showed = 'moved' OR postponed.once), false)::int AS moved,
    (handoff.method = 'direct')::int AS direct,
    (handoff.method = 'live')::int AS live,
    (outcome.id IS NOT NULL)::int AS reported,
    coalesce(outcome.is_on_time AND NOT coalesce(postponed.was_late, false), false)::int AS on_time,
    coalesce(outcome.showed = 'no', false)::int AS missed,
    coalesce(outcome.showed = 'no' AND recovery.rebooked_as_id IS NOT NULL, false)::int AS recovered,
    coalesce(outcome.showed = 'yes', false)::int AS met,
    coalesce(outcome.showed = 'yes' AND outcome.is_good IS NOT NULL, false)::int AS judged,
    coalesce(outcome.is_good, false)::int AS good,
    (deal.id IS NOT NULL)::int AS signed,
    (deal.under_contract_on IS NOT NULL)::int AS contracted,
    coalesce(deal.status = 'closed', false)::int AS closed,
    CASE WHEN deal.status = 'closed' THEN coalesce(deal.commission, 0) ELSE 0 END::bigint AS commission,
    coalesce(NOT outcome.is_good AND outcome.reason = 'price', false)::int AS because_price,
    coalesce(NOT outcome.is_good AND outcome.reason = 'motivation', false)::int AS because_motivation,
    coalesce(NOT outcome.is_good AND outcome.reason = 'agent', false)::int AS because_agent,
    coalesce(NOT outcome.is_good AND outcome.reason = 'mortgage', false)::int AS because_mortgage,
    coalesce(NOT outcome.is_good AND outcome.reason = 'location', false)::int AS because_location,
    coalesce(NOT outcome.is_good AND outcome.reason = 'contact', false)::int AS because_contact,
    coalesce(NOT outcome.is_good AND outcome.reason = 'duplicate', false)::int AS because_duplicate,
    coalesce(NOT outcome.is_good AND outcome.reason = 'other', false)::int AS because_other,
    connected.seconds AS connect_seconds,
    -- 15 seconds, and each doubling of it, begin a step: 16, 20, 24...
    CASE WHEN connected.seconds IS NOT NULL
        THEN least(greatest(floor(4 * log(2, greatest(connected.seconds, 1) / 0.9375)), 0), 47)::smallint
    END AS pace,
    coalesce(appointment.client_answer = 'confirmed', false) AS was_confirmed,
    EXISTS (
        SELECT FROM handoff_briefread AS read
        WHERE read.handoff_id = handoff.id AND read.membership_id = handoff.agent_id
            AND read.at <= coalesce(appointment.starts_at, handoff.opened_at)
    ) AS was_read,
    (
        coalesce(jsonb_array_length(handoff.facts -> 'needs'), 0)
        + coalesce(jsonb_array_length(handoff.facts -> 'notes'), 0)
        + coalesce(handoff.facts #>> '{recording,kind}' = 'link', false)::int
    )::smallint AS fullness
FROM handoff_handoff AS handoff
JOIN teams_team AS team ON team.id = handoff.team_id
LEFT JOIN handoff_appointment AS appointment ON appointment.id = handoff.appointment_id
LEFT JOIN handoff_outcome AS outcome ON outcome.handoff_id = handoff.id
LEFT JOIN handoff_deal AS deal ON deal.handoff_id = handoff.id
LEFT JOIN handoff_recoveryrun AS recovery ON recovery.handoff_id = handoff.id
LEFT JOIN handoff_livetransfer AS transfer ON transfer.handoff_id = handoff.id
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM transfer.connected_at - transfer.requested_at)::int AS seconds
) AS connected ON true
LEFT JOIN LATERAL (
    SELECT true AS once, bool_or(NOT postponement.is_on_time) AS was_late
    FROM handoff_postponement AS postponement WHERE postponement.handoff_id = handoff.id
    HAVING count(*) > 0
) AS postponed ON true
"""

CURRENT = """
CREATE VIEW handoff_current AS
SELECT {columns} FROM handoff_counted AS counted
WHERE NOT EXISTS (SELECT FROM handoff_changed AS changed WHERE changed.handoff_id = counted.handoff_id)
UNION ALL
SELECT {columns} FROM handoff_course AS course
WHERE course.handoff_id IN (SELECT changed.handoff_id FROM handoff_changed AS changed)
"""
COLUMNS = """
    handoff_id, team_id, set_on, held_on, method, isa_id, agent_id, source, area, handed, booked, held, no_show,
    cancelled, to_rebook, moved, direct, live, reported, on_time, missed, recovered, met, judged, good, signed,
    contracted, closed, commission, because_price, because_motivation, because_agent, because_mortgage,
    because_location, because_contact, because_duplicate, because_other, connect_seconds, pace, was_confirmed,
    was_read, fullness
"""

NOTE = """
CREATE FUNCTION baton_note_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changed (handoff_id) VALUES (coalesce(NEW.id, OLD.id));
    RETURN NULL;
END $$;
CREATE FUNCTION baton_note_its_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changed (handoff_id)
    SELECT DISTINCT key FROM unnest(ARRAY[OLD.handoff_id, NEW.handoff_id]) AS key WHERE key IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION baton_note_handoff_of_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changed (handoff_id) SELECT id FROM handoff_handoff WHERE appointment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION baton_note_handoffs_of_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changed (handoff_id) SELECT id FROM handoff_handoff WHERE team_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER note_new AFTER INSERT OR DELETE ON handoff_handoff
    FOR EACH ROW EXECUTE FUNCTION baton_note_handoff();
CREATE TRIGGER note_change AFTER UPDATE ON handoff_handoff FOR EACH ROW
    WHEN (
        OLD.team_id IS DISTINCT FROM NEW.team_id OR OLD.setter_id IS DISTINCT FROM NEW.setter_id
        OR OLD.agent_id IS DISTINCT FROM NEW.agent_id OR OLD.method IS DISTINCT FROM NEW.method
        OR OLD.source IS DISTINCT FROM NEW.source OR OLD.area IS DISTINCT FROM NEW.area
        OR OLD.opened_at IS DISTINCT FROM NEW.opened_at OR OLD.appointment_id IS DISTINCT FROM NEW.appointment_id
    )
    EXECUTE FUNCTION baton_note_handoff();
CREATE TRIGGER note_change AFTER UPDATE ON handoff_appointment FOR EACH ROW
    WHEN (
        OLD.status IS DISTINCT FROM NEW.status OR OLD.starts_at IS DISTINCT FROM NEW.starts_at
        OR OLD.client_answer IS DISTINCT FROM NEW.client_answer
    )
    EXECUTE FUNCTION baton_note_handoff_of_appointment();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON handoff_outcome
    FOR EACH ROW EXECUTE FUNCTION baton_note_its_handoff();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON handoff_deal
    FOR EACH ROW EXECUTE FUNCTION baton_note_its_handoff();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON handoff_recoveryrun
    FOR EACH ROW EXECUTE FUNCTION baton_note_its_handoff();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON handoff_livetransfer
    FOR EACH ROW EXECUTE FUNCTION baton_note_its_handoff();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON handoff_postponement
    FOR EACH ROW EXECUTE FUNCTION baton_note_its_handoff();
CREATE TRIGGER note_new AFTER INSERT ON handoff_briefread
    FOR EACH ROW EXECUTE FUNCTION baton_note_its_handoff();
CREATE TRIGGER note_zone AFTER UPDATE OF zone ON teams_team FOR EACH ROW
    WHEN (OLD.zone IS DISTINCT FROM NEW.zone) EXECUTE FUNCTION baton_note_handoffs_of_team();
"""
FORGET = """
DROP FUNCTION baton_note_handoff() CASCADE;
DROP FUNCTION baton_note_its_handoff() CASCADE;
DROP FUNCTION baton_note_handoff_of_appointment() CASCADE;
DROP FUNCTION baton_note_handoffs_of_team() CASCADE;
"""
# The sweep counts what is there already; until it has, the figures are read from the rows.
BEGIN = "INSERT INTO handoff_changed (handoff_id) SELECT id FROM handoff_handoff"


class Migration(migrations.Migration):
    """What each handoff counts for, in one place; and triggers that note which ones to count anew."""

    dependencies = [("handoff", "0027_numbers")]

    operations = [
        migrations.RunSQL(COURSE, "DROP VIEW handoff_course"),
        migrations.RunSQL(CURRENT.format(columns=COLUMNS), "DROP VIEW handoff_current"),
        migrations.RunSQL(NOTE, FORGET),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
