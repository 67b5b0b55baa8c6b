"""Addresses of notifications."""

from django.urls import URLPattern, URLResolver, path

from notifications import choosing, views
from notifications.events import pages as events
from notifications.mail_in import pages
from notifications.outbox import views as outbox
from notifications.ring_ways import ring_ways
from notifications.unsubscribe.views import unsubscribe
from notifications.webhooks import mail, slack, twilio

app_name = "notifications"

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="inbox-read-all"),
    path("inbox/<int:pk>/", views.open_item, name="inbox-open"),
    path("profile/notifications/", choosing.choose, name="preferences"),
    path("on-call/ways/", ring_ways, name="ring-ways"),
    path("slack/test/", views.send_test, {"channel": "slack"}, name="slack-test"),
    path("msteams/test/", views.send_test, {"channel": "msteams"}, name="msteams-test"),
    path("slack/people/", views.slack_people, name="slack-people"),
    path("slack/people/match/", views.match_people, name="slack-match"),
    path("mail/test/", views.try_mail, name="smtp-test"),
    path("sms/test/", views.try_text, name="sms-test"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("slack/interactions/", slack.interactions, name="slack-interactions"),
    path("webhooks/twilio/<str:key>/", twilio.text_in, name="text-in"),
    path("mail-in/test/", pages.look_now, name="mailbox-test"),
    path("mail-in/last/", pages.last_mails, name="mails-in"),
    path("webhooks/mail/<str:key>/", mail.mail_in, name="mail-in"),
    path("events/ticket", events.ticket, name="events-ticket"),
    path("events/since", events.since, name="events-since"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/mail/<int:pk>/", outbox.mail, name="outbox-mail"),
    path("outbox/mail/<int:pk>/frame/", outbox.mail_frame, name="outbox-mail-frame"),
    path("outbox/mail/<int:pk>/invite.ics", outbox.invite, name="outbox-invite"),
    path("outbox/card/<int:pk>/", outbox.card, name="outbox-card"),
]
