from django.db import migrations, models

import teams.origin


class Migration(migrations.Migration):
    dependencies = [("handoff", "0003_count_crashes_of_owner_changes")]

    operations = [
        migrations.AddField(
            model_name="ownerchange",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default=teams.origin.current_request_id,
                help_text="The request that this stems from: it stands on every line of the log about it.",
                max_length=64,
            ),
        ),
    ]
