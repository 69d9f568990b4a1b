"""`broadcast` and `export broadcast`: a notice that two people stand for, from a shell."""

import asyncio
import mimetypes
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import typer
from rich.progress import Progress

from bot.commands.contexts import working
from bot.commands.data import on_error, opened
from bot.commands.outcomes import exporting_to
from bot.commands.running import load_settings, refuse, run
from bot.notices.broadcast import CARD_TEXT_LENGTH, NONE, VOTE, Wording
from bot.notices.broadcast_results import Counts
from bot.services.broadcasts import announcing, approving, attaching, audiences, receipts, roles, writing
from bot.services.broadcasts.attaching import Picture
from bot.services.broadcasts.audiences import LIST, AudienceRefused, Hearers
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from bot.services.exports.broadcast import export_broadcast
from config.settings import Need, Settings
from storage import broadcasts
from storage.files import AttachmentFiles
from storage.models import Broadcast
from storage.states import BroadcastState

_LATE = timedelta(minutes=1)
_LISTED = 20
_POLL_SECONDS = 1.0
_WHY_NOT = {
    "role": "--author {author}: is not an officer, lead, of the centre or administrator",
    "empty text": "--text-file {file}: there is no text in it",
    "text too long": "--text-file {file}: {is_} {unit}, at most {most} are possible {how}",
    "title too long": "--title: {is_} characters, at most {most} in one line are possible",
    "bad link": "--link {link}: an http or https address is wanted",
    "bad options": "--buttons: none, ok, join, or vote:甲/乙 with 2 to 6 options of at most 10 characters",
    "empty audience": "--to {to}: nobody in it can be told",
    "own notice": "--reviewer {reviewer}: is its author; somebody else has to stand for it",
    "may not review": "--reviewer {reviewer}: may not stand for a notice of {author}; an officer's needs a lead of "
    "the station or the centre, anybody else's another of the centre or an administrator",
    "for members": "--file: constituents are told words only",
    "bad file": "--file {attachment}: {is_} bytes; pictures and videos have 6 to {most}, other files to 20971520",
}
_AUDIENCE_WHY = {
    "too long": "the expression is too long ({term})",
    "empty": "nobody is named",
    "mixed": "constituents (subscribers:STATION) and members are told apart: send two notices",
    "no groups": "{term}: representatives' groups are not part of the imported data; name a region, a station, "
    "a level or a file of userids",
    "not understood": "{term}: neither an audience nor a file of userids",
    "no such level": "{term}: national, provincial, city, district, town or street",
    "not a date": "{term}: a date is written 2026-12-15",
    "no such station": "{term}: no such station",
    "no such region": "{term}: no such region",
    "no such notice": "{term}: no such notice",
    "not a userid": "{term}: not a userid",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line."""

    to: str
    text_file: Path
    author: str
    reviewer: str
    at: str | None
    title: str
    buttons: str | None
    link: str
    file: Path | None
    receipt: bool
    urgent: bool
    again: bool


def broadcast_command(order: Order, *, wait: bool) -> int:
    """Approve a notice for sending by a process that serves; prints the facts and, last, its number."""
    settings = load_settings(Need.DATA_KEY)
    expression, userids = _read_audience(order.to)
    text = _read_text(order.text_file)

    async def work() -> int:
        try:
            async with working(settings) as context:
                number, lines = await _approve(context, order, expression, userids, text, settings)
        except BroadcastRefused as refused:
            refuse(_told(refused, order))
        except AudienceRefused as refused:
            refuse(f"--to {order.to[:80]}: {_AUDIENCE_WHY[refused.why].format(term=refused.term)}")
        for line in lines:
            typer.echo(line)
        if wait:
            await _wait(settings, number)
        typer.echo(str(number))
        return 0

    return run(work)


def _read_text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        refuse(f"--text-file {file}: {error.strerror}")
    except UnicodeDecodeError:
        refuse(f"--text-file {file}: is not UTF-8")


def _read_audience(to: str) -> tuple[str, list[str]]:
    """The expression, with `list` in the place of files, and the userids of those."""
    if _is_file(to):
        return LIST, _userids(to)
    terms, userids = [], []
    for term in to.split(","):
        if _is_file(term.strip()):
            userids += _userids(term.strip())
            term = LIST
        terms.append(term)
    return ",".join(terms), userids


def _is_file(name: str) -> bool:
    try:
        return bool(name) and name not in audiences.BASES and Path(name).is_file()
    except (OSError, ValueError):
        return False


def _userids(name: str) -> list[str]:
    try:
        return audiences.parse_userids(_read_text(Path(name)))
    except AudienceRefused as refused:
        refuse(f"--to {name}: {_AUDIENCE_WHY[refused.why].format(term=refused.term)}")


def _wording(order: Order, text: str, *, for_people: bool) -> Wording:
    asked = order.buttons if order.buttons is not None else writing.fitting_buttons(text)
    kind, _, options = ("", "", "") if for_people else asked.partition(":")
    listed = tuple(options.split("/")) if kind == VOTE else ()
    return Wording(text, order.title, order.link, kind or NONE, listed)


async def _approve(
    context: Context, order: Order, expression: str, userids: list[str], text: str, settings: Settings
) -> tuple[int, list[str]]:
    author, reviewer = _check_people(context, order)
    for_people = audiences.parse_audience(expression, userids).is_for_constituents
    broadcast = await writing.begin(
        context,
        author,
        _wording(order, text, for_people=for_people),
        audience=expression,
        needs_receipt=order.receipt and not for_people,
        urgent=order.urgent,
        again=order.again,
        wanted_at=_instant(context, order.at),
    )
    approving.check_reviewer(context, broadcast, reviewer)
    if order.file is not None:
        files = AttachmentFiles(settings.data_folder)
        await attaching.attach(context, broadcast, files, _read_file(order.file))
    hearers = await approving.hearers_of(context, broadcast, userids)
    if (same := await approving.submit(context, broadcast, hearers)) is not None:
        refuse(
            f"the same words went, or will go, to {same.shared} of these {hearers.size} as notice "
            f"{same.broadcast.id} within a day; --again sends them all the same"
        )
    await announcing.approve(context, broadcast, reviewer, hearers, by_command=True)
    return broadcast.id, await _facts(context, broadcast, hearers)


def _check_people(context: Context, order: Order) -> tuple[str, str]:
    found = []
    for option, userid in (("--author", order.author), ("--reviewer", order.reviewer)):
        person = context.directory.find_staff(userid)
        if person is None:
            refuse(f"{option} {userid}: is not on the staff")
        found.append(person)
    if not roles.may_write(found[0]):
        raise BroadcastRefused("role")
    return found[0].userid, found[1].userid


def _instant(context: Context, at: str | None) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
        instant = moment if moment.tzinfo is not None else moment.replace(tzinfo=context.zone)
        is_past = instant < context.now - _LATE
    except (ValueError, OverflowError):
        refuse(f"--at {at}: a time is written 2026-12-15T09:00")
    if is_past:
        refuse(f"--at {at}: is past")
    return instant


def _read_file(file: Path) -> Picture:
    try:
        return Picture(file.name, mimetypes.guess_type(file.name)[0] or "", file.read_bytes())
    except OSError as error:
        refuse(f"--file {file}: {error.strerror}")


async def _facts(context: Context, broadcast: Broadcast, hearers: Hearers) -> list[str]:
    facts = await approving.facts_of(context, broadcast, hearers)
    wording = await writing.wording_of(context, broadcast)
    due = (broadcast.due_at or context.now).astimezone(context.zone)
    when = "now" if due <= context.local_now else f"{due:%Y-%m-%d %H:%M}"
    lines = [
        f"notice {broadcast.id}: by {broadcast.author_userid}, stood for by {broadcast.reviewer_userid}",
        f"to: {broadcast.audience}: {broadcast.size} recipients",
        f"as: {_form(wording)}{', confirmed by each' if broadcast.needs_receipt else ''}",
        f"goes out: {when}, by a process that serves",
    ]
    if facts.for_people:
        gone = facts.size - facts.now - facts.later
        lines.append(f"now: {facts.now}, with their next message: {facts.later}, not reachable: {gone}")
    lines += _listed("without a userid, not told", hearers.without_userid)
    return lines + _listed("not on the roster, tried all the same", hearers.unknown)


def _form(wording: Wording) -> str:
    buttons = "/".join(wording.choices.values())
    if buttons:
        return f"a card with {buttons}, {len(wording.text)} of {CARD_TEXT_LENGTH} characters"
    return f"a text of {len(wording.text.encode())} bytes"


def _listed(what: str, names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return [f"{what}: {len(names)}: {', '.join(names[:_LISTED])}{more}"]


def _told(refused: BroadcastRefused, order: Order) -> str:
    how = (
        "on a card; --buttons none sends a text of 2048 bytes" if refused.unit == "字" else "with what is around it"
    )
    return _WHY_NOT.get(refused.why, refused.why).format(
        author=order.author,
        reviewer=order.reviewer,
        file=order.text_file,
        attachment=order.file,
        link=order.link,
        to=order.to[:80],
        is_=refused.is_,
        most=refused.most,
        unit="characters" if refused.unit == "字" else "bytes",
        how=how,
    )


async def _wait(settings: Settings, number: int) -> None:
    """Show how many recipients have an end, until all have."""
    with Progress(console=on_error, transient=False) as bar:
        task = bar.add_task(f"notice {number}", total=None)
        while True:
            async with working(settings) as context:
                state, counts = await _look(context, number)
            bar.update(task, total=counts.size, completed=counts.size - counts.waiting, description=state.value)
            if state not in {BroadcastState.SCHEDULED, BroadcastState.SENDING}:
                break
            await asyncio.sleep(_POLL_SECONDS)
    typer.echo(f"sent: {counts.reached}, failed: {counts.failed}, confirmed: {counts.confirmed}")


async def _look(context: Context, number: int) -> tuple[BroadcastState, Counts]:
    broadcast = await broadcasts.find(context.session, number)
    if broadcast is None:
        refuse(f"notice {number}: is not there any more")
    return broadcast.state, await receipts.counts_of(context, broadcast)


def export_command(number: int, file_format: str, output: str) -> int:
    """What became of a notice for each recipient, as a file."""
    settings = load_settings()

    async def work() -> int:
        async with opened(settings) as database:
            with exporting_to(output):
                rows = await export_broadcast(
                    database, settings.zone, number=number, format=file_format, output=output
                )
        on_error.print(f"{rows} recipients")
        return 0

    return run(work)
