"""Which subjects have reminders: the word before the colon of a subject, and who speaks for it."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.services import follow_ups, petition_notices, work_order_reminders
from bot.services.activity_days import reminding as activity_days
from bot.services.broadcasts import reminding as notices
from bot.services.duty import asking as duty
from bot.services.duty_file import checking, nudging
from bot.services.duty_reports import holding as duty_reports
from bot.services.live import reminding as live
from bot.services.reminders.said import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "day": activity_days.speak,
        "case": follow_ups.speak,
        "referral": petition_notices.speak,
        "order": work_order_reminders.speak,
        "live": live.speak,
        "notice": notices.speak,
        "duty": duty.speak,
        "report": duty_reports.speak,
        "quota": nudging.speak,
        "file": checking.speak,
    }
)
