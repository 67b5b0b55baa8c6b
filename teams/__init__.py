"""Who works here: people, their teams, and each team's ways."""
