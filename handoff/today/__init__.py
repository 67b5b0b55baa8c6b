"""What one person does today: one list of calls, confirmations, reports and what is to be mended."""
