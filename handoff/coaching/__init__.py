"""What an ISA learns from reports: patterns in what agents found, a card for each, and a hint at the next call."""
