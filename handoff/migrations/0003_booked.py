"""The few appointments of a team that are booked, beside all that ever were."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('handoff', '0002_what_counts'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='appointment',
            index=models.Index(condition=models.Q(('status', 'booked')), fields=['team'], name='appointments_booked'),
        ),
    ]
