"""An agent who cannot make it: asking for cover, and what the ISA can do about it."""
