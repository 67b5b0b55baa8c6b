"""What a team wants to reach and what it spends, beside what came of it."""
