"""Amounts that answered a question before: they are about the case that was asked about."""

from typing import Any

import pgtrigger
from django.db import migrations


def name_cases(apps: Any, _: Any) -> None:
    """Write on each such entry what its question says; nothing else of a ledger is ever changed."""
    questions = apps.get_model('handoff', 'Dispute').objects.filter(entry__handoff__isnull=False)
    entries = apps.get_model('handoff', 'Entry').objects.filter(handoff=None, about=None)
    with pgtrigger.ignore('handoff.Entry:entries_append_only'):
        for entry, case in questions.exclude(adjustment=None).values_list('adjustment', 'entry__handoff'):
            entries.filter(pk=entry).update(about=case)


class Migration(migrations.Migration):
    dependencies = [
        ('handoff', '0004_cases_of_adjustments'),
    ]

    operations = [migrations.RunPython(name_cases, migrations.RunPython.noop)]
