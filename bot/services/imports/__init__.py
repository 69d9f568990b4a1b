"""Importing a district: read a folder or a workbook, tell every fault, or write it all."""

from bot.services.imports import admins
from bot.services.imports.applying import Count, Summary, apply
from bot.services.imports.checking import check
from bot.services.imports.duty_rows import apply as apply_duty
from bot.services.imports.existing import Existing, load_existing
from bot.services.imports.faults import Fault, ImportRefused
from bot.services.imports.link_rows import apply as apply_links
from bot.services.imports.reading import read, read_folder, read_workbook
from bot.services.imports.tables import Tables, headers

__all__ = [
    "Count",
    "Existing",
    "Fault",
    "ImportRefused",
    "Summary",
    "Tables",
    "admins",
    "apply",
    "apply_duty",
    "apply_links",
    "check",
    "headers",
    "load_existing",
    "read",
    "read_folder",
    "read_workbook",
]
