from django.db import migrations

GIVE = """
    UPDATE notifications_outboxmail AS mail SET team_id = delivery.team_id
    FROM notifications_delivery AS delivery
    WHERE delivery.channel = 'email' AND delivery.provider_ref = mail.message_id
"""


class Migration(migrations.Migration):
    """A mail that was sent knows its delivery by Message-ID; what is left without a team is shown to its addressee."""

    dependencies = [("notifications", "0004_mails_know_their_team")]

    operations = [migrations.RunSQL(GIVE, migrations.RunSQL.noop)]
