"""Routing: who may have a lead, who should, and why. Begin at ``ranking``; ``fairness`` does the sums of shares."""
