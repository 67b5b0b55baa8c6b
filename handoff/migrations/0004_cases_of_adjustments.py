"""Which case an amount that was entered by hand is about, and room for all that was said of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('handoff', '0003_booked'),
    ]

    operations = [
        migrations.AlterField(
            model_name='entry',
            name='why',
            field=models.CharField(max_length=1200),
        ),
        migrations.AddField(
            model_name='entry',
            name='about',
            field=models.ForeignKey(db_index=False, help_text='Which case was meant by who entered it by hand, where it pays nothing that a rule kept back.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.handoff'),
        ),
    ]
