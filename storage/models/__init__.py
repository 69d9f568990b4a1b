"""The tables. One file for people and places, one for what is said, one for the two doors, one for the record."""

from storage.models.base import Base
from storage.models.matters import (
    Attachment,
    Case,
    CaseSerial,
    Constituent,
    ContentKeyRow,
    Conversation,
    MemberDesk,
    Message,
)
from storage.models.people import (
    ActivityRule,
    Grid,
    Holiday,
    Place,
    Region,
    Representative,
    RosterSlot,
    StaffMember,
    Station,
)
from storage.models.record import AuditLine, DutyEntry, LedgerHead, LedgerLine, TunedRule
from storage.models.traffic import ContactLink, InboxRow, KfAccount, OutboxRow

__all__ = [
    "ActivityRule",
    "Attachment",
    "AuditLine",
    "Base",
    "Case",
    "CaseSerial",
    "Constituent",
    "ContactLink",
    "ContentKeyRow",
    "Conversation",
    "DutyEntry",
    "Grid",
    "Holiday",
    "InboxRow",
    "KfAccount",
    "LedgerHead",
    "LedgerLine",
    "MemberDesk",
    "Message",
    "OutboxRow",
    "Place",
    "Region",
    "Representative",
    "RosterSlot",
    "StaffMember",
    "Station",
    "TunedRule",
]
