"""What this room announces to those above, inside the transaction of the change."""

from django.dispatch import Signal

#: An address wants no mail that it did not ask for, or takes none: ``team``, ``address``, ``how`` (of
#: notifications.models.mails.MailHow), ``at``.
mail_declined = Signal()
#: A mail came in. ``kept``: the MailIn, ``mail``: a notifications.mail_in.reading.Mail, ``at``. Receivers answer
#: whether it is from, or about, somebody they know. Sent by a timer, so no receiver locks a lead.
mail_received = Signal()
#: ``delivery``, ``at``: a mail that was sent came back undelivered; ``delivery.why_back`` says why.
came_back = Signal()
#: A person texted. ``text``: the TextIn, ``word``: of notifications.inbound.Word, ``at``.
text_received = Signal()
