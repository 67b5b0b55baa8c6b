from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0003_count_crashes_and_busy_lanes"),
        ("teams", "0003_keep_answers_for_idempotency_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmail",
            name="team",
            field=models.ForeignKey(
                blank=True,
                help_text="None: the installation's.",
                null=True,
                on_delete=models.deletion.CASCADE,
                related_name="+",
                to="teams.team",
            ),
        ),
    ]
