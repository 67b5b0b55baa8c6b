"""The notifications room."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Promises and the channels that fulfil them."""

    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Undertake to keep deliveries."""
        from notifications import bulk, deliveries, inbound, presence, slack_calls, slack_people, slack_trial  # noqa: F401, PLC0415 - register, with models ready  # noqa: F401, PLC0415 - the same
        from notifications.mail_in import keeping, looking  # noqa: F401, PLC0415 - the same
