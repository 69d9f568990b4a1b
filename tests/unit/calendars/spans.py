"""Zones, instants and hours that the properties of this room are tried with."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.calendars import QuietHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    SHANGHAI,
    ZoneInfo("Asia/Urumqi"),
    BERLIN,
    NEW_YORK,
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Africa/Cairo"),  # clocks jump at midnight
    ZoneInfo("Australia/Lord_Howe"),  # clocks jump by half an hour
]
DEFAULT_QUIET = QuietHours(time(21), time(8))


def at(zone: ZoneInfo, text: str) -> datetime:
    """A local time such as 2026-11-20 15:00."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
quiet_hours = st.one_of(st.just(DEFAULT_QUIET), st.builds(QuietHours, clocks, clocks))
