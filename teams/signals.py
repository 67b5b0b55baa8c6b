"""What this room announces, inside the transaction of the change: a receiver that raises undoes it."""

from django.dispatch import Signal

#: ``time_off``: the TimeOff just written. ``was``: from when until when it was before; None when it is new. ``at``.
time_off_noted = Signal()
#: ``time_off``: about to be taken back. ``at``.
time_off_ending = Signal()
#: ``membership``, ``reader``, ``at``. Each receiver answers with a list of teams.time_off.Clash; nothing is written.
time_off_clashes = Signal()
#: ``area``: about to be taken off the team's list; whoever names it keeps its words now.
area_removed = Signal()
#: ``connection``, ``actor``, ``at``: Slack has another token or webhook, or none.
slack_connected = Signal()
#: ``connection``, ``at``: a team's mailbox is connected, or is another one now.
mailbox_connected = Signal()
#: ``invitation``, ``link``, ``at``: an offer that is to be mailed. The link is known here and nowhere else.
invitation_mailed = Signal()
#: ``invitation``, ``at``: it is taken back.
invitation_revoked = Signal()
#: ``leaving``: a teams.leaving.Leaving. What the member owns is to be the successor's when the receivers are done.
member_leaving = Signal()
#: ``leaving``: asked before. Each receiver answers with a list of teams.leaving.Plan; nothing is written.
leaving_previewed = Signal()
#: ``membership``, ``role``, ``at``: the member is about to have this role. Raise RoleInUse if their work forbids it.
role_changing = Signal()
#: ``member``, ``at``: they are to be rung no more. Sent before their presence is touched: whoever answers a ring locks
#: the ring first.
going_off_call = Signal()
#: ``member``, ``at``: they have gone on call, for longer, or off.
presence_changed = Signal()
#: ``row``, ``words``, ``by`` (a User), ``at``: staff mended a row in the admin, and the words say what and why.
mended = Signal()
