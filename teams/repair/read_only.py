"""A model that the admin shows and never writes: bounded lists, links between rows, and no secret."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import OperationalError, connection, models, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from teams.auditing import is_secret

COUNTED = 10_000  # rows; a list of millions is not counted to its end, nor leafed through
PATIENCE = "5s"  # for one statement of a list
#: Columns of other people's models that hold secrets: seeds of one-time codes, keys of providers, sessions.
FOREIGN_SECRETS = {"data", "token", "token_secret", "secret", "session_data", "session_key"}


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs alone
    """Counts up to ten thousand and no further."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or ``COUNTED`` where there are more."""
        rows: Any = self.object_list
        return int(rows[:COUNTED].count())


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shown, never written, so that no rule is gone around. What mends a row is an action that calls a verb."""

    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator
    ordering = ("-pk",)  # the one order for which every table has an index
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_repair_permission(self, request: HttpRequest) -> bool:
        """Whether this person may use the actions: the right to change this model, which nothing else here uses."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what is for nobody's eyes."""
        is_ours = self.model.__module__.partition(".")[0] in {"config", "handoff", "leads", "notifications", "teams"}
        hidden = [
            field.name
            for field in self.opts.concrete_fields
            if is_secret(field) or (not is_ours and field.name in FOREIGN_SECRETS)
        ]
        return [*(super().get_exclude(request, obj) or ()), *hidden]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "rows_that_refer_here"]

    @admin.display(description="Rows that refer here")
    def rows_that_refer_here(self, row: Model) -> SafeString | str:
        """Link to the lists of everything that points at this row."""
        links = []
        for relation in self.opts.get_fields(include_hidden=True):
            field = getattr(relation, "field", None)
            if not (relation.auto_created and field and (relation.one_to_many or relation.one_to_one)):
                continue
            pointing = relation.related_model
            if pointing in self.admin_site._registry:  # noqa: SLF001 - there is no other list of them
                meta = pointing._meta  # noqa: SLF001 - Django's documented way
                address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
                words = f"{meta.verbose_name_plural} ({field.name})"
                links.append((f"{address}?{field.name}__exact={row.pk}", words))
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links) or "none"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list within five seconds, or say how to ask for less."""
        if request.method == "POST":  # an action: its verbs open their own transactions
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
                response = super().changelist_view(request, extra_context)
                return response.render() if hasattr(response, "render") else response
        except OperationalError:
            words = "That would take too long on so many rows. Ask for an exact key, or narrow it by a filter."
            messages.error(request, words)
            return HttpResponseRedirect(request.path)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        """Show what the triggers saw of this row, in place of what the admin alone did."""
        return redirect(f"{reverse('admin-audit')}?model={self.opts.label_lower}&row={object_id}")


def shown_in_short(model: type[Model]) -> type[ReadOnlyAdmin]:
    """Return an admin for a model that nobody wrote one for: its first columns, and no relation row by row."""
    plain = [
        field.name
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented way
        if not is_secret(field)
        and field.name not in FOREIGN_SECRETS
        and not isinstance(field, models.TextField | models.JSONField | models.ForeignKey)
    ]
    return type(f"{model.__name__}Admin", (ReadOnlyAdmin,), {"list_display": plain[:7]})
