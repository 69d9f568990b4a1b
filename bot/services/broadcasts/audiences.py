"""Whom a notice is for: an expression, read without the database, and the people it means now.

`,` joins groups of people; `&` narrows one: `officers&region:JH01,level:town`. Who is not named otherwise is a
representative. Constituents (`subscribers:STATION`) are told apart from members: they hear other words, under other
rules, so one notice is for the one or the other.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from bot.calendars.local_time import YEARS
from bot.services.context import Context
from bot.services.duty_times import Span, of_stations
from storage import broadcasts, recipients, reminders, subscriptions
from storage.models import Region, Representative, Station
from storage.states import RecipientState

LONGEST = 512  # characters of an expression
LEVELS = ("national", "provincial", "city", "district", "town", "street")
BASES = ("representatives", "officers", "staff")
FILTERS = ("level", "region", "station", "roster")
USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@\-]{0,63}")  # WeCom document 90195
LIST = "list"  # stands for the userids of a file
_REPRESENTATIVES = "representatives"


class AudienceRefused(Exception):
    """An expression that means nobody or nothing; `why` is a fixed word, `term` the part that is wrong."""

    def __init__(self, why: str, term: str = "") -> None:
        self.why, self.term = why, term
        super().__init__(f"{why}: {term}" if term else why)


@dataclass(frozen=True, slots=True)
class Group:
    """People of one base to whom all filters apply."""

    base: str
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """An expression that was understood."""

    groups: tuple[Group, ...] = ()
    subscribers: tuple[str, ...] = ()  # codes of stations
    notices: tuple[int, ...] = ()  # those who got these notices, for a correction
    userids: tuple[str, ...] = ()  # of a file

    @property
    def is_for_constituents(self) -> bool:
        """Whether it is said in WeChat."""
        return bool(self.subscribers)


@dataclass(frozen=True, slots=True)
class Hearers:
    """The people an audience means now; each once, in a fixed order."""

    members: tuple[str, ...] = ()  # userids as the roster writes them
    conversations: tuple[int, ...] = ()
    without_userid: tuple[str, ...] = ()  # names of people who are on the roster and have no member id
    unknown: tuple[str, ...] = ()  # userids of a file that are not on the roster; WeCom says whether they exist

    @property
    def size(self) -> int:
        """How many are to hear it."""
        return len(self.members) + len(self.conversations)

    def recipients(self) -> Iterable[tuple[str, str]]:
        """(recipient, name) as the list is frozen."""
        yield from ((reminders.member(userid), userid) for userid in self.members)
        yield from ((reminders.conversation(number), "") for number in self.conversations)


def parse_audience(expression: str, userids: Sequence[str] = ()) -> Audience:
    """Read an expression; raise `AudienceRefused`. `userids` are those of a file, added to it."""
    if len(expression) > LONGEST:
        raise AudienceRefused("too long", f"{len(expression)} > {LONGEST}")
    terms = [term.strip() for term in expression.replace("，", ",").split(",")]
    if not any(terms) and not userids:
        raise AudienceRefused("empty")
    groups: list[Group] = []
    subscribers: list[str] = []
    notices: list[int] = []
    for term in terms:
        if term in {"", LIST} and userids:
            continue
        name, _, value = term.partition(":")
        if name == "subscribers":
            subscribers.append(_value(term, value))
        elif name == "notice":
            notices.append(_notice(term, value))
        else:
            groups.append(_group(term))
    if subscribers and (groups or notices or userids):
        raise AudienceRefused("mixed", expression[:80])
    return Audience(tuple(groups), tuple(subscribers), tuple(notices), tuple(userids))


def _group(term: str) -> Group:
    base, filters = "", []
    for part in (each.strip() for each in term.split("&")):
        name, colon, value = part.partition(":")
        if not colon and name in BASES and not base:
            base = name
        elif name == "group":
            raise AudienceRefused("no groups", part)
        elif name in FILTERS and colon:
            filters.append((name, _filter(part, name, value)))
        else:
            raise AudienceRefused("not understood", part or term)
    return Group(base or _REPRESENTATIVES, tuple(filters))


def _filter(part: str, name: str, value: str) -> str:
    value = _value(part, value)
    if name == "level" and value not in LEVELS:
        raise AudienceRefused("no such level", part)
    if name == "roster":
        _check_day(part, value)
    return value


def _check_day(part: str, value: str) -> None:
    try:
        known = date.fromisoformat(value).year in YEARS
    except ValueError:
        known = False
    if not known:
        raise AudienceRefused("not a date", part)


def _value(part: str, value: str) -> str:
    value = value.strip()
    if not value or len(value) > 64 or not value.isprintable() or "&" in value:
        raise AudienceRefused("not understood", part[:80])
    return value


def _notice(term: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 18):
        raise AudienceRefused("not understood", term[:80])
    return int(value)


def parse_userids(text: str) -> list[str]:
    """The userids of a file, one a line or separated by commas; each once, whatever its case. `#` begins a comment.

    Raises `AudienceRefused` with the line that is none.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        for userid in re.split(r"[,;\s]+", line.partition("#")[0].strip()):
            if userid and not USERID.fullmatch(userid):
                raise AudienceRefused("not a userid", f"line {number}: {userid[:64]}")
            if userid:
                found.setdefault(userid.lower(), userid)
    if not found:
        raise AudienceRefused("empty")
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Person:
    userid: str
    name: str
    code: str  # of a representative
    role: str  # of staff
    level: str
    station_code: str | None


@dataclass(slots=True)
class _Ground:
    """What filters ask: read once a resolution, and only what is asked for."""

    context: Context
    people: Sequence[_Person]
    _below: Mapping[str, set[str]] | None = None
    _on_duty: dict[str, set[str]] = field(default_factory=dict)

    async def allows(self, name: str, value: str, term: str) -> Callable[[_Person], bool]:
        """The filter as a question to ask of a person; raise `AudienceRefused` where it names nothing."""
        match name:
            case "level":
                return lambda one: one.level == value
            case "station":
                if value not in self.context.directory.stations:
                    raise AudienceRefused("no such station", term)
                return lambda one: one.station_code == value
            case "region":
                stations = await self._stations_in(value, term)
                return lambda one: one.station_code in stations
            case _:
                codes = await self._duty_on(value)
                return lambda one: one.code in codes

    async def _stations_in(self, region: str, term: str) -> set[str]:
        """The stations of a region and of those below it, at any depth."""
        rows = (await self.context.session.execute(select(Region.code, Region.parent_code))).all()
        children: dict[str | None, list[str]] = {}
        for code, parent in rows:
            children.setdefault(parent, []).append(code)
        if region not in {code for code, _ in rows}:
            raise AudienceRefused("no such region", term)
        inside, ahead = {region}, [region]
        while ahead:
            new = [code for code in children.get(ahead.pop(), ()) if code not in inside]
            inside.update(new)
            ahead += new
        stations = await self.context.session.execute(select(Station.code, Station.region_code))
        return {code for code, where in stations if where in inside}

    async def _duty_on(self, day: str) -> set[str]:
        if day not in self._on_duty:
            on = date.fromisoformat(day)
            stations = list(self.context.directory.stations)
            times = await of_stations(self.context.session, stations, Span(on, on, self.context.zone))
            self._on_duty[day] = {one.holder for one in times if not one.away}
        return self._on_duty[day]


async def find_hearers(context: Context, audience: Audience) -> Hearers:
    """The people an audience means now; raise `AudienceRefused` for one that names nothing."""
    if audience.is_for_constituents:
        return Hearers(conversations=await _subscribers(context, audience.subscribers))
    ground = _Ground(context, await _people(context))
    chosen: dict[str, str] = {}
    without: dict[str, None] = {}
    for group in audience.groups:
        for person in await _members_of(ground, group):
            if person.userid:
                chosen.setdefault(person.userid.lower(), person.userid)
            else:
                without[person.name] = None
    for number in audience.notices:
        chosen = {**await _hearers_of(context, number), **chosen}
    listed, unknown = _listed(audience.userids, ground.people)
    return Hearers(members=tuple((listed | chosen).values()), without_userid=tuple(without), unknown=tuple(unknown))


async def name_of_region(context: Context, code: str) -> str:
    """What a region is called; its code where it is not there any more."""
    return await context.session.scalar(select(Region.name).where(Region.code == code)) or code


async def _people(context: Context) -> list[_Person]:
    rows = await context.session.execute(
        select(
            Representative.userid,
            Representative.name,
            Representative.code,
            Representative.level,
            Representative.station_code,
        ).order_by(Representative.code)
    )
    people = [_Person(userid or "", name, code, "", level, at) for userid, name, code, level, at in rows]
    staff = sorted(context.directory.staff(), key=lambda one: one.userid)
    return people + [_Person(one.userid, one.name, "", one.role, "", one.station_code) for one in staff]


async def _members_of(ground: _Ground, group: Group) -> list[_Person]:
    tests = [await ground.allows(name, value, f"{name}:{value}") for name, value in group.filters]
    return [one for one in ground.people if _is_in(one, group.base) and all(test(one) for test in tests)]


def _is_in(person: _Person, base: str) -> bool:
    match base:
        case "officers":
            return person.role == "officer"
        case "staff":
            return bool(person.role)
        case _:
            return bool(person.code)


def _listed(userids: Iterable[str], people: Iterable[_Person]) -> tuple[dict[str, str], list[str]]:
    """Those of a file as the roster writes them, and those that it does not know."""
    known = {one.userid.lower(): one.userid for one in people if one.userid}
    listed = {userid.lower(): known.get(userid.lower(), userid) for userid in userids}
    return listed, [userid for key, userid in listed.items() if key not in known]


async def _hearers_of(context: Context, number: int) -> dict[str, str]:
    if await broadcasts.find(context.session, number) is None:
        raise AudienceRefused("no such notice", f"notice:{number}")
    got = await recipients.keys_of(context.session, number, RecipientState.SENT, RecipientState.CONFIRMED)
    return {name.lower(): name for _, name in got if name}


async def _subscribers(context: Context, stations: Sequence[str]) -> tuple[int, ...]:
    """Whoever wants to hear anything of these stations."""
    for code in stations:
        if code not in context.directory.stations:
            raise AudienceRefused("no such station", f"subscribers:{code}")
    found: dict[int, None] = {}
    for kind in subscriptions.KINDS:
        for number in await subscriptions.subscribers(context.session, stations, kind):
            found[number] = None
    return tuple(sorted(found))
