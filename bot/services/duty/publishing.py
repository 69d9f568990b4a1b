"""The ledger's heads go out of the house: noted each midnight, told to the auditor each morning.

Whoever keeps a copy can check later that nothing before it was changed (`verify --against FILE`), even where
somebody with the database rewrote every line.
"""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.calendars.local_time import MIDNIGHT, instant_of, parse_clock
from bot.notices.duty_desk import LedgerHeads
from bot.services import speaking
from bot.services.context import Context
from storage import job_marks, ledger_days, ledger_proof
from storage.ledger import Violation
from storage.outbox import Purpose

NOTED, TOLD = "ledger heads noted", "ledger heads told"
_MORNING = parse_clock("08:30")
_TAG = re.compile(r"<[^>]*>")
_HEAD = re.compile(
    r"(?P<chain>[^\s;/\\?#%&\"'<>,，]{1,64})[\s,]+(?P<seq>\d{1,18})[\s,]+(?P<digest>[0-9a-fA-F]{64})(?![0-9a-fA-F])"
)
_DIGEST = re.compile(r"[0-9a-fA-F]{32,}")


class NothingToCompare(ValueError):
    """The file has no line of a ledger, or one that cannot be read."""


async def publish(context: Context) -> int:
    """After midnight the heads of the day before; after half past eight they are told. Each once a day."""
    today = context.calendar.today(context.now)
    yesterday = today - timedelta(days=1)
    done = 0
    if await job_marks.begin(context.session, NOTED, today.isoformat(), context.now):
        midnight = instant_of(today, MIDNIGHT, context.zone)
        await ledger_days.publish(context.session, yesterday, midnight, context.now)
        done += 1
    if context.local_now.time() >= _MORNING and await job_marks.begin(
        context.session, TOLD, today.isoformat(), context.now
    ):
        heads = await ledger_days.published(context.session, yesterday)
        told = tuple((head.chain, head.seq, head.digest) for head in heads)
        if told and _auditors(context):
            notice = LedgerHeads(yesterday, told, f"{context.public_url}/ledger").render()
            await speaking.notify_members(context, _auditors(context), Purpose.NOTICE, notice)
            done += 1
    return done


def _auditors(context: Context) -> list[str]:
    """Who keeps a copy; where there is nobody, the page is all there is."""
    return [one.userid for one in context.directory.staff() if one.role == "auditor"]


def parse_heads(lines: Iterable[str]) -> list[tuple[str, int, str]]:
    """Chain, number and digest of each line that an outsider saved: of `/ledger.txt`, the page or the notice.

    Raises `NothingToCompare` where a digest stands there that cannot be read, or none at all.
    """
    heads = []
    for at, line in enumerate(lines, start=1):
        found = _HEAD.search(_TAG.sub(" ", line))
        if found is not None:
            heads.append((found["chain"], int(found["seq"]), found["digest"].lower()))
        elif _DIGEST.search(line):
            raise NothingToCompare(f"line {at}: not of the form CHAIN NUMBER DIGEST")
    if not heads:
        raise NothingToCompare("no line of the form CHAIN NUMBER DIGEST")
    return heads


async def find_differences(
    session: AsyncSession, heads: Iterable[tuple[str, int, str]]
) -> AsyncIterator[Violation]:
    """Where the ledger is not the one that was saved, the earliest line of each chain first."""
    for chain, seq, digest in sorted(heads):
        if not await ledger_proof.has_line(session, chain, seq, digest):
            yield Violation(
                f"ledger {chain} line {seq}", "is not the one that was saved: it, or one before, changed"
            )
