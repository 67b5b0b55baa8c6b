"""Drips: mails that a team writes once, and that go out by themselves until the client is heard from."""
