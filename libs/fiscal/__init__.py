"""Fiscal calendars: which day an instant is, and which period a day falls in."""
