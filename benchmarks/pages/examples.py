"""An address for every page there is: the table of doors with examples for what stands in braces.

`asks_of` raises `NoExample` for a page that nobody has given an example for, so that a new page is measured and
looked at with all others or is noticed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import quote, urlsplit

from sqlalchemy import select

from bot.notices.delivery_desk import DeliveryShort
from bot.notices.desk_page import DeskPageGiven
from bot.services import calendar_addresses, people, status_pages
from bot.services.context import Context
from bot.services.duty_file import addresses as file_addresses
from bot.services.ordering import asking
from bot.services.ordering.orders import REGISTER, Order
from bot.services.people import Member
from bot.services.privacy import own_data
from bot.services.receptions import desk_page
from bot.services.watching import figures, links
from bot.web import static
from bot.web.access import ANYONE, POLICY
from config.rules import Rules
from storage import lanes
from storage.models import ActivityDay, Attachment, AuditLine, Broadcast, Case, DutyEntry, LiveSession, Message
from storage.states import AttachmentState

NOT_PAGES = frozenset({"/wecom/callback", "/login/back"})  # WeCom's own ways in
_BRACES = re.compile(r"\{(\w+)\}")
_EVIDENCE = "/console/duty/entries/{id}/files/{file}"
NEEDLE = "梧桐树"


class NoExample(Exception):
    """A page whose address nobody has an example for: `make_keys` is where it goes."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(f"{path}: no example for {{{name}}}; give one in benchmarks/pages/examples.py")


@dataclass(frozen=True, slots=True)
class Ask:
    """A page as somebody asks for it; `role` is empty for a stranger. `path` is its row of the table."""

    role: str
    path: str
    address: str


def asks_of(keys: Mapping[str, str], role: str = "") -> Iterator[Ask]:
    """Every page that a role may open, or a stranger, with its filters and later pages. Raises `NoExample`."""
    for (method, path), roles in POLICY.items():
        if method != "GET" or path in NOT_PAGES or not (role in roles or (not role and roles == ANYONE)):
            continue
        for query in _queries(path, keys):
            yield Ask(role, path, _address(path, keys) + query)


def _address(path: str, keys: Mapping[str, str]) -> str:
    """Filled in: an example for exactly this page stands before one for all of the name."""
    if path == "/static/{name}":
        return static.address_of("lianxin.css")

    def fill(found: re.Match[str]) -> str:
        name = found.group(1)
        value = keys.get(f"{path} {name}") or keys.get(name)
        if not value:
            raise NoExample(path, name)
        return quote(value, safe="")

    return _BRACES.sub(fill, path)


def _queries(path: str, keys: Mapping[str, str]) -> tuple[str, ...]:
    """What else is asked of a page: filters, searches, pages deep in a list."""
    number, station, topic = keys.get("number", ""), keys.get("station", ""), "transport"
    deep, line = keys.get("deep", "1"), keys.get("line", "1")
    filters = (
        *("?all=1", "?late=1&all=1", "?unheard=1", "?urgent=1&all=1", "?asked=1&all=1"),
        f"?show=all&all=1&topic={topic}",
        f"?show=all&all=1&station={quote(station)}",
        "?show=closed&all=1",
        f"?show=all&all=1&after={deep}",
        f"?show=all&all=1&q={quote(NEEDLE)}",
        "?all=1&q=zzzz",
    )
    more: Mapping[str, tuple[str, ...]] = {
        "/console/cases": filters,
        "/console/calendar": ("?view=week", f"?on={keys.get('first', '')}"),
        "/console/duty/statistics": ("?about=responses", "?by=representative", f"?station={quote(station)}"),
        "/console/audit": (
            f"?about={number}",
            "?who=nobody.there",
            "?group=read",
            f"?first={keys.get('first', '')}",
            f"?first={keys.get('first', '')}&about={number}",
            f"?before={line}&first={keys.get('first', '')}",
        ),
    }
    return ("", *more.get(path, ()))


async def make_keys(context: Context, cast: Mapping[str, str]) -> dict[str, str]:
    """Examples from what the database holds, with addresses given to the cast: userids by role.

    Writes rows for these addresses; where there is no such thing in the database its example is missing.
    """
    member = {role: people.identify_member(context, userid) for role, userid in cast.items()}
    keys = {
        "rule": fields(Rules)[0].name,
        "text": "receipt.received",
        "sheet": "quiet",
        "first": (context.now - timedelta(days=364)).date().isoformat(),
    }
    keys |= _places(member)
    keys |= await _of_case(context, keys)
    keys |= await _of_entry(context, keys)
    for name, wanted in (
        ("/console/calendar/live/{id} id", select(LiveSession.id).order_by(LiveSession.starts_at.desc())),
        ("/live/{code} code", select(LiveSession.code).order_by(LiveSession.starts_at.desc())),
        ("line", select(AuditLine.id).order_by(AuditLine.id)),
        ("/console/calendar/days/{id} id", select(ActivityDay.id).order_by(ActivityDay.on_date.desc())),
        ("/console/notices/{id} id", select(Broadcast.id).order_by(Broadcast.id.desc())),
    ):
        found = await context.session.scalar(wanted.limit(1))
        keys |= {name: str(found)} if found is not None else {}
    if "line" in keys:
        last = await context.session.scalar(select(AuditLine.id).order_by(AuditLine.id.desc()).limit(1)) or 1
        keys["line"] = str(max(int(last) // 3, 1))
    return keys | {f"{path} token": token for path, token in (await _tokens(context, member, keys)).items()}


def _places(member: Mapping[str, Member]) -> dict[str, str]:
    own, officer = member["representative"].representative, member["officer"].staff
    if own is None or officer is None or officer.station_code is None:
        raise LookupError("the cast has no representative or officer")
    return {
        "station": officer.station_code,
        "code": own.code,
        "/duty/{code} code": own.code,
        "/console/people/{code} code": own.code,
    }


async def _of_case(context: Context, keys: Mapping[str, str]) -> dict[str, str]:
    """An open matter of the representative, the oldest first, and one of its pictures."""
    theirs = select(Case).where(
        Case.representative_code == keys["code"], Case.restricted.is_(False), Case.erased_at.is_(None)
    )
    case = await context.session.scalar(theirs.order_by(Case.answered_at.is_not(None), Case.id).limit(1))
    if case is None:
        return {}
    shown = (
        select(Attachment.id)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.case_id == case.id, Attachment.state == AttachmentState.STORED)
    )
    picture = await context.session.scalar(shown.limit(1))
    keys = {"number": case.number, "deep": str(max(case.id // 2, 1)), "constituent": str(case.constituent_id)}
    return keys | ({"id": str(picture)} if picture is not None else {})


async def _of_entry(context: Context, keys: Mapping[str, str]) -> dict[str, str]:
    """An entry of the officer's station, and what stands behind it."""
    theirs = select(DutyEntry.id, DutyEntry.evidence).where(
        DutyEntry.station_code == keys["station"], DutyEntry.case_id.is_(None), lanes.ENTRY_IS_OPEN
    )
    rows = (await context.session.execute(theirs.order_by(DutyEntry.id.desc()).limit(100))).all()
    shown = next((row for row in rows if row.evidence), rows[0] if rows else None)
    if shown is None:
        return {}
    files = [one.partition(":")[2] for one in shown.evidence or () if one.startswith("attachment:")]
    names = {f"{path} id": str(shown.id) for path in ("/console/duty/entries/{id}", _EVIDENCE)}
    return names | ({f"{_EVIDENCE} file": files[0]} if files else {})


async def _tokens(context: Context, member: Mapping[str, Member], keys: Mapping[str, str]) -> dict[str, str]:
    """One address of each private page, by its path."""
    centre, officer, own = member["centre"], member["officer"], member["representative"]
    urls = {"/file/{token}": await file_addresses.get_url(context, own, keys["code"])}
    calendar = await calendar_addresses.get_own(context, keys["code"])
    urls["/calendar/my/{token}.ics"] = calendar.removesuffix(".ics")
    scope = figures.scope_of(context, centre)
    if scope is not None:
        told: DeliveryShort = await links.show(context, centre, scope)
        urls["/delivery/{token}"] = told.url
    given = await desk_page.give(context, officer)
    if isinstance(given, DeskPageGiven):
        urls["/desk/{token}"] = given.url
    order = Order(REGISTER, keys["code"], first=context.now.date() - timedelta(days=300), last=context.now.date())
    urls["/export/{token}"] = (await asking.give(context, officer, order, 0)).url
    if "constituent" in keys:
        urls["/my-data/{token}"] = (await own_data.issue(context, int(keys["constituent"])))[0]
        case = (await context.session.scalars(select(Case).where(Case.number == keys["number"]))).one()
        urls["/s/{token}"] = (await status_pages.addresses_of(context, [case])).get(case.id, "")
    return {path: urlsplit(url).path.rsplit("/", 1)[-1] for path, url in urls.items()}
