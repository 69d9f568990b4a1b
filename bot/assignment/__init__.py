"""Pure decisions: which station and which representative a message belongs to, and why."""

from bot.assignment.decide import decide, glance, read, read_kind
from bot.assignment.facts import DutySlot, EntryCode, Grid, Place, Representative, SlotDay, Station
from bot.assignment.inquiry import Decision, Glance, Inquiry, Location, Reason
from bot.assignment.roster import Roster
from bot.assignment.taxonomy import TOPICS

__all__ = [
    "TOPICS",
    "Decision",
    "DutySlot",
    "EntryCode",
    "Glance",
    "Grid",
    "Inquiry",
    "Location",
    "Place",
    "Reason",
    "Representative",
    "Roster",
    "SlotDay",
    "Station",
    "decide",
    "glance",
    "read",
    "read_kind",
]
