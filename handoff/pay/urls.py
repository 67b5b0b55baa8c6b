"""Addresses of pay, below /pay/; its settings are among the others."""

from __future__ import annotations

from datetime import date

from django.urls import URLPattern, path, register_converter

from handoff.pay import views
from handoff.pay.views import asking, planning


class MonthInPath:
    """A month as 2026-10."""

    regex = "[1-9][0-9]{3}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """Read it."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date | str) -> str:
        """Write it."""
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthInPath, "month")

urlpatterns: list[URLPattern] = [
    path("pay/", views.pay, name="pay"),
    path("pay/<month:month>.csv", views.month_csv, name="pay-month-csv"),
    path("pay/<month:month>/<int:pk>/", views.statement, name="pay-statement"),
    path("pay/<month:month>/<int:pk>/statement.csv", views.statement_csv, name="pay-statement-csv"),
    path("pay/<month:month>/<int:pk>/approve/", views.approve_statement, name="pay-approve"),
    path("pay/<month:month>/<int:pk>/adjust/", asking.adjust_statement, name="pay-adjust"),
    path("pay/<month:month>/<int:pk>/ask/", asking.ask, name="pay-ask"),
    path("pay/questions/<int:pk>/", asking.answer_question, name="pay-answer"),
    path("pay/what-if/", planning.what_if, name="pay-what-if"),
    path("settings/pay/", planning.team_plan, name="pay-plan"),
    path("settings/pay/<int:pk>/", planning.own_plan, name="pay-own-plan"),
    path("settings/pay/<int:pk>/as-team/", planning.as_team, name="pay-as-team"),
]
