"""A team lead with a browser, and the mails that carry links."""

import re

import pytest

from teams.signals import invitation_mailed
from teams.tests.invitations.offering import MAILED


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


@pytest.fixture(autouse=True)
def mailbox():
    """Read the links as the mails would carry them: they are known nowhere else."""
    MAILED.clear()

    def keep(*, invitation, link, **_):
        MAILED.setdefault(invitation.email, []).append(re.sub(r"^https?://[^/]+", "", link))

    invitation_mailed.connect(keep)
    yield
    invitation_mailed.disconnect(keep)
