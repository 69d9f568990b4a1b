"""A year of a district in a database: matters with all that was said, duty entries, what was sent, the audit.

Figures of one year: 11,500 matters, 92,000 messages, 49,000 duty entries (domain A5). Duty entries go through
`storage.duty_bulk` with their ledger lines, all else through Core inserts of whole batches; what people would have
written is sealed with a key of its own for each matter, as it is when it comes in. The same number writes the same
rows but for the keys. Times are told from the moment of filling on.
"""

import base64
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.people import petitions
from bot.assignment.taxonomy import TOPICS
from bot.notices.broadcast import Wording
from bot.services.office import Office
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.district_ground import DISTRICT
from storage import duty_bulk
from storage.crypto import ContentKey
from storage.duty import NewEntry
from storage.files import AttachmentFiles
from storage.keys import add_key, add_keys
from storage.models import (
    ActivityDay,
    Attachment,
    Attendance,
    AuditLine,
    Base,
    Broadcast,
    BroadcastRecipient,
    Case,
    CaseSerial,
    Cluster,
    Constituent,
    ContactTask,
    Conversation,
    Correction,
    FileCheck,
    InboxRow,
    LiveSession,
    Message,
    OutboxRow,
    Reception,
    Referral,
    Reminder,
    Representative,
    StaffMember,
    Station,
)

MATTERS, PEOPLE, SAID, ENTRIES = 11_500, 7_000, 8, 49_000  # of a year; `SAID` messages a matter
WAITING, LATE = 250, 60  # of the matters, whatever the year is like
A_PART = 2500
ACCOUNT = DEMO_ACCOUNT.open_kfid
KINDS = ("visit",) * 12 + ("reception", "research", "inspection", "help", "training")
_YEAR = timedelta(days=365)
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_ANSWERS = (
    "您反映的情况已经收到，我这两天到现场看一看，再给您回话。",
    "和街道、物业都沟通过了，本周内安排维修，修好以后请您看一看。",
    "这件事归城管部门管，已经把您的意见转过去，他们会在五个工作日内答复。",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything, spread over so many years; at least one of each."""

    matters: int
    people: int
    entries: int
    years: float

    @classmethod
    def of(cls, years: float) -> "Size":
        """So many years, or a part of one."""
        matters, people, entries = (max(int(each * years), 20) for each in (MATTERS, PEOPLE, ENTRIES))
        return cls(matters, people, entries, years)

    @property
    def waiting(self) -> int:
        """Matters that owe an answer."""
        return max(int(WAITING * self.years), 6)


@dataclass(frozen=True, slots=True)
class Ground:
    """Who and what an imported district has."""

    stations: tuple[str, ...]
    representatives: tuple[tuple[str, str, str], ...]  # code, station, userid
    officers: tuple[str, ...]


async def fill(office: Office, size: Size, files: AttachmentFiles) -> None:
    """Everything after the people, in an imported district that has no matters yet; a commit a part."""
    now = office.clock.now()
    async with office.database.begin() as session:
        ground = await _ground(session)
        session.add(CaseSerial(district_code=DISTRICT, year=now.year, last=size.matters))
    writer = _Writer(office, size, ground, now, files)
    await writer.people()
    await writer.clusters()
    for first in range(1, size.matters + 1, A_PART):
        await writer.matters(range(first, min(first + A_PART, size.matters + 1)))
    await writer.visits()
    await writer.calendar()
    await writer.notices()
    async with office.database.begin() as session:
        if not office.database.is_sqlite:
            await _follow(session)
            await session.execute(text("ANALYZE"))  # it does so by itself; the bot's SQLite never has statistics


async def _ground(session: AsyncSession) -> Ground:
    people = await session.execute(
        select(Representative.code, Representative.station_code, Representative.userid).order_by(
            Representative.code
        )
    )
    known = [(code, station, userid) for code, station, userid in people if station and userid]
    stations = await session.scalars(select(Station.code).order_by(Station.code))
    officers = await session.scalars(select(StaffMember.userid).order_by(StaffMember.userid))
    return Ground(tuple(stations), tuple(known), tuple(officers))


async def _follow(session: AsyncSession) -> None:
    """The sequences of PostgreSQL go on after the numbers that were given here."""
    for table in Base.metadata.sorted_tables:
        key = table.primary_key.columns.values()
        if len(key) == 1 and key[0].name == "id":
            last = await session.scalar(select(func.max(key[0]))) or 1
            await session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))


class _Writer:
    def __init__(self, office: Office, size: Size, ground: Ground, now: datetime, files: AttachmentFiles) -> None:
        self._office, self._size, self._ground, self._now = office, size, ground, now
        self._files = files
        self._draw = random.Random(20261121)
        self._words, _ = petitions(min(2000, size.matters))

    def _came(self, number: int) -> datetime:
        """When a matter came: the waiting ones in the last days, the others before, one after the other."""
        done = self._size.matters - self._size.waiting
        if number > done:
            left = self._size.matters - number
            return self._now - timedelta(minutes=30 + left * 4 * 1440 // self._size.waiting)
        return self._now - timedelta(days=5) - _YEAR * self._size.years * ((done - number) / done)

    async def _insert(self, session: AsyncSession, kind: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        for first in range(0, len(rows), 2 * A_PART):
            await session.execute(insert(kind.__table__), rows[first : first + 2 * A_PART])  # type: ignore[arg-type]

    async def people(self) -> None:
        """Constituents with their nicknames, each with a conversation."""
        for first in range(1, self._size.people + 1, A_PART):
            numbers = range(first, min(first + A_PART, self._size.people + 1))
            async with self._office.database.begin() as session:
                keys = await add_keys(session, self._office.vault, len(numbers))
                rows = [
                    {
                        "id": n,
                        "external_userid": f"wmDistrict{n:08}",
                        "key_id": key_id,
                        "nickname_sealed": key.seal_text(f"居民{n % 997}"),
                        "first_seen_at": self._now - _YEAR * self._size.years,
                        "notified_at": self._now - _YEAR * self._size.years,
                        "notice_version": "1",
                    }
                    for n, (key_id, key) in zip(numbers, keys, strict=True)
                ]
                await self._insert(session, Constituent, rows)
                chats = [
                    {
                        "id": n,
                        "constituent_id": n,
                        "open_kfid": ACCOUNT,
                        "last_message_at": self._now - timedelta(hours=n % 900),
                        "window_until": self._now + timedelta(hours=48 - n % 900),
                        "budget_left": n % 6,
                    }
                    for n in numbers
                ]
                await self._insert(session, Conversation, chats)

    async def clusters(self) -> None:
        """One for each forty matters."""
        rows = [
            {
                "id": n,
                "topic": TOPICS[n % len(TOPICS)],
                "station_code": self._ground.stations[n % len(self._ground.stations)],
                "people": 2 + n % 9,
                "first_at": self._now - timedelta(days=n % 300 + 1),
                "last_at": self._now - timedelta(days=n % 300),
            }
            for n in range(1, self._size.matters // 40 + 2)
        ]
        async with self._office.database.begin() as session:
            await self._insert(session, Cluster, rows)

    async def matters(self, numbers: range) -> None:
        """Matters with their messages, what was sent and came in for them, their entries and audit lines."""
        async with self._office.database.begin() as session:
            keys = await add_keys(session, self._office.vault, len(numbers))
            some = [_Matter(self, n, *key) for n, key in zip(numbers, keys, strict=True)]
            await self._insert(session, Case, [one.row() for one in some])
            await self._insert(session, Message, [row for one in some for row in one.messages()])
            await self._insert(session, InboxRow, [row for one in some for row in one.arrivals()])
            await self._insert(session, OutboxRow, [row for one in some for row in one.sendings()])
            await self._insert(session, AuditLine, [row for one in some for row in one.audit()])
            put_right = [row for one in some for row in one.corrections()]
            await self._insert(session, Correction, put_right)
            await self._insert(session, Referral, [row for one in some for row in one.referrals()])
            await self._insert(session, ContactTask, [row for one in some for row in one.calls()])
            entries = [one.entry() for one in some if one.is_answered]
            await duty_bulk.load(session, self._office.vault, DISTRICT, entries)
            await self._pictures(session, [one for one in some if not one.is_answered])

    async def _pictures(self, session: AsyncSession, some: Sequence["_Matter"]) -> None:
        """Each open matter has one, with its bytes."""
        first = dict(
            (await session.execute(
                select(Message.case_id, func.min(Message.id))
                .where(Message.case_id.in_([one.n for one in some]))
                .group_by(Message.case_id)
            )).all()
        )  # fmt: skip
        await self._insert(session, Attachment, [one.picture(first[one.n]) for one in some])
        for one in some:
            one.write_picture(self._files)

    async def visits(self) -> None:
        """All entries that no matter gave."""
        answered = self._size.matters - self._size.waiting
        wanted = max(self._size.entries - answered, 10)
        entries = self._visits(wanted)
        for _ in range(0, wanted, A_PART):
            async with self._office.database.begin() as session:
                some = [new for new, _ in zip(entries, range(A_PART), strict=False)]
                await duty_bulk.load(session, self._office.vault, DISTRICT, some)

    def _visits(self, wanted: int) -> Iterator[NewEntry]:
        people = self._ground.representatives
        for n in range(wanted):
            code, station, userid = people[n * 7919 % len(people)]
            at = self._now - _YEAR * self._size.years * ((wanted - n) / wanted)
            mine = n % 7 != 0
            yield NewEntry(
                representative_code=code,
                station_code=station,
                kind=KINDS[n % len(KINDS)],
                source="rep" if mine else "staff",
                own=mine,
                at=at,
                on=(at + timedelta(hours=8)).date(),
                recorded_at=at,
                recorded_by=userid if mine else self._ground.officers[n % len(self._ground.officers)],
                summary=f"走访{n % 5 + 1}户，了解路灯和停车的情况",
                people=n % 5 + 1,
                opinions=int(n % 3 == 0),
                proposals=int(n % 11 == 0),
                evidence=(f"attachment:{self._size.matters - n % self._size.waiting}",) if n % 4 == 0 else (),
                details={"place": "牡丹园"},
            )

    async def calendar(self) -> None:
        """Activity days with who came, receptions, live sessions, reminders."""
        months = max(int(12 * self._size.years), 1)
        stations, people = self._ground.stations, self._ground.representatives
        days, came, received, lives, reminders = [], [], [], [], []
        for month in range(months):
            on = (self._now - timedelta(days=30 * month + 3)).date()
            days.append(_day(1000 + month, on))
            for place, (code, station, _) in enumerate(people[: len(people) // 2]):
                state = "absent" if place % 10 == 0 else "present"
                came.append(
                    {"day_id": 1000 + month, "station_code": station, "representative_code": code, "state": state}
                )
            received += [_reception(1000 + month, on, stations[n % len(stations)], n) for n in range(160)]
            lives.append(
                _live(
                    month,
                    stations[month % len(stations)],
                    people[month % len(people)][0],
                    self._ground.officers[0],
                    self._now,
                )
            )
        reminders += [self._reminder(n) for n in range(int(60_000 * self._size.years))]
        async with self._office.database.begin() as session:
            for kind, rows in (
                (ActivityDay, days),
                (Attendance, came),
                (Reception, received),
                (LiveSession, lives),
                (FileCheck, self._published()),
                (Reminder, reminders),
            ):
                await self._insert(session, kind, rows)

    def _published(self) -> list[dict[str, Any]]:
        """Last year's files of everybody are open to the public."""
        at = dict.fromkeys(("opened_at", "completed_at", "confirmed_at", "published_at"), self._now)
        row = {"version": 1, "year": self._now.year - 1, "state": "published", **at}
        return [{**row, "representative_code": code} for code, _, _ in self._ground.representatives]

    def _reminder(self, n: int) -> dict[str, Any]:
        waits = n % 200 == 0
        due = self._now + timedelta(hours=n % 300 + 1) if waits else self._now - timedelta(hours=n % 8000 + 1)
        people, months = self._ground.representatives, max(int(12 * self._size.years), 1)
        turn, whose = divmod(n // 10 // months, len(people))
        is_of_day = n % 10 == 0  # the others are of matters
        return {
            "subject": f"day:{1000 + n // 10 % months}" if is_of_day else f"case:{n}",
            "edition": "1",
            "step": f"eve{turn}" if is_of_day else "due",
            "recipient": f"m:{people[whose if is_of_day else n % len(people)][2].lower()}",
            "due_at": due,
            "useful_until": due + timedelta(hours=12),
            "state": "waiting" if waits else "sent",
            "fired_at": None if waits else due,
        }

    async def notices(self) -> None:
        """Two notices a month, each to three hundred members."""
        people, officers = self._ground.representatives, self._ground.officers
        async with self._office.database.begin() as session:
            for n in range(max(int(24 * self._size.years), 2)):
                key_id, key = await add_key(session, self._office.vault)
                at = self._now - timedelta(days=15 * n + 1)
                wording = Wording("请各位代表周五下午到站学习。", f"学习通知 {n}")
                row = Broadcast(
                    state="closed" if n else "receipt_watch",
                    author_userid=officers[n % len(officers)],
                    reviewer_userid=officers[(n + 1) % len(officers)],
                    key_id=key_id,
                    wording_sealed=key.seal(orjson.dumps(wording)),
                    audience="representatives",
                    size=300,
                    needs_receipt=True,
                    created_at=at,
                    approved_at=at,
                    due_at=at,
                    sent_at=at,
                )
                session.add(row)
                await session.flush()
                states = ("confirmed", "confirmed", "confirmed", "sent")
                heard = [
                    {
                        "broadcast_id": row.id,
                        "recipient": f"m:{userid.lower()}",
                        "name": userid,
                        "state": states[place % 4],
                        "at": at,
                    }
                    for place, (_, _, userid) in enumerate(people[:300])
                ]
                await self._insert(session, BroadcastRecipient, heard)


class _Matter:
    """One matter's rows in every table."""

    def __init__(self, writer: _Writer, number: int, key_id: int, key: ContentKey) -> None:
        self._writer, self.n, self._key_id, self._key = writer, number, key_id, key
        self._now = writer._now
        self._opened = writer._came(number)
        size, ground = writer._size, writer._ground
        self.is_answered = number <= size.matters - size.waiting
        self._whose, self._station, self._userid = ground.representatives[number * 31 % len(ground.representatives)]
        self._constituent = number % size.people + 1
        self._said_at = self._opened + timedelta(hours=number % 60 + 1)
        self.number = f"{DISTRICT}-{self._now.year}-{number:06}"
        self._officer = ground.officers[number % len(ground.officers)]

    def row(self) -> dict[str, Any]:
        n, opened = self.n, self._opened
        closed = self.is_answered and n % 33 != 0
        waits = ("assigned", "accepted", "accepted", "reopened")[n % 4]
        due = opened + timedelta(days=5, hours=n % 20)
        if not self.is_answered and n % 4 == 0:
            due = self._now - timedelta(hours=n % 30 + 1)
        reasons = {"reasons": [{"rule": "known_station", "evidence": self._station}], "parts": []}
        return {
            "id": n,
            "version": 1,
            "number": self.number,
            "conversation_id": self._constituent,
            "constituent_id": self._constituent,
            "key_id": self._key_id,
            "state": "closed" if closed else "answered" if self.is_answered else waits,
            "round": 1,
            "kind": "case",
            "topic": TOPICS[n * 7 % len(TOPICS)],
            "urgency": "urgent" if n % 50 == 0 else "normal",
            "station_code": self._station,
            "representative_code": None if n % 9 == 0 else self._whose,
            "cluster_id": n // 40 + 1 if n % 20 == 0 else None,
            "restricted": n % 150 == 0,
            "decided_by": "known_station",
            "reasons_sealed": self._key.seal(json.dumps(reasons).encode()),
            "opened_at": opened,
            "due_at": due,
            "promised_at": due,
            "accepted_at": opened + timedelta(minutes=40) if n % 4 else None,
            "answered_at": self._said_at if self.is_answered else None,
            "closed_at": self._said_at + timedelta(hours=4) if closed else None,
            "round_since": opened,
            "clock_step": None if self.is_answered else ("representative", "officer", "lead", "centre")[n % 4],
            "clock_due_at": None if self.is_answered else due,
            "alert_due_at": self._now + timedelta(minutes=5) if not self.is_answered and n % 100 == 1 else None,
            "waiting_since": opened if not self.is_answered and n % 11 == 0 else None,
        }

    def messages(self) -> Iterator[dict[str, Any]]:
        many = SAID if self.is_answered else SAID // 2 - 1
        words = self._writer._words[self.n % len(self._writer._words)]
        if self.n % 1009 == 0:
            words += "，门口那棵梧桐树也歪了"
        for place in range(many):
            ours = place % 2 == 1 and (self.is_answered or place > 1)
            said = _ANSWERS[place % 3] if ours else words if place == 0 else f"补充一点：{words[:24]}"
            yield {
                "case_id": self.n,
                "author": "representative" if ours else "constituent",
                "author_userid": self._userid if ours else None,
                "representative_code": self._whose if ours else None,
                "round": 1,
                "kind": "text",
                "text_sealed": self._key.seal_text(said),
                "platform_id": f"m{self.n}-{place}",
                "said_at": self._opened + timedelta(hours=place * (self.n % 60 + 1) / many),
            }

    def arrivals(self) -> Iterator[dict[str, Any]]:
        for place in range(0, SAID, 2):
            at = self._opened + timedelta(hours=place)
            yield {
                "source": ACCOUNT,
                "key": f"m{self.n}-{place}",
                "lane": f"kf:{ACCOUNT}:wmDistrict{self._constituent:08}",
                "received_at": at,
                "state": "done",
                "attempt": 1,
                "due_at": at,
            }

    def sendings(self) -> Iterator[dict[str, Any]]:
        kinds = [("receipt", "kf", self._opened), ("card", "app", self._opened)]
        kinds += [("answer", "kf", self._said_at)] if self.is_answered else []
        for purpose, channel, at in kinds:
            stuck = purpose == "answer" and self.n % 200 == 0
            yield {
                "channel": channel,
                "purpose": purpose,
                "lane": f"{channel}:{self._constituent}",
                "recipients": [] if channel == "kf" else [self._userid],
                "conversation_id": self._constituent if channel == "kf" else None,
                "case_id": self.n,
                "key_id": self._key_id,
                "priority": 30,
                "content_sealed": b"\0" * 120,
                "state": "parked" if stuck else "sent",
                "attempt": 1,
                "created_at": at,
                "due_at": at,
                "sent_at": None if stuck else at,
                "reason": "window" if stuck else None,
                "task_id": f"t{self.n}-{purpose}",
            }

    def audit(self) -> Iterator[dict[str, Any]]:
        subject = f"case {self.number}"
        acts = ("case read", "case read", "case taken up", "case read", "case answered", "case read")
        for place, act in enumerate(acts):
            actor = self._userid if place % 2 else self._officer
            yield {"at": self._opened + timedelta(hours=place), "actor": actor, "act": act, "subject": subject}
        yield {"at": self._opened, "actor": self._officer, "act": "case list read", "subject": "30 cases of a list"}

    def corrections(self) -> Iterator[dict[str, Any]]:
        if self.n % 20 == 0:
            rule = ("known_station", "place_named", "location_in_grid")[self.n % 3]
            yield {"case_id": self.n, "at": self._opened, "by": "officer", "rule": rule, "what": "station"}

    def referrals(self) -> Iterator[dict[str, Any]]:
        if self.n % 100 == 0:
            due = self._opened + timedelta(days=15)
            yield {
                "case_id": self.n,
                "about": "petition",
                "registered_at": self._opened,
                "notice_due_at": due,
                "notified_at": self._opened,
            }

    def calls(self) -> Iterator[dict[str, Any]]:
        if self.n % 30 == 0:
            done = None if not self.is_answered else self._said_at
            row = {"case_id": self.n, "why": "person", "reason": "wish", "opened_at": self._opened}
            yield {**row, "done_at": done}

    def picture(self, message_id: int) -> dict[str, Any]:
        """Its attachment, which has the number of the matter."""
        return {
            "id": self.n,
            "message_id": message_id,
            "key_id": self._key_id,
            "kind": "image",
            "media_id": f"media{self.n}",
            "content_type": "image/png",
            "size": len(_PIXEL),
            "state": "stored",
            "due_at": self._opened,
        }

    def write_picture(self, files: AttachmentFiles) -> None:
        """The bytes of it."""
        files.write(self.n, self._key, _PIXEL)

    def entry(self) -> NewEntry:
        return NewEntry(
            representative_code=self._whose,
            station_code=self._station,
            kind="reception",
            source="auto",
            at=self._said_at,
            on=(self._said_at + timedelta(hours=8)).date(),
            recorded_at=self._said_at,
            summary="答复群众来信",
            case_id=self.n,
        )


def _day(number: int, on: Any) -> dict[str, Any]:
    return {
        "id": number,
        "version": 1,
        "region_code": DISTRICT,
        "planned_on": on,
        "on_date": on,
        "start": "09:00",
        "end": "11:30",
        "topic": "老旧小区改造",
        "state": "archived",
        "edition": 1,
    }


def _reception(day: int, on: Any, station: str, number: int) -> dict[str, Any]:
    return {
        "station_code": station,
        "occurred_on": on,
        "occurred_at": datetime(on.year, on.month, on.day, 2, tzinfo=UTC),
        "day_id": day,
        "people": 2,
        "opinions": 1,
        "proposals": number % 2,
        "source": "desk",
        "noted_by": "officer",
        "noted_at": datetime(on.year, on.month, on.day, 3, tzinfo=UTC),
        "source_key": f"bench:{day}:{number}",
    }


def _live(number: int, station: str, host: str, author: str, now: datetime) -> dict[str, Any]:
    starts = now + timedelta(days=2) - timedelta(days=30 * number)
    return {
        "version": 1,
        "code": f"LBENCH{number}",
        "kind": "live",
        "station_code": station,
        "title": "物业那些事",
        "hosts": [host],
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=1),
        "state": "archived" if number else "collecting",
        "platform": "link",
        "join_url": "https://example.invalid/live",
        "author": author,
    }
