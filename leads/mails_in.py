"""What clients write back: into their story, and before whoever works with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.dispatch import receiver
from django.urls import NoReverseMatch, reverse

from leads.models import DecisionMaker, Lead, LeadEmail, Task
from leads.signals import client_answered, lead_changed
from leads.states import Heard
from leads.timeline import record
from leads.todo import add_task, team_lead_of
from notifications.mail_in.reading import Mail
from notifications.models import Delivery, MailIn
from notifications.models.deliveries import ChannelKind
from notifications.models.mails_in import Meaning
from notifications.signals import came_back, mail_received
from notifications.wording import one_line
from teams.models import Membership

#: How many leads of one address hear of a mail: an address is rarely more than one household's.
MOST_LEADS = 5
#: The kind of a task to answer a mail; its key names the mail.
ANSWER = "mail_in"
ANSWER_WITHIN = timedelta(hours=1)
SHOWN = 400  # characters of a mail in the story; the mailbox has the rest


@receiver(mail_received, dispatch_uid="leads.tell_of_mail")
def tell_of_mail(*, kept: MailIn, mail: Mail, at: datetime, **_: Any) -> bool:
    """Put what a client wrote into their story, and ask a person to answer. Tells whether we know who wrote.

    A From line proves nothing, so a mail moves no lead and no appointment. What a machine wrote is noted alone.
    """
    if mail.meaning not in {Meaning.SAID, Meaning.AUTOMATIC}:
        return False
    found = leads_of(kept.team_id, mail.sender) or _whom_we_wrote_to(kept.team_id, mail)
    for lead in found:
        record(lead=lead, kind="mail_in", summary=_story(mail), at=at, data={"mail": kept.pk})
        lead_changed.send(sender=Lead, lead=lead, at=at)
        if mail.meaning == Meaning.SAID:
            client_answered.send(sender=Lead, lead=lead, how=Heard.MAIL, at=at)
    assignee = _who_answers(found)
    if assignee is not None and mail.meaning == Meaning.SAID:
        add_task(
            key=f"{ANSWER}/{kept.pk}",
            assignee=assignee,
            lead=found[0],
            title=one_line(f"{found[0].name} wrote to you: {mail.subject}", 200),
            detail=one_line(mail.text, 500),
            kind=ANSWER,
            is_urgent=True,
            at=at,
            due_at=at + ANSWER_WITHIN,
        )
    return bool(found)


@receiver(came_back, dispatch_uid="leads.task_for_mail_that_came_back")
def ask_for_address(*, delivery: Delivery, at: datetime, **_: Any) -> None:
    """Have a person call: whoever never got the mail does not know what it says."""
    found = leads_of(delivery.team_id, delivery.address) if delivery.recipient_id is None else []
    named = delivery.responsible if delivery.responsible and delivery.responsible.ended_at is None else None
    assignee = team_lead_of(delivery.team_id) if delivery.recipient_id else named or team_lead_of(delivery.team_id)
    if assignee is None:
        return
    what = "The invite" if delivery.invite else "A mail"
    whom = delivery.recipient_name or delivery.address
    add_task(
        key=f"came_back/{delivery.pk}",
        assignee=assignee,
        lead=found[0] if found else None,
        title=one_line(f"{what} never reached {whom}: call and read back the address", 200),
        detail=one_line(f"{delivery.address}: {delivery.why_back}", 500),
        link=_receipt_page(delivery),
        script="verification" if found else "",
        kind="came_back",
        is_urgent=True,
        at=at,
        due_at=at + ANSWER_WITHIN,
    )


def leads_of(team_id: int, address: str) -> list[Lead]:
    """Return the team's leads who have this address, or decide with somebody who has; the newest first."""
    if not address:
        return []
    theirs = LeadEmail.objects.filter(address=address.lower(), lead__team=team_id).values("lead")
    households = DecisionMaker.objects.filter(email__iexact=address, lead__team=team_id).values("lead")
    found = Lead.objects.filter(Q(pk__in=theirs) | Q(pk__in=households))
    return list(found.select_related("isa__user", "owner__user", "team").order_by("-pk")[:MOST_LEADS])


def mail_to_answer(task: Task) -> str:
    """Return the mailto: link (RFC 6068) that answers the mail a task is about; nothing for any other task."""
    number = task.key.removeprefix(f"{ANSWER}/")
    if task.kind != ANSWER or not number.isdecimal():
        return ""
    mail = MailIn.objects.filter(pk=int(number), team=task.team_id).first()
    if mail is None or not mail.sender:
        return ""
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}".strip()
    return f"mailto:{quote(mail.sender, safe='@')}?subject={quote(subject)}"


def _whom_we_wrote_to(team_id: int, mail: Mail) -> list[Lead]:
    """Return the leads whose mail this answers, for somebody who answers from another address than we know."""
    ours = Delivery.objects.filter(team=team_id, channel=ChannelKind.EMAIL, provider_ref__in=mail.answers_to)
    address = ours.filter(recipient=None).values_list("address", flat=True).first() if mail.answers_to else None
    return leads_of(team_id, address or "")


def _story(mail: Mail) -> str:
    what = "Automatic reply" if mail.meaning == Meaning.AUTOMATIC else "Wrote"
    said = one_line(": ".join(part for part in (mail.subject, mail.text) if part), SHOWN)
    return f"{what} from {mail.sender}: {said}" if said else f"{what} from {mail.sender}, without a word"


def _who_answers(found: list[Lead]) -> Membership | None:
    for lead in found:
        for member in (lead.owner, lead.isa):
            if member is not None and member.ended_at is None:
                return member
    return team_lead_of(found[0].team_id) if found else None


def _receipt_page(delivery: Delivery) -> str:
    """The page with the receipts; the room that owes this is only known by the address of its page."""
    room, _, number = delivery.about.partition("/")
    try:
        return reverse(f"{room}:brief", args=[int(number)])
    except (NoReverseMatch, ValueError):
        return ""
