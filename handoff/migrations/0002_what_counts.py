"""What each handoff and each ring counts for, said in one place; and triggers that note which ones to count anew."""

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
    )::smallint AS fullness,
    CASE WHEN invited.seconds IS NOT NULL
        THEN least(greatest(floor(4 * log(2, greatest(invited.seconds, 1) / 0.9375)), 0), 47)::smallint
    END AS invite_pace
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
    was_read, fullness, invite_pace
"""
CURRENT = f"""
CREATE VIEW handoff_current AS
SELECT {COLUMNS} FROM handoff_counted AS counted
WHERE NOT EXISTS (SELECT FROM handoff_changed AS changed WHERE changed.handoff_id = counted.handoff_id)
UNION ALL SELECT {COLUMNS} FROM handoff_noted
"""

RING_COURSE = """
CREATE VIEW handoff_ringcourse AS
SELECT
    ring.id AS ring_id,
    ring.transfer_id,
    transfer.team_id,
    (transfer.requested_at AT TIME ZONE team.zone)::date AS requested_on,
    transfer.setter_id AS isa_id,
    ring.agent_id,
    ring.status AS answer,
    -- the steps of handoff_course
    CASE WHEN ring.status = 'accepted' AND took.seconds IS NOT NULL
        THEN least(greatest(floor(4 * log(2, greatest(took.seconds, 0.9375) / 0.9375)), 0), 47)::smallint
    END AS pace,
    1 AS rings
FROM handoff_ring AS ring
JOIN handoff_livetransfer AS transfer ON transfer.id = ring.transfer_id
JOIN teams_team AS team ON team.id = transfer.team_id
CROSS JOIN LATERAL (SELECT extract(epoch FROM ring.answered_at - ring.rung_at) AS seconds) AS took
"""

#: Each transfer is looked up by its key, whatever the planner thinks of how many are noted: hence OFFSET 0.
RING_DIFFERENCE = """
CREATE VIEW handoff_ringdifference AS
SELECT of_one.* FROM (SELECT DISTINCT transfer_id FROM handoff_changedtransfer) AS changed
CROSS JOIN LATERAL (
    SELECT team_id, requested_on, isa_id, agent_id, answer, pace, -rings AS rings FROM handoff_countedring AS counted
    WHERE counted.transfer_id = changed.transfer_id
    UNION ALL
    SELECT team_id, requested_on, isa_id, agent_id, answer, pace, rings FROM handoff_ringcourse AS course
    WHERE course.transfer_id = changed.transfer_id
    OFFSET 0
) AS of_one
"""

NOTE_HANDOFFS = """
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
FORGET_HANDOFFS = """
DROP FUNCTION baton_note_handoff() CASCADE;
DROP FUNCTION baton_note_its_handoff() CASCADE;
DROP FUNCTION baton_note_handoff_of_appointment() CASCADE;
DROP FUNCTION baton_note_handoffs_of_team() CASCADE;
DROP FUNCTION baton_note_handoff_of_invite() CASCADE;
"""

NOTE_TRANSFERS = """
CREATE FUNCTION baton_note_transfer_of_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changedtransfer (transfer_id)
    SELECT DISTINCT key FROM unnest(ARRAY[OLD.transfer_id, NEW.transfer_id]) AS key WHERE key IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION baton_note_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changedtransfer (transfer_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION baton_note_transfers_of_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO handoff_changedtransfer (transfer_id) SELECT id FROM handoff_livetransfer WHERE team_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER note_new AFTER INSERT OR DELETE ON handoff_ring
    FOR EACH ROW EXECUTE FUNCTION baton_note_transfer_of_ring();
CREATE TRIGGER note_change AFTER UPDATE ON handoff_ring FOR EACH ROW
    WHEN (
        OLD.transfer_id IS DISTINCT FROM NEW.transfer_id OR OLD.agent_id IS DISTINCT FROM NEW.agent_id
        OR OLD.status IS DISTINCT FROM NEW.status OR OLD.rung_at IS DISTINCT FROM NEW.rung_at
        OR OLD.answered_at IS DISTINCT FROM NEW.answered_at
    )
    EXECUTE FUNCTION baton_note_transfer_of_ring();
CREATE TRIGGER note_rings AFTER UPDATE ON handoff_livetransfer FOR EACH ROW
    WHEN (
        OLD.team_id IS DISTINCT FROM NEW.team_id OR OLD.setter_id IS DISTINCT FROM NEW.setter_id
        OR OLD.requested_at IS DISTINCT FROM NEW.requested_at
    )
    EXECUTE FUNCTION baton_note_transfer();
CREATE TRIGGER note_zone_of_rings AFTER UPDATE OF zone ON teams_team FOR EACH ROW
    WHEN (OLD.zone IS DISTINCT FROM NEW.zone) EXECUTE FUNCTION baton_note_transfers_of_team();
"""
FORGET_TRANSFERS = """
DROP FUNCTION baton_note_transfer_of_ring() CASCADE;
DROP FUNCTION baton_note_transfer() CASCADE;
DROP FUNCTION baton_note_transfers_of_team() CASCADE;
"""


class Migration(migrations.Migration):
    """Views and triggers over the tables."""

    #: Where this was applied, all of them are there.
    replaces = [("handoff", "0036_how_fast_invites_were")]
    dependencies = [("handoff", "0001_tables")]

    operations = [
        migrations.RunSQL(COURSE, "DROP VIEW handoff_course"),
        migrations.RunSQL(NOTED, "DROP VIEW handoff_noted"),
        migrations.RunSQL(CURRENT, "DROP VIEW handoff_current"),
        migrations.RunSQL(RING_COURSE, "DROP VIEW handoff_ringcourse"),
        migrations.RunSQL(RING_DIFFERENCE, "DROP VIEW handoff_ringdifference"),
        migrations.RunSQL(NOTE_HANDOFFS, FORGET_HANDOFFS),
        migrations.RunSQL(NOTE_TRANSFERS, FORGET_TRANSFERS),
    ]
