from django.db import migrations, models

import teams.origin

REQUEST_ID = {"blank": True, "db_default": "", "default": teams.origin.current_request_id, "max_length": 64}


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_give_kept_mails_to_their_teams")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="request_id",
            field=models.CharField(
                help_text="The request that this stems from: it stands on every line of the log about it.", **REQUEST_ID
            ),
        ),
        migrations.AddField(
            model_name="timer",
            name="request_id",
            field=models.CharField(help_text="The request that it stems from.", **REQUEST_ID),
        ),
    ]
