"""Reminders: rows with a due time, whose reason is asked again when they fire (docs/decisions/0020)."""
