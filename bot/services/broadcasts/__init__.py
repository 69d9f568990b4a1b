"""Notices that two people stand for: written, approved, sent, watched, recalled (docs/decisions/0022)."""
