"""When a station is open and when somebody is there, as people read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_DAYS = "一二三四五六日"
_WORKING_DAYS = "工作日 9:00-17:00"  # where nothing else is said (contract section 4)
_MOST = 3


@dataclass(frozen=True, slots=True)
class DutyTime:
    """Hours of each week; `weekday` 0 is Monday, `start` and `end` are `HH:MM`."""

    weekday: int
    start: str
    end: str


def opening_hours(spans: Sequence[tuple[tuple[int, ...], str, str]]) -> str:
    """`周一至周五 9:00-12:00、14:00-17:00；周六 9:00-12:00`; the office's usual hours where there are no spans."""
    if not spans:
        return _WORKING_DAYS
    parts = []
    for days, group in groupby(spans, key=lambda span: span[0]):
        hours = "、".join(_span(start, end) for _, start, end in group)
        parts.append(f"{_days(days)} {hours}")
    return "；".join(parts)


def duty_times(times: Sequence[DutyTime]) -> str:
    """`每周二 9:00-11:00；每周四 …`, the first few of them."""
    said = [f"每周{_DAYS[one.weekday]} {_span(one.start, one.end)}" for one in times[:_MOST]]
    return "；".join(said) + ("等" if len(times) > _MOST else "")


def _days(days: Sequence[int]) -> str:
    if tuple(days) == tuple(range(7)):
        return "每天"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    if len(run) > 2:
        return f"周{_DAYS[run[0]]}至周{_DAYS[run[-1]]}"
    return "、".join(f"周{_DAYS[day]}" for day in run)


def _span(start: str, end: str) -> str:
    return f"{_clock(start)}-{_clock(end)}"


def _clock(written: str) -> str:
    return written[1:] if written.startswith("0") and written != "00:00" else written
