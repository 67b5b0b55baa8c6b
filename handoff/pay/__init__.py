"""What an ISA earns: by which plan, for what, in which month, and who says that it is right."""
