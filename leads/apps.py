"""The leads room."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """Leads, what is known of them, and what is to be done."""

    name = "leads"
    verbose_name = "Leads"

    def ready(self) -> None:
        """Listen to what the rooms below announce."""
        from leads import mails, mails_in, parts, receivers, texts  # noqa: F401, PLC0415  # for what they register
        from leads.drips import listening, stepping  # noqa: F401, PLC0415  # the same
        from leads.importing import undoing, work  # noqa: F401, PLC0415  # the same
