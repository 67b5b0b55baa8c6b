"""Inbox, ways of telling, and what is kept in the outbox."""

from __future__ import annotations

from config.tests.access.rows import AGENT, EVERYONE, LEAD, LINK, NOBODY, SIGNER, page

NOTIFICATIONS = [
    page("notifications:inbox", "GET", EVERYONE),
    page("notifications:inbox-read-all", "POST", EVERYONE),
    page("notifications:inbox-open", "POST", EVERYONE, pk="inbox item"),
    page("notifications:slack-test", "POST", LEAD),
    page("notifications:preferences", "GET POST", EVERYONE),
    page("notifications:ring-ways", "GET", AGENT),
    page("notifications:slack-people", "GET", LEAD),
    page("notifications:slack-match", "POST", LEAD),
    page("notifications:msteams-test", "POST", LEAD),
    page("notifications:sms-test", "POST", LEAD),
    page("notifications:smtp-test", "POST", LEAD),
    page("notifications:unsubscribe", "GET POST", LINK, body={"stop": "yes"}, token="unsubscribe link"),
    page("notifications:mailbox-test", "POST", LEAD),
    page("notifications:mails-in", "GET", LEAD),
    page("notifications:mail-in", "POST", NOBODY, key="nobodys"),  # a mail provider's, by a secret address
    page("notifications:slack-interactions", "POST", SIGNER),
    page("notifications:text-in", "POST", NOBODY, key="nobodys"),  # Twilio's, which signs what it sends
    page("notifications:events-ticket", "GET", EVERYONE, query="age=1"),
    page("notifications:events-since", "GET", EVERYONE, query="after=0"),
    page("notifications:outbox", "GET", EVERYONE),
    page("notifications:outbox-mail", "GET", EVERYONE, pk="kept mail"),
    page("notifications:outbox-mail-frame", "GET", EVERYONE, pk="kept mail"),
    page("notifications:outbox-invite", "GET", EVERYONE, pk="kept mail"),
    page("notifications:outbox-card", "GET POST", EVERYONE, pk="kept card"),
]
