from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index behind the bar on every page of an ISA, built beside the traffic: without a transaction."""

    atomic = False
    dependencies = [("handoff", "0023_who_talks")]

    operations = [
        AddIndexConcurrently(
            "livetransfer",
            models.Index(
                condition=models.Q(("status__in", ["ringing", "accepted"])),
                fields=["setter"],
                name="transfers_under_way_of",
            ),
        ),
    ]
