"""The teams room."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """People, teams, roles and policy."""

    name = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        """Tell the overview of settings this room's parts, and listen to the sign-in."""
        from teams import parts, receivers  # noqa: F401, PLC0415  # registration is the import's purpose
