from django.db import migrations, models

#: What was frozen, where it was; else the first of the lead's areas by name, as it is today. By pieces of 10,000, each
#: committed on its own: nobody waits for a million rows.
FILL = """
DO $$
DECLARE
    first bigint := 0;
    last bigint := (SELECT max(id) FROM handoff_handoff);
BEGIN
    WHILE first <= last LOOP
        UPDATE handoff_handoff AS handoff SET
            source = coalesce(left(handoff.facts #>> '{lead,source}', 60), ''),
            area = coalesce((
                SELECT area.name FROM leads_lpmama_areas AS named JOIN teams_area AS area ON area.id = named.area_id
                WHERE named.lpmama_id = handoff.lead_id ORDER BY area.name LIMIT 1
            ), '')
        WHERE handoff.id >= first AND handoff.id < first + 10000;
        COMMIT;
        first := first + 10000;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Where a lead came from and where they look are kept with the handoff, by which handoffs are counted."""

    atomic = False
    dependencies = [("handoff", "0024_transfers_under_way")]

    operations = [
        migrations.AddField(
            "handoff",
            "source",
            models.CharField(
                blank=True,
                db_default="",
                help_text="Where the lead came from, as it was when passed on.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            "handoff",
            "area",
            models.CharField(
                blank=True,
                db_default="",
                help_text="The first of the areas that were named, in the same way.",
                max_length=80,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
