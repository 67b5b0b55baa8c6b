"""Over-promises: an ISA sells the appointment, never the rate, the credit, the approval or the house."""
