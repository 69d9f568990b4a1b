"""What all pages of staff have: the bar with its ways, who is logged in, the words of clocks, the way on."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from aiohttp import web

from bot.calendars.local_time import YEARS
from bot.notices import console as words
from bot.notices.words import due_moment, moment
from bot.services.office import Office
from bot.services.visiting import Visitor
from bot.web.access import allowed
from bot.web.gate import PERSONAL, VISITOR
from bot.web.templates import get_template

WAYS = (
    ("/console", "今天"),
    ("/console/cases", "来信"),
    ("/console/calendar", "日程"),
    ("/console/notices", "通知"),
    ("/console/duty", "履职"),
    ("/console/cover", "代管"),
    ("/console/places", "人和地方"),
    ("/console/import", "导入"),
    ("/console/rules", "规则"),
    ("/console/rights", "权利"),
    ("/console/audit", "记录"),
    ("/console/health", "运行"),
)
NEAR = 5  # entries that a telephone shows; the others are under 更多
_USED: Mapping[str, tuple[str, ...]] = {
    "centre": ("今天", "来信", "通知", "履职", "代管"),
    "admin": ("今天", "人和地方", "导入", "规则", "记录"),
}  # by whom; everybody else has the first of `_USUAL`
_USUAL = ("今天", "来信", "日程", "履职", "通知", "人和地方")
_WITHIN = {  # pages of another's
    "/console/people": "/console/places",
    "/console/delivery": "/console/health",
    "/console/texts": "/console/rules",
}


class Frame:
    """Fills in the pages."""

    def __init__(self, office: Office, folder: str = "console", ways: Sequence[tuple[str, str]] = WAYS) -> None:
        self._office, self._folder, self._ways = office, folder, ways

    def page(self, request: web.Request, name: str, status: int = 200, **facts: object) -> web.Response:
        """A page of `pages/console`, for whoever is logged in."""
        visitor, now, zone = request[VISITOR], self._office.clock.now(), self._office.zone

        def at(instant: datetime | None) -> str:
            return moment(instant, zone) if instant else ""

        def due(instant: datetime) -> str:
            return due_moment(instant, zone)

        text = get_template(f"{self._folder}/{name}").render(
            **facts,
            visitor=visitor,
            csrf=visitor.csrf,
            ways=ways_of(visitor, self._ways),
            near=near_of(visitor, request.path),
            here=here_of(request.path),
            role=role_of(visitor),
            words=words,
            now=now,
            at=at,
            due=due,
            left=lambda instant: words.clock_words(instant, now),
            tone=lambda instant, late: words.clock_tone(instant, now, late=late),
            once=secrets.token_hex(12),
            done=words.DONE.get(request.query.get("done", ""), "") if request.method == "GET" else "",
        )
        return web.Response(status=status, text=text, content_type="text/html", headers=PERSONAL)


def ways_of(visitor: Visitor, ways: Sequence[tuple[str, str]] = WAYS) -> list[tuple[str, str]]:
    """The pages that are open to somebody."""
    return [(path, name) for path, name in ways if allowed("GET", path) & visitor.roles]


def here_of(path: str) -> str:
    """The path by which the ways tell on which of them one is."""
    return next((to + path.removeprefix(one) for one, to in _WITHIN.items() if path.startswith(one)), path)


def near_of(visitor: Visitor, path: str) -> frozenset[str]:
    """The paths that a telephone shows at once: what somebody of this role uses most, and where they are now."""
    ways = ways_of(visitor)
    if len(ways) <= NEAR:
        return frozenset(path for path, _ in ways)
    used = _USED.get(visitor.member.staff.role if visitor.member.staff else "", _USUAL)
    now = [way for way in ways[1:] if here_of(path).startswith(way[0])]
    near = sorted(ways, key=lambda way: used.index(way[1]) if way[1] in used else len(used))
    return frozenset(path for path, _ in list(dict.fromkeys([*now, *near]))[:NEAR])


def role_of(visitor: Visitor) -> str:
    """As what somebody is here."""
    staff = visitor.member.staff
    return words.ROLES.get(staff.role, "") if staff else words.ROLES["representative"]


def go(address: str) -> web.Response:
    """After a change: the page is asked for anew, so that loading it again changes nothing."""
    return web.Response(status=303, headers={**PERSONAL, "Location": address})


def missing() -> web.HTTPException:
    """Nobody's, or not theirs: not told apart."""
    return web.HTTPNotFound(headers=PERSONAL)


def day_in(said: Mapping[str, object], name: str) -> date | None:
    """A day of a form or an address, `2026-12-15`; None where it is none."""
    try:
        found = date.fromisoformat(str(said.get(name, ""))[:10])
    except ValueError:
        return None
    return found if found.year in YEARS else None


def number_in(form: Mapping[str, object], name: str) -> int:
    """A whole number of a form; 0 where it is none."""
    said = str(form.get(name, ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 18 else 0
