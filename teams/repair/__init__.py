"""The admin: everything can be looked at, nothing edited, and what went wrong mended through the verbs."""
