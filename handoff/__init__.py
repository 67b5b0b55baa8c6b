"""What happens between the ISA who qualified a lead and the agent who meets it."""
