"""What is owed to people, what was tried, and what they have read."""

from notifications.models.deliveries import Attempt, Delivery
from notifications.models.inbox import InboxItem
from notifications.models.mails import MailChoice
from notifications.models.mails_in import MailboxReading, MailIn
from notifications.models.outbox import OutboxCard, OutboxMail
from notifications.models.preferences import Preference
from notifications.models.pulse import Bucket, Pulse
from notifications.models.pushed import Pushed
from notifications.models.slack_calls import SlackCall
from notifications.models.slack_people import SlackMatch
from notifications.models.texts import TextChoice, TextIn
from notifications.promises.owed import Timer

__all__ = [
    "Attempt",
    "Bucket",
    "Delivery",
    "InboxItem",
    "MailChoice",
    "MailIn",
    "MailboxReading",
    "OutboxCard",
    "OutboxMail",
    "Preference",
    "Pulse",
    "Pushed",
    "SlackCall",
    "SlackMatch",
    "TextChoice",
    "TextIn",
    "Timer",
]
