from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index behind ``/readyz``, built beside the traffic: without a transaction."""

    atomic = False
    dependencies = [("handoff", "0004_carry_the_request_id")]

    operations = [
        AddIndexConcurrently(
            "ownerchange",
            models.Index(condition=models.Q(("state", "failed")), fields=["done_at"], name="ownerchange_failed"),
        ),
    ]
