"""Appointments by the thousand, taken through their days by the real timers, and everything that came of it counted."""
