"""What staff does in the admin: find a page, choose rows and an action, and read what is answered."""

from django.urls import reverse

REASON = "They asked for it by phone"


def page(model, kind, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def act(browser, action, *rows, reason=REASON, **more):
    """Choose rows and an action, and confirm."""
    said = {"action": action, "_selected_action": [row.pk for row in rows], "confirmed": "yes", "reason": reason}
    return browser.post(page(type(rows[0]), "changelist"), {**said, **more}, follow=True)


def told(answer):
    return [str(each) for each in answer.context["messages"]]
