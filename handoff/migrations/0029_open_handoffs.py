from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of what is under way, built beside the traffic: without a transaction."""

    atomic = False
    dependencies = [("handoff", "0028_how_handoffs_are_counted")]

    operations = [
        AddIndexConcurrently(
            "handoff",
            models.Index(condition=models.Q(("status", "open")), fields=["team"], name="handoffs_open"),
        ),
    ]
