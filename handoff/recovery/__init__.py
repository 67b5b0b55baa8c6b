"""After a no-show: the lead goes back to the ISA, and the team's play brings the client back, or lets them be."""
