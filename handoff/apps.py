"""The handoff room."""

from django.apps import AppConfig


class HandoffConfig(AppConfig):
    """Appointments, routing, the processor and outcomes."""

    name = "handoff"
    verbose_name = "Handoffs"

    def ready(self) -> None:
        """Listen to what the rooms below announce."""
        from handoff import chat_outcomes, mended, parts, receivers  # noqa: F401, PLC0415  # registration is the import's purpose
        from handoff.aims import baseline, weekly  # noqa: F401, PLC0415  # as above
        from handoff.baton import telling  # noqa: F401, PLC0415  # as above
        from handoff.coaching import receivers as of_coaching  # noqa: F401, PLC0415  # as above
        from handoff.deals import following  # noqa: F401, PLC0415  # as above
        from handoff.live import announcing  # noqa: F401, PLC0415  # as above
        from handoff.live import receivers as transferring  # noqa: F401, PLC0415  # as above
        from handoff.numbers import folding  # noqa: F401, PLC0415  # as above
        from handoff.pay import parts as plans  # noqa: F401, PLC0415  # as above
        from handoff.pay import receivers as paying  # noqa: F401, PLC0415  # as above
        from handoff.recovery import receivers as recovering  # noqa: F401, PLC0415
