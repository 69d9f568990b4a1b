"""Opening an address: whose it is, what it is for, and the file itself.

What makes documents is brought in when one is made: its libraries take over 20 MB, which most processes never need.
"""

from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.notices.ordering import ExportNamed
from bot.services import people
from bot.services.context import Context
from bot.services.duty_file import binding, terms
from bot.services.duty_file.binding import BoundSet
from bot.services.duty_file.terms import Term
from bot.services.exports.duty import duty_rows
from bot.services.ordering import asking, naming, rights
from bot.services.ordering.orders import FILE, FORMATS, MONTH, REGISTERS_OF_CASES, TEXTS, YEAR, Order, load
from bot.services.people import Member
from bot.services.statistics import counting, suppressing
from storage import audit, member_links
from storage.duty_reading import Viewer
from storage.files import AttachmentFiles


class LinkGone(Exception):
    """An address that is over, or whose reader may not have this document any more."""


class TooMany(Exception):
    """There are more entries by now than a document from a page may have."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An address that is good: who has it, until when, and what for."""

    member: Member
    order: Order
    named: ExportNamed
    until: datetime


async def find(context: Context, token: str) -> Opened | None:
    """What a token is for; None where it is nobody's. Raises `LinkGone`."""
    row = await member_links.find(context.session, member_links.EXPORT, token)
    if row is None:
        return None
    member, order = people.identify_member(context, row.userid), load(row.facts)
    if row.expires_at <= context.now or not await rights.may_have(context, member, order):
        raise LinkGone
    return Opened(member, order, await naming.describe(context, order), row.expires_at)


def note(context: Context, member: Member, order: Order, file_format: str) -> None:
    """The audit line of a document that is fetched."""
    subject, act = f"{naming.subject(order)} as {file_format}", "document exported"
    if order.document == TEXTS:  # `exported_with_texts` looks for these when words are erased
        subject, act = f"of {order.station} {order.first or ''}..{order.last or ''}: texts", "cases exported"
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)


@dataclass(frozen=True, slots=True)
class Bound:
    """A file that was written out: of which term, and what is in it."""

    term: Term
    bound: BoundSet


async def note_bound(context: Context, member: Member, order: Order, written: Bound) -> None:
    """A term that is over is bound when the service centre has its file written; by anybody else it is a copy.

    As the command does it (domain E8): the centre is told to, on the morning after the term.
    """
    today = context.calendar.today(context.now)
    if not binding.is_over(written.term, today) or not people.is_centre(context, member):
        return
    code = order.representative or ""
    await binding.note_bound(
        context.session, code, written.term, written.bound, closed=False, at=context.now, by=member.userid
    )


async def write(
    context: Context,
    member: Member,
    order: Order,
    file_format: str,
    file: IO[bytes],
    *,
    files: AttachmentFiles,
    templates: Path | None,
) -> Bound | None:
    """The document itself, never anything hidden or restricted; small figures of people are hidden in the year.

    Returns what was bound of a file. Raises `ExportRefused` (what is wrong with the office's template, or the data
    key), `TooMany`, and `LinkGone` where the reader may not have it any more.
    """
    from bot.services.exports import month_report, month_sheets, year_report
    from bot.services.exports.forms import writing as forms

    if file_format not in FORMATS[order.document]:
        raise ValueError(file_format)
    if not await rights.may_have(context, member, order):
        raise LinkGone
    if await asking.count(context, order) > asking.MOST:
        raise TooMany
    if order.document == MONTH and order.first is not None:
        report = await month_report.count_month(context.session, order.region or "", order.first)
        behind = await month_report.rows_behind(context.session, order.region or "", order.first)
        await month_sheets.write_xlsx(report, file, behind)
    elif order.document == YEAR and order.first is not None:
        viewer = Viewer(member.userid, None, None)
        year = await counting.count_year(context, viewer, order.region or "", order.first.year)
        await year_report.write_xlsx(year, file, suppressing.LEAST)
    elif order.document == FILE:
        return await _write_file(context, order, file, files, templates)
    elif order.document in REGISTERS_OF_CASES:
        await _write_cases(context, order, file)
    elif file_format == "xlsx":
        await _write_rows(context, order, file)
    else:
        wanted = asking.wanted_of(order)
        await forms.write_form(
            context.session,
            context.vault,
            context.zone,
            wanted,
            file,
            file_format=file_format,
            templates_folder=templates,
        )
    return None


async def _write_cases(context: Context, order: Order, file: IO[bytes]) -> None:
    from bot.services.exports import cases

    wanted = asking.cases_of(context, order)
    rows = cases.case_rows(context.session, context.vault, context.zone, wanted, with_texts=order.document == TEXTS)
    async with aclosing(rows):
        await cases.write_xlsx(rows, file)


async def _write_rows(context: Context, order: Order, file: IO[bytes]) -> None:
    from bot.services.exports import xlsx

    rows = duty_rows(
        context.session,
        context.vault,
        context.zone,
        representative_code=order.representative,
        from_on=order.first,
        to_on=order.last,
        station_code=order.station,
    )
    async with aclosing(rows):
        await xlsx.write(rows, file)


async def _write_file(
    context: Context, order: Order, file: IO[bytes], files: AttachmentFiles, templates: Path | None
) -> Bound:
    from bot.services.exports import archive

    code, on = order.representative or "", order.last or context.calendar.today(context.now)
    term = await terms.get_term(context.session, context.rules, code, on)
    bound = await binding.bound_set(
        context.session, code, term, vault=context.vault, files=files, zone=context.zone
    )
    await archive.write_archive(
        context.session,
        context.vault,
        context.zone,
        bound,
        code,
        term,
        file,
        closed=False,
        templates_folder=templates,
    )
    return Bound(term, bound)
