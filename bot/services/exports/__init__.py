"""Writing the record out as files (contract section 6)."""

from bot.services.exports.broadcast import NoSuchBroadcast, export_broadcast
from bot.services.exports.duty import (
    DutyRow,
    ExportRefused,
    NoSuchRepresentative,
    SummaryUnreadable,
    duty_rows,
)
from bot.services.exports.writing import NotToStandardOutput, export_duty, export_form

__all__ = [
    "DutyRow",
    "ExportRefused",
    "NoSuchBroadcast",
    "NoSuchRepresentative",
    "NotToStandardOutput",
    "SummaryUnreadable",
    "duty_rows",
    "export_broadcast",
    "export_duty",
    "export_form",
]
