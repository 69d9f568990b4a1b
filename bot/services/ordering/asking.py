"""导出 … in the chat: what is asked for, whether they may have it, and the address under which it is."""

import secrets
from dataclasses import replace
from datetime import date, timedelta

from bot.notices.duty_file import FileRefused
from bot.notices.ordering import ExportGiven, ExportHelp, ExportRefused
from bot.notices.two_person import Asked as SecondAsked
from bot.notices.two_person import NobodyElse
from bot.services.activity_days import facts
from bot.services.context import Context
from bot.services.duty_file import terms
from bot.services.duty_file.reading import find_person
from bot.services.exports.forms import writing as forms
from bot.services.ordering import naming, rights
from bot.services.ordering.orders import (
    BASIC,
    FILE,
    FORMS,
    MONTH,
    OF_REGIONS,
    RECEPTIONS,
    REGISTERS_OF_CASES,
    TEXTS,
    WORDS,
    YEAR,
    Order,
    dump,
)
from bot.services.people import Member
from bot.services.statistics import reading
from bot.services.statistics.asking import vocabulary
from bot.services.statistics.reading import Asked
from bot.services.two_person import asking as second_person
from bot.services.two_person import kinds
from storage import audit, case_reading, member_links
from storage.case_reading import Chosen
from storage.statistics import REGION, REPRESENTATIVE, STATION

HOURS = 24
MOST = 10_000  # entries or receptions of one document: what a page is waited for
_TOKEN_BYTES = 24
_SUBJECTS = frozenset({REPRESENTATIVE, STATION, REGION})


Answer = ExportGiven | ExportHelp | ExportRefused | SecondAsked | NobodyElse


async def ask(context: Context, member: Member, words: str) -> Answer:
    """`导出 履职登记 张伟 2026年`: the address, or how it is asked for; with words a second person first."""
    document, rest = _split(words)
    if document is None:
        return ExportHelp(member.staff is not None)
    asked = reading.read(rest, context.calendar.today(context.now), await vocabulary(context))
    asked = _told_apart(context, member, asked)
    if asked.unknown or asked.ambiguous or asked.by or asked.figure or set(asked.only) - _SUBJECTS:
        return ExportRefused("words", "、".join((*asked.unknown, *asked.ambiguous)) or rest)
    order = await _order(context, member, document, asked)
    if isinstance(order, ExportRefused):
        return order
    if not await rights.may_have(context, member, order):
        return ExportRefused("not_yours")
    many = await count(context, order)
    if many > MOST:
        return ExportRefused("many", str(many))
    if order.document == TEXTS and member.staff is not None:
        seconds = kinds.seconds_for_texts(context, member.staff)
        return await second_person.ask(context, member.userid, kinds.TEXTS, dump(order), seconds)
    return await give(context, member, order, many)


def _told_apart(context: Context, member: Member, asked: Asked) -> Asked:
    """Of several of one name the one whose file they may read, where that is one."""
    if len(asked.ambiguous) != 1:
        return asked
    found = find_person(context, member, asked.ambiguous[0])
    if isinstance(found, FileRefused):
        return asked
    return replace(asked, ambiguous=(), only={**asked.only, REPRESENTATIVE: (found.code,)})


def _split(words: str) -> tuple[str | None, str]:
    """The document, None where the first word is none, and what else was written."""
    first, _, rest = words.strip().rstrip("。.").partition(" ")
    return WORDS.get(first), rest


def names_document(words: str) -> bool:
    """Whether these words begin with something that can be exported."""
    return _split(words)[0] is not None


async def _order(context: Context, member: Member, document: str, asked: Asked) -> Order | ExportRefused:
    named = asked.only
    if any(len(codes) != 1 for codes in named.values()) or len(named) > 1:
        return ExportRefused("one")
    person, station, region = _one(asked, REPRESENTATIVE), _one(asked, STATION), _one(asked, REGION)
    first, last = _days(document, asked, context.calendar.today(context.now))
    if document in OF_REGIONS:
        if person or station:
            return ExportRefused("region")
        if document == MONTH and (first.year, first.month) != (last.year, last.month):
            return ExportRefused("month")
        if document == YEAR and (first.month, first.day, last.month, last.day) != (1, 1, 12, 31):
            return ExportRefused("year")
        region = region or facts.region_of(context, member)
        return Order(document, region=region, first=first, last=last) if region else ExportRefused("region")
    if region:
        return ExportRefused("no_region")
    own = member.staff.station_code if member.staff else None
    if document == RECEPTIONS or document in REGISTERS_OF_CASES:
        station = None if person else station or own
        return Order(document, station=station, first=first, last=last) if station else ExportRefused("station")
    return await _of_people(context, member, Order(document, person, station, None, first, last))


def _one(asked: Asked, dimension: str) -> str | None:
    codes = asked.only.get(dimension)
    return codes[0] if codes else None


async def _of_people(context: Context, member: Member, order: Order) -> Order | ExportRefused:
    """One's own where nobody is named; the basic form and the file are of one person."""
    person = order.representative
    if person is None and order.station is None and member.representative is not None:
        person = member.representative.code
    if person is None and (order.station is None or order.document in (BASIC, FILE)):
        return ExportRefused("person")
    if order.document == BASIC:
        return Order(BASIC, person)
    if order.document == FILE and person is not None:
        on = order.last or context.calendar.today(context.now)
        term = await terms.get_term(context.session, context.rules, person, on)
        return Order(FILE, person, first=term.first_on, last=term.last_on)
    return Order(order.document, person, None if person else order.station, None, order.first, order.last)


def _days(document: str, asked: Asked, today: date) -> tuple[date, date]:
    """What was said; else the month before for the month, this month for receptions, this year for the others."""
    if asked.says_when:
        return asked.first, min(asked.last, today) if document == FILE else asked.last
    if document == MONTH:
        return reading.month_of(today.replace(day=1) - timedelta(days=1))
    if document == RECEPTIONS:
        return reading.month_of(today)
    return date(today.year, 1, 1), date(today.year, 12, 31)


async def paper_of(context: Context, document: str, representative_code: str, year: int | None) -> Order:
    """One of the papers of a file, of a year (this one where none is said), the file of its term."""
    today = context.calendar.today(context.now)
    wanted = year or today.year
    last = min(date(wanted, 12, 31), max(today, date(wanted, 1, 1)))
    if document == BASIC:
        return Order(BASIC, representative_code)
    if document == FILE:
        term = await terms.get_term(context.session, context.rules, representative_code, last)
        return Order(FILE, representative_code, first=term.first_on, last=term.last_on)
    return Order(document, representative_code, first=date(wanted, 1, 1), last=date(wanted, 12, 31))


async def count(context: Context, order: Order) -> int:
    """How many entries, matters, receptions or people are in it; 0 for what is not counted."""
    if order.document in REGISTERS_OF_CASES:
        return await case_reading.count(context.session, cases_of(context, order))
    if order.document not in FORMS:
        return 0
    return await forms.count(context.session, wanted_of(order))


def wanted_of(order: Order) -> forms.Wanted:
    """The order as the forms take it."""
    return forms.Wanted(order.document, order.representative, order.station, order.first, order.last)


def cases_of(context: Context, order: Order) -> Chosen:
    """The order as the register of matters takes it; restricted ones are in none."""
    return Chosen.on(order.station, order.first, order.last, context.zone, restricted=False)


async def give(context: Context, member: Member, order: Order, many: int) -> ExportGiven:
    """An address of their own for it; that they may have it has been asked."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    until = context.now + timedelta(hours=HOURS)
    await member_links.issue(
        context.session, member_links.EXPORT, member.userid, token, dump(order), context.now, until
    )
    audit.add_line(
        context.session,
        actor=member.userid,
        act="export address given",
        subject=naming.subject(order),
        at=context.now,
    )
    named = await naming.describe(context, order)
    counted = many if order.document in (FORMS | REGISTERS_OF_CASES) - {BASIC} else None
    return ExportGiven(named, counted, f"{context.public_url}/export/{token}", HOURS)
