import django.db.models.deletion
from django.db import migrations, models

COURSE = """
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
DIFFERENCE = """
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

NOTE = """
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
FORGET = """
DROP FUNCTION baton_note_transfer_of_ring() CASCADE;
DROP FUNCTION baton_note_transfer() CASCADE;
DROP FUNCTION baton_note_transfers_of_team() CASCADE;
"""
# The sweep counts what is there already; until it has, rings are read from their rows.
BEGIN = "INSERT INTO handoff_changedtransfer (transfer_id) SELECT id FROM handoff_livetransfer"

ANSWERS = [
    ("ringing", "Ringing"),
    ("accepted", "Accepted"),
    ("passed", "Passed on"),
    ("missed", "Not answered"),
    ("taken", "Taken by another"),
    ("called_off", "Called off"),
]
OF_TEAM = models.ForeignKey(
    db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.team"
)


class Migration(migrations.Migration):
    """What each ring counts for, kept by the week; and triggers that note whose rings to count anew."""

    dependencies = [("handoff", "0033_audit_of_pay")]

    operations = [
        migrations.CreateModel(
            name="ChangedTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transfer_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CountedRing",
            fields=[
                ("ring_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("transfer_id", models.BigIntegerField(db_index=True)),
                ("team", OF_TEAM),
                ("requested_on", models.DateField()),
                ("isa_id", models.BigIntegerField()),
                ("agent_id", models.BigIntegerField()),
                ("answer", models.CharField(choices=ANSWERS, max_length=10)),
                ("pace", models.SmallIntegerField(null=True)),
                ("rings", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["team", "requested_on"], name="counted_rings_by_day")]},
        ),
        migrations.CreateModel(
            name="RingTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("team", OF_TEAM),
                ("week", models.DateField()),
                ("isa_id", models.BigIntegerField()),
                ("agent_id", models.BigIntegerField()),
                ("answer", models.CharField(choices=ANSWERS, max_length=10)),
                ("pace", models.SmallIntegerField(null=True)),
                ("rings", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["agent_id", "isa_id", "week"], name="ring_tallies_of_agent")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "isa_id", "week", "agent_id", "answer", "pace"),
                        name="one_ring_tally_of_a_cell",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(COURSE, "DROP VIEW handoff_ringcourse"),
        migrations.RunSQL(DIFFERENCE, "DROP VIEW handoff_ringdifference"),
        migrations.RunSQL(NOTE, FORGET),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
