"""An index of the few mails that came back, by what they are about."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0019_streams_open")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("came_back_at__isnull", False)), fields=["about"], name="delivery_came_back"
            ),
        ),
    ]
