"""Browsers in a town: log-in through the simulator, pages and changes as a person would make them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web
from yarl import URL

from bot.services import visiting
from bot.web.gate import MOST_BYTES
from storage.models import StaffMember
from tests.support.town import CENTRE, OFFICER, Town, listening

LEAD, TOWN_OFFICE, ADMIN, AUDITOR, REPORTER, FAR = (
    "lead.qq",
    "town.jh01",
    "admin.one",
    "auditor.one",
    "reporter.one",
    "officer.xz",
)
STAFF = {
    LEAD: ("钱负责", "lead", "QQ1"),
    FAR: ("西联络", "officer", "XZ1"),
    TOWN_OFFICE: ("镇街", "town", "QQ1"),
    ADMIN: ("管理", "admin", "HOME"),
    AUDITOR: ("审计", "auditor", None),
    REPORTER: ("记者", "media", None),
}
BY_ROLE = {
    "officer": OFFICER,
    "lead": LEAD,
    "town": TOWN_OFFICE,
    "centre": CENTRE,
    "admin": ADMIN,
    "auditor": AUDITOR,
    "media": REPORTER,
    "representative": "zhang.wei",
}


async def hire(town: Town) -> None:
    """One person of every role, and an officer of another station."""
    async with town.bot.database.begin() as session:
        for userid, (name, role, station) in STAFF.items():
            session.add(StaffMember(userid=userid, name=name, role=role, station_code=station))
            town.sim.add_member(userid, name)


@dataclass(slots=True)
class Browser:
    """A browser with its cookies. Redirects are not followed: they are looked at."""

    address: str
    http: aiohttp.ClientSession
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        """Status, where it leads, and the text."""
        async with self.http.get(self.address + path, allow_redirects=False, headers=headers) as answer:
            text = await answer.text(errors="replace")
            if found := re.search(r'name="csrf" value="(\w+)"', text):
                self.csrf = found.group(1)
            return answer.status, answer.headers.get("Location", ""), text

    async def send(self, path: str, **form: str) -> tuple[int, str, str]:
        """A form of the page that was opened last."""
        data = {"csrf": self.csrf, **form}
        async with self.http.post(self.address + path, data=data, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text(errors="replace")

    async def log_in(self, who: str, path: str = "/login", agent: str = "Mozilla/5.0") -> tuple[int, str, str]:
        """As a person does: to WeCom and back."""
        _, there, _ = await self.get(path, **{"User-Agent": agent})
        async with self.http.get(f"{there.split('#')[0]}&as={who}", allow_redirects=False) as answer:
            back = urlsplit(answer.headers["Location"])
        return await self.get(f"{back.path}?{back.query}")

    async def has_session_of(self, town: Town, who: str) -> None:
        """A session without the ways of log-in."""
        async with town.bot.database.begin() as session:
            token = await visiting.admit(await town.bot.office.open(session), who)
        self.http.cookie_jar.update_cookies({"lianxin": token}, URL(self.address))
        self.csrf = visiting.csrf_of(token)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@asynccontextmanager
async def open_site(town: Town) -> AsyncIterator[tuple[web.Application, str]]:
    app = web.Application(client_max_size=MOST_BYTES)
    town.bot.add_routes(app)
    async with listening(app, town.bot) as address:
        yield app, address


@asynccontextmanager
async def open_browser(address: str) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Browser(address, http)
