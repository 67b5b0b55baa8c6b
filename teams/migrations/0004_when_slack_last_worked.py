from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("teams", "0003_keep_answers_for_idempotency_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="slackconnection",
            name="worked_at",
            field=models.DateTimeField(blank=True, help_text="When Slack last took a post.", null=True),
        ),
    ]
