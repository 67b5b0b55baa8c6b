"""What this room announces, inside the transaction of the change: a receiver that raises undoes it."""

from django.dispatch import Signal

#: ``change``: the StageChange just written.
stage_changed = Signal()
#: ``lead``, ``name``, ``actor``, ``via``, ``at``: a tag the lead did not have before.
tag_added = Signal()
#: ``lead``, ``recording``, ``was``, ``at``: said, promised or arrived. ``was``: its kind before; None for a new one.
recording_changed = Signal()
#: ``lead``, ``names``, ``actor``, ``at``: answers that are not what they were, by name.
answers_changed = Signal()
#: ``lead``, ``address``, ``actor``, ``at``: an address read back and right, or empty: the client has none.
email_confirmed = Signal()
#: ``lead``, ``actor``, ``at``: somebody decides with the lead, or does not any more.
household_changed = Signal()
#: ``lead``, ``number``, ``actor``, ``at``: a client who wants texts from now on, at this number.
texts_agreed = Signal()
#: ``lead``, ``how`` (leads.states.Heard), ``at``: the client spoke to us: called, texted, wrote or asked on their page.
client_answered = Signal()
#: ``lead``, ``call``, ``at``: a call noted by mistake: what it stopped goes on. Who cannot do that refuses by raising.
call_taken_back = Signal()
#: ``lead``, ``at``: the client texted STOP, or unsubscribed: nothing more that they did not ask for.
opted_out = Signal()
#: ``survivor``, ``other``, ``actor``, ``at``: the other is the same person, and all of it becomes the survivor's.
leads_merged = Signal()
#: ``lead``, ``at``: something the gate looks at has changed (answers, contact, verification, recording).
lead_changed = Signal()
#: ``entry``: an Activity was added to the story of a lead.
story_told = Signal()
