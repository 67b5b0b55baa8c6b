"""What the team lead watches: plain queries over handoffs, appointments and outcomes."""
