"""运行: what /readyz and /metrics know, in words; the ledger's heads; rules that were put right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.notices import console_desk as words
from bot.notices.delivery_desk import Figures
from bot.notices.reasons import RULE_NAMES
from bot.services import people, wordings
from bot.services.context import Context
from bot.services.office import Office
from bot.services.people import Member
from bot.services.verification import find_violations
from bot.services.watching import figures
from storage import audit, corrections, delivery_figures, job_marks, ledger_days, watched_figures
from storage.models import InboxRow, JobMark, KfAccount, LedgerDay

VERIFIED = "ledger verified"
_DAYS, _HEADS, _FAULTS = 30, 8, 20


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """How often a rule decided in 30 days, and how often somebody put it right."""

    name: str
    decided: int
    wrong: int

    @property
    def share(self) -> int:
        """Per cent that were put right."""
        return round(100 * self.wrong / self.decided) if self.decided else 0


@dataclass(frozen=True, slots=True)
class Verified:
    """The last `verify` from the page: how many faults, and where the first of them are."""

    at: datetime
    by: str
    faults: int
    where: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Account:
    """A 微信客服 account with the last message of it that came in."""

    name: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class HealthPage:
    """Everything on the page that the database knows; `oldest_inbox_at` is the oldest row that waits."""

    delivery: Figures | None
    rules: tuple[RuleFigure, ...]
    heads: tuple[LedgerDay, ...]
    verified: Verified | None
    accounts: tuple[Account, ...]
    inbox: tuple[int, int]
    oldest_inbox_at: datetime | None
    jobs: tuple[tuple[str, datetime | None], ...]
    texts: tuple[str, ...]  # notices whose own words cannot be used, by name
    may_verify: bool


async def look(context: Context, member: Member) -> HealthPage:
    """Figures and ids only; the places of faults are for the auditor."""
    session, role = context.session, member.staff.role if member.staff else ""
    scope = figures.scope_of(context, member)
    marks = {one.name: one for one in await session.scalars(select(JobMark))}
    is_auditor = role == "auditor"
    return HealthPage(
        delivery=await figures.collect(context, scope) if scope else None,
        rules=await _rules(context, member),
        heads=tuple(await ledger_days.newest(session, _HEADS)),
        verified=_verified(context, marks.get(VERIFIED), with_places=is_auditor),
        accounts=await _accounts(session),
        inbox=await delivery_figures.count_inbox(session),
        oldest_inbox_at=await watched_figures.oldest_in_inbox(session),
        jobs=tuple((name, marks[key].at if key in marks else None) for key, name in words.JOBS),
        texts=await wordings.unused(context),
        may_verify=role in ("auditor", "admin"),
    )


async def _rules(context: Context, member: Member) -> tuple[RuleFigure, ...]:
    since = context.now - timedelta(days=_DAYS)
    closed = people.is_centre(context, member)
    rows = await corrections.count_by_rule(context.session, since, restricted=closed)
    return tuple(RuleFigure(RULE_NAMES.get(rule, rule), decided, wrong) for rule, decided, wrong in rows)


async def _accounts(session: AsyncSession) -> tuple[Account, ...]:
    found = []
    for account in await session.scalars(select(KfAccount).order_by(KfAccount.open_kfid)):
        last = await session.scalar(
            select(InboxRow.received_at)
            .where(InboxRow.source == account.open_kfid)
            .order_by(InboxRow.id.desc())
            .limit(1)
        )
        found.append(Account(account.name or account.open_kfid, last))
    return tuple(found)


def _verified(context: Context, mark: JobMark | None, *, with_places: bool) -> Verified | None:
    if mark is None or mark.period == job_marks.NEVER:
        return None
    facts = mark.facts
    where = tuple(facts["where"]) if with_places else ()
    return Verified(mark.at, people.name_of(context, facts["by"]), facts["faults"], where, facts["seconds"])


async def verify(office: Office, member: Member) -> int:
    """All that `verify` looks at, in one view of the database; the result stays on the page. Returns the faults."""
    began, faults = office.clock.now(), 0
    where: list[str] = []
    async with office.database.read() as session:
        async for violation in find_violations(session, now=office.clock.now()):
            faults += 1
            if len(where) < _FAULTS:
                where.append(f"{violation.where}: {violation.what}")
    async with office.database.begin() as session:
        now = office.clock.now()
        mark = await job_marks.claim(session, VERIFIED, now)
        seconds = round((now - began).total_seconds(), 1)
        facts = {"by": member.userid, "faults": faults, "where": where, "seconds": seconds}
        job_marks.put(mark, now.isoformat()[:32], now, facts)
        audit.add_line(session, actor=member.userid, act=VERIFIED, subject=f"{faults} faults", at=now)
    return faults
