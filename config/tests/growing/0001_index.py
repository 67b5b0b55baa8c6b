# ruff: noqa: N999 - a migration is named so
from django.db import migrations


class Migration(migrations.Migration):
    """On a table of ours, whose writers must not notice."""

    atomic = False
    operations = [
        migrations.RunSQL("CREATE INDEX CONCURRENTLY growing ON handoff_ownerchange (attempts)", "DROP INDEX growing")
    ]
