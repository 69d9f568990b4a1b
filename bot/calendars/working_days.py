"""Which days are working days in China: weekends, public holidays and make-up working days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from holidays import country_holidays

from bot.calendars.faults import BadCalendar

OFF, WORK = "off", "work"
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Year:
    """What the shipped table says of one year; `arranged` when the State Council's arrangement is in it."""

    off: frozenset[date]
    work: frozenset[date]

    @property
    def arranged(self) -> bool:
        """Every yearly arrangement since 2001 has had make-up working days; a computed year has none."""
        return bool(self.work)


@cache
def _shipped(year: int) -> _Year:
    """The library's table; years whose arrangement it does not have yet are computed from the statutory days.

    Computed: New Year, Spring Festival, Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day; those on a
    weekend are made up for on the next working days (State Council Decree 795, Art. 6). No year raises.
    """
    found = country_holidays("CN", years=year)
    return _Year(
        off=frozenset(day for day in found if day.year == year),
        work=frozenset(day for day in found.weekend_workdays if day.year == year),
    )


@cache
def _names(year: int) -> Mapping[date, str]:
    """Public holidays by their Chinese names, the lunar ones as well, without the days made up for."""
    named = country_holidays("CN", years=year, observed=False, language="zh_CN")
    return {day: name for day, name in named.items() if not name.startswith("休息日")}


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days by the office's own table over the shipped one.

    `holidays`: the office's rows, day to kind, `off` or `work`. A row decides its day. Where the shipped table only
    computes a year, an office's table that names all the statutory holidays of that year stands alone in it.
    """

    holidays: Mapping[date, str] = field(default_factory=dict)
    _whole_years: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for day, kind in self.holidays.items():
            if kind not in (OFF, WORK):
                raise BadCalendar(f"a day's kind is {OFF} or {WORK} ({day})", kind)
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))
        years = {day.year for day in self.holidays}
        object.__setattr__(self, "_whole_years", frozenset(year for year in years if self._is_whole(year)))

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        if kind := self.holidays.get(day):
            return kind == WORK
        weekday = day.weekday() < _SATURDAY
        if day.year in self._whole_years:
            return weekday
        shipped = _shipped(day.year)
        return day in shipped.work or (weekday and day not in shipped.off)

    def knows(self, year: int) -> bool:
        """Whether the year's official arrangement is known; if not, its days are computed and staff are told."""
        return _shipped(year).arranged or year in self._whole_years

    def name_of(self, day: date) -> str:
        """What an official day off is called (春节, 劳动节 …); empty where it has no name of its own."""
        return _names(day.year).get(day, "").removeprefix("农历")

    def next_working(self, day: date) -> date:
        """That day, or the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def last_working(self, day: date) -> date:
        """That day, or the last working day before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def add(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`, which does not count; before it where negative; 0 is `day`."""
        step = _DAY if number > 0 else -_DAY
        for _ in range(abs(number)):
            day = self.next_working(day + step) if number > 0 else self.last_working(day + step)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and with `last`; negative where `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        span = (last - first).days
        return sum(self.is_working(first + timedelta(days=after)) for after in range(1, span + 1))

    def _is_whole(self, year: int) -> bool:
        """Whether the office's table stands alone: the shipped one computes, and ours names every holiday."""
        statutory = _statutory_weekdays(year)
        return not _shipped(year).arranged and bool(statutory) and statutory <= self.holidays.keys()


@cache
def _statutory_weekdays(year: int) -> frozenset[date]:
    """The statutory holidays themselves, without days made up for, that fall on Monday to Friday."""
    return frozenset(day for day in country_holidays("CN", years=year, observed=False) if day.weekday() < _SATURDAY)
