"""Writing the record out as files (contract section 6)."""

from bot.services.exports.duty import (
    DutyRow,
    ExportRefused,
    NoSuchRepresentative,
    SummaryUnreadable,
    duty_rows,
)
from bot.services.exports.writing import NotToStandardOutput, export_duty

__all__ = [
    "DutyRow",
    "ExportRefused",
    "NoSuchRepresentative",
    "NotToStandardOutput",
    "SummaryUnreadable",
    "duty_rows",
    "export_duty",
]
