"""A town with restricted matters, everybody who might want to look at them, and a sweep through every door."""

import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.dispatch import worker
from bot.dispatch.messages import (
    ConstituentMessage,
    Incoming,
    MemberMessage,
    MemberTapped,
    Routed,
    SaidToPerson,
)
from bot.dispatch.router import Router, get_handler
from bot.notices.content import dump, load
from bot.services.context import Context
from storage.keys import find_key
from storage.models import Case, Message, OutboxRow, StaffMember
from storage.outbox import Channel
from storage.rules import note_roster_change
from tests.support.door_events import Traces, events_of
from tests.support.doors import UNKNOWN, Tap
from tests.support.pictures import PICTURE
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, ZHANG, Town, open_town

NAMED = "centre.named"  # one of the centre's own people, named in the accusation
STAFF = (
    (NAMED, "周明远", "centre", "HOME"),
    ("officer.home", "何联络", "officer", "HOME"),
    ("lead.qq", "钱站长", "lead", "QQ1"),
    ("lead.home", "何站长", "lead", "HOME"),
    ("officer.town", "庄联络", "officer", "XZ1"),
    ("admin.one", "管理员", "admin", None),
    ("auditor.one", "审计员", "auditor", "HOME"),
)
MEMBERS = (ZHANG, LI, "wang.fang", OFFICER, CENTRE, *(userid for userid, *_ in STAFF), "nobody.knows")


@dataclass(frozen=True, slots=True)
class Matter:
    """Who says what, known to nobody but these; `word` is what would give it away."""

    sender: str
    name: str
    words: str
    word: str
    readers: frozenset[str]


MATTERS = {
    "accusation": Matter(
        "wmAccuser",
        "甲先生",
        "我举报周明远和钱桥街道办主任收受好处费，账本藏在梧桐阁",
        "梧桐阁",
        frozenset({CENTRE}),
    ),
    "complaint": Matter(
        "wmComplainer",
        "乙女士",
        "投诉张伟代表，他从来不回我的话，还在听雨轩骂我",
        "听雨轩",
        frozenset({CENTRE, NAMED}),
    ),
    "minor": Matter(
        "wmAunt",
        "丙阿姨",
        "牡丹园的侄女在学校被同学欺负半年了，就在观鱼台，老师不管",
        "观鱼台",
        frozenset({CENTRE, NAMED}),
    ),
    "violence_at_home": Matter(
        "wmWife",
        "丁大姐",
        "老公又在打我，我躲在牡丹园的望月楼里",
        "望月楼",
        frozenset({CENTRE, NAMED}),
    ),
}
WITH_PICTURE = "minor"
PLAIN = Matter("wmPlain", "戊大爷", "牡丹园的路灯坏了三天了，就在紫藤架旁边", "紫藤架", frozenset({OFFICER, ZHANG}))
_URL = re.compile(r"https?://[^\s\"'\\<>）)]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A restricted case: who sent it, who may read it, and what would give it away."""

    kind: str
    id: int
    number: str
    message_id: int
    sender: str
    readers: frozenset[str]
    signs: tuple[str, ...]

    def may_know(self, who: str) -> bool:
        """Its sender and its named officers."""
        return who == self.sender or who.lower() in self.readers

    def is_told_by(self, text: str) -> bool:
        """Whether a text gives it away."""
        return any(re.search(rf"(?<!\d){re.escape(sign)}(?!\d)", text) for sign in self.signs)


@dataclass(frozen=True, slots=True)
class Said:
    """Something said to somebody, and the case that it is about."""

    to: str
    text: str
    case_id: int | None = None


@dataclass(slots=True)
class Sweep:
    """A town in which all of it has happened, and ways of looking at it as somebody else would."""

    town: Town
    kept: tuple[Kept, ...]
    addresses: dict[str, set[str]] = field(default_factory=dict)
    fetched: int = 0  # documents, by addresses that somebody was given

    def leaks(self, said: Iterable[Said], *, asked: str = "") -> list[str]:
        """What of these tells somebody of a case that they may not know; `asked` is what they said themselves."""
        return [
            f"{one.to} hears of the {case.kind}: {one.text[:200]}"
            for one in said
            for case in self.kept
            if not case.may_know(one.to)
            and (one.case_id == case.id or case.is_told_by(one.text.replace(asked, "") if asked else one.text))
        ]

    async def hear(self, context: Context, message: Routed, routers: Sequence[Router]) -> list[Said]:
        """What would be said to anybody after this message; nothing of it is kept."""
        session = context.session
        last = await session.scalar(select(func.max(OutboxRow.id))) or 0
        kept = await session.begin_nested()
        try:
            kept_for_person = isinstance(message, SaidToPerson)
            heard = await worker._identify(context, message.said if kept_for_person else message, None)
            heard = replace(heard, message=message)
            reply = await get_handler(routers, heard.message)(heard, context)
            if reply is not None:
                await worker._say(context, heard, reply)
            await session.flush()
            rows = await session.scalars(select(OutboxRow).where(OutboxRow.id > last).order_by(OutboxRow.id))
            return await _as_said(context, rows.all())
        finally:
            await kept.rollback()

    async def try_doors(
        self, routers: Sequence[Router], doors: Mapping[str, Sequence[str | Tap]], people: Sequence[str]
    ) -> list[str]:
        """Everybody at every one of these doors, for each restricted case: what leaks, and what tells of it."""
        found: list[str] = []
        async with self.town.bot.database.begin() as session:
            context = await self.town.bot.office.open(session)
            cards = await _cards(session)
            for who in people:
                for door, sayings in doors.items():
                    for saying in sayings:
                        leaks = await self._try(context, routers, who, saying, cards)
                        found += [f"{door}: {leak}" for leak in leaks]
        return found

    async def try_events(self, routers: Sequence[Router], people: Sequence[str]) -> tuple[list[str], list[str]]:
        """What comes in without a word about each restricted case: what leaks, and what went astray."""
        found, astray = [], []
        async with self.town.bot.database.begin() as session:
            context = await self.town.bot.office.open(session)
            for case in self.kept:
                traces = await _traces(session, case)
                for door, messages in events_of(traces, people, self.town.clock.now()).items():
                    for message in messages:
                        handler = get_handler(routers, message)
                        if not door.endswith(f".{handler.__name__}"):
                            astray.append(f"{door}: {message} comes to {handler.__name__}")
                        leaks = self.leaks(await self.hear(context, message, routers))
                        found += [f"{door}: {leak}" for leak in leaks]
        return found, astray

    async def addressed(self) -> list[Said]:
        """Whom every row of the outbox about a case was written for, pictures and changes of cards too."""
        members = {who.lower() for who in MEMBERS}
        return [
            Said(who, "", row.case_id)
            for row in await self.town.all(OutboxRow)
            for who in row.recipients
            if who.lower() in members
        ]

    async def _try(
        self, context: Context, routers: Sequence[Router], who: str, saying: str | Tap, cards: Mapping[int, str]
    ) -> list[str]:
        template = saying.key if isinstance(saying, Tap) else saying
        if "{" not in template:
            return self.leaks(await self.hear(context, self.message(who, saying, None, cards), routers))
        unknown = Kept("unknown", UNKNOWN, f"{UNKNOWN:06d}", UNKNOWN, "", frozenset(), ())
        nothing = _words(await self.hear(context, self.message(who, saying, unknown, cards), routers), unknown)
        found = []
        for case in self.kept:
            if case.may_know(who):
                continue
            said = await self.hear(context, self.message(who, saying, case, cards), routers)
            found += self.leaks(said, asked=case.number[-6:])
            if (words := _words(said, case)) != nothing:
                found.append(f"{who} can tell that there is the {case.kind}: {words} and not {nothing}")
        return found

    def message(self, who: str, saying: str | Tap, case: Kept | None, cards: Mapping[int, str]) -> Incoming:
        """A message of a member or of a constituent."""
        at = self.town.clock.now()
        parts = {"n": case.number[-6:], "id": case.id, "message": case.message_id} if case else {}
        if isinstance(saying, Tap):
            task = cards.get(case.id, "task") if case and saying.card else "task"
            return MemberTapped("key", who, task, saying.key.format(**parts), "code", at)
        text = saying.format(**parts)
        if who in MEMBERS:
            return MemberMessage("key", who, "text", text, "", "", at)
        return _constituent(who, text, at)

    def heard_by_all(self) -> list[Said]:
        """Everything that reached anybody's phone, buttons too."""
        sim = self.town.sim
        senders = [one.sender for one in (*MATTERS.values(), PLAIN)]
        chats = {who: sim.member_chat(who) for who in MEMBERS} | {
            who: sim.chat(who) for who in (*senders, NEIGHBOUR)
        }
        return [
            Said(who, f"{line.text} {line.menu} {line.card}")
            for who, lines in chats.items()
            for line in lines
            if line.who == "bot"
        ]

    async def ask_for_addresses(self, people: Sequence[str], words: Sequence[str]) -> None:
        """Keep the addresses of pages that people are given in the chat."""
        for who in people:
            for word in words:
                await self.town.sim.member_says(who, word)
        await self.town.settle()
        for one in self.heard_by_all():
            self.addresses.setdefault(one.to, set()).update(_URL.findall(one.text))

    async def open_pages(self, base: str, paths: Iterable[tuple[str, str]]) -> list[str]:
        """What these pages give away; (who opens it, path)."""
        found = []
        async with aiohttp.ClientSession() as client:
            for who, path in paths:
                async with client.get(f"{base}{path}", allow_redirects=False) as answer:
                    texts = _parts(await answer.read())
                if path.startswith("/export/"):  # looking makes nothing, the button does
                    async with client.post(f"{base}{path}", data={"as": "docx"}) as answer:
                        texts += _parts(await answer.read())
                        self.fetched += answer.status == 200
                found += [f"{path}: {leak}" for leak in self.leaks([Said(who, text) for text in texts])]
        return found


def _constituent(who: str, text: str, at: datetime) -> ConstituentMessage:
    menu = text.removeprefix("menu:") if text.startswith("menu:") else ""
    words = "点了" if menu else text
    return ConstituentMessage("key", "wkDemo", who, "老周", "text", words, menu, "", None, None, "", at)


def _words(said: Iterable[Said], case: Kept) -> list[str]:
    """What was said, without the number that was asked for."""
    return [re.sub(rf"{case.number}|{case.number[-6:]}|…{case.id}(?!\d)", "N", one.text) for one in said]


async def _traces(session: AsyncSession, case: Kept) -> Traces:
    """What WeCom knows a case by."""
    rows = select(OutboxRow.platform_id).where(OutboxRow.case_id == case.id, OutboxRow.platform_id.is_not(None))
    said = select(Message.platform_id).where(Message.case_id == case.id, Message.platform_id.is_not(None))
    sent, written = (await session.scalars(rows)).all(), (await session.scalars(said)).all()
    return Traces(case.number, case.sender, tuple(map(str, sent)), tuple(map(str, written)))


async def _cards(session: AsyncSession) -> dict[int, str]:
    """The id of each case's card."""
    rows = await session.scalars(select(OutboxRow).where(OutboxRow.task_id.like("case-%")))
    return {row.case_id: row.task_id for row in rows if row.case_id and row.task_id}


async def _as_said(context: Context, rows: Iterable[OutboxRow]) -> list[Said]:
    """What rows of the outbox say, a line for each who hears it."""
    found = []
    for row in rows:
        key = await find_key(context.session, context.vault, row.key_id) if row.key_id else context.vault
        if key is None or row.channel == Channel.SERVICE_STATE:
            continue
        text = "\n".join(_texts_of(orjson.loads(dump(load(key.open(row.content_sealed))))))
        found += [Said(who, text, row.case_id) for who in row.recipients]
    return found


def _texts_of(content: Any) -> list[str]:
    """What can be read or tapped; not the platform's own ids."""
    if isinstance(content, dict):
        items = [value for name, value in content.items() if name not in ("task_id", "response_code", "type")]
        return [text for value in items for text in _texts_of(value)]
    if isinstance(content, list):
        return [text for value in content for text in _texts_of(value)]
    return [str(content)]


def read_file(path: Path) -> str:
    """Everything that is written in a file, also in the parts of an archive."""
    return "\n".join(_parts(path.read_bytes()))


def _parts(raw: bytes) -> list[str]:
    if not raw.startswith(b"PK"):
        return [raw.decode("utf-8", "replace")]
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    return [text for name, part in inside.items() for text in _part(name, part)]


def _part(name: str, raw: bytes) -> list[str]:
    if name.endswith((".xml", ".rels")):
        return [re.sub("<[^>]*>", " ", raw.decode())]
    return _parts(raw) if raw.startswith(b"PK") or name.endswith((".txt", ".json", ".csv", ".jsonl")) else []


async def _settle_staff(town: Town) -> None:
    async with town.bot.database.begin() as session:
        for userid, name, role, station in STAFF:
            session.add(StaffMember(userid=userid, name=name, role=role, station_code=station))
        await note_roster_change(session, town.clock.now(), "test")
    for userid in (*(userid for userid, *_ in STAFF), "nobody.knows"):
        town.sim.add_member(userid, userid)


async def _raise_matters(town: Town) -> tuple[Kept, ...]:
    for one in (*MATTERS.values(), PLAIN):
        town.sim.add_constituent(one.sender, one.name)
        await town.says(one.sender, one.words)
        if one in (MATTERS[WITH_PICTURE], PLAIN):
            await town.sim.sends_media(one.sender, "image", "photo.png", PICTURE)
            await town.settle()
    await town.passes(seconds=15)
    cases, messages = await town.all(Case), await town.all(Message)
    first = {one.case_id: one.id for one in reversed(messages)}
    return tuple(
        Kept(
            kind,
            case.id,
            case.number,
            first[case.id],
            one.sender,
            one.readers,
            (one.word, one.name, case.number, case.number[-6:]),
        )
        for case, (kind, one) in zip(cases, MATTERS.items(), strict=False)
    )


@asynccontextmanager
async def open_lane_town(folder: Path) -> AsyncIterator[Sweep]:
    """The town with its restricted matters and one that is not."""
    async with open_town(folder) as town:
        await _settle_staff(town)
        yield Sweep(town, await _raise_matters(town))
