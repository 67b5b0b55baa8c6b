"""When roles changed, since pay goes by them. Those of before stand in the audit, which has every change of a row."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


FROM_THE_AUDIT = """
INSERT INTO teams_rolechange (membership_id, was, role, at)
SELECT entry.row, entry.changed -> 'role' ->> 0, entry.changed -> 'role' ->> 1, entry.at
FROM teams_auditentry entry JOIN teams_membership member ON member.id = entry.row
WHERE entry.model = 'teams.membership' AND entry.operation = 'update' AND jsonb_exists(entry.changed, 'role')
ORDER BY entry.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(choices=[('isa', 'ISA'), ('agent', 'Closing agent'), ('lead', 'Team lead')], max_length=5)),
                ('role', models.CharField(choices=[('isa', 'ISA'), ('agent', 'Closing agent'), ('lead', 'Team lead')], max_length=5)),
                ('at', models.DateTimeField()),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_changes', to='teams.membership')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolechange',
            trigger=pgtrigger.compiler.Trigger(name='role_changes_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bd08ae79466917dbb64b659a431e8ffd029dad9f', operation='UPDATE OR DELETE', pgid='pgtrigger_role_changes_append_only_592a9', table='teams_rolechange', when='BEFORE')),
        ),
        migrations.RunSQL(FROM_THE_AUDIT, migrations.RunSQL.noop),
    ]
