"""Pure decisions: which station and which representative a message belongs to, and why."""

from bot.assignment.decide import decide
from bot.assignment.facts import DutySlot, Grid, Place, Representative, Station
from bot.assignment.inquiry import Decision, Inquiry, Location, Reason
from bot.assignment.roster import Roster
from bot.assignment.taxonomy import TOPICS

__all__ = [
    "TOPICS",
    "Decision",
    "DutySlot",
    "Grid",
    "Inquiry",
    "Location",
    "Place",
    "Reason",
    "Representative",
    "Roster",
    "Station",
    "decide",
]
