from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes behind ``/readyz`` and ``/metrics``, built beside the traffic: without a transaction."""

    atomic = False
    dependencies = [("notifications", "0006_carry_the_request_id")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(condition=models.Q(("state", "failed")), fields=["done_at"], name="delivery_failed"),
        ),
        AddIndexConcurrently("attempt", BrinIndex(fields=["started_at"], name="attempts_by_time")),
    ]
