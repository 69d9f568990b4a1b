"""接待登记: the page on which an officer notes people at a desk, behind an address for a day.

It makes the same reception as the word 接待; sent twice it is one, because each form has a mark of its own.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.notices.desk_page import DeskForm, DeskNoted, DeskPageGiven
from bot.notices.receptions import ReceptionHelp
from bot.services import people
from bot.services.activity_days import facts
from bot.services.context import Context
from bot.services.people import Member
from bot.services.receptions import noting
from bot.services.receptions.parsing import Words
from storage import member_links
from storage.models import Case, Reception

HOURS = 12
MOST_WORDS = 500  # characters of what it was about
_TOKEN_BYTES = 24
_MARK = re.compile(r"[\w-]{16,64}", re.ASCII)
_FIGURE = re.compile(r"[0-9]{1,4}", re.ASCII)


class LinkGone(Exception):
    """An address that is over, or whose reader works no station any more."""


async def give(context: Context, member: Member) -> DeskPageGiven | ReceptionHelp:
    """The address; those given before stay good for their hours."""
    station = await noting.station_of(context, member)
    if isinstance(station, ReceptionHelp):
        return station
    token, until = secrets.token_urlsafe(_TOKEN_BYTES), context.now + timedelta(hours=HOURS)
    await member_links.issue(
        context.session, member_links.DESK, member.userid, token, {"station": station}, context.now, until
    )
    named = context.directory.stations[station].name
    return DeskPageGiven(named, f"{context.public_url}/desk/{token}", HOURS)


async def find(context: Context, token: str) -> tuple[Member, datetime] | None:
    """Who has this address, and until when; None where it is nobody's. Raises `LinkGone`."""
    row = await member_links.find(context.session, member_links.DESK, token)
    if row is None:
        return None
    member = people.identify_member(context, row.userid)
    if row.expires_at <= context.now or await noting.station_of(context, member) != row.facts.get("station"):
        raise LinkGone
    return member, row.expires_at


async def form_of(
    context: Context, member: Member, said: Mapping[str, str] | None = None, wrong: str = ""
) -> DeskForm:
    """An empty form with a new mark, or what was `said` again with what is `wrong` with it."""
    station = await noting.station_of(context, member)
    code = station if isinstance(station, str) else ""
    branch = facts.branch_of(context, code)
    near = [one for one in context.directory.representatives.values() if one.station_code in branch]
    near.sort(key=lambda one: (one.station_code != code, one.name, one.code))
    named = context.directory.stations.get(code)
    own = member.representative.code if member.representative and member.staff is None else ""
    empty = {"mark": secrets.token_urlsafe(_TOKEN_BYTES), "people": "1", "representative": own}
    return DeskForm(
        named.name if named else "",
        tuple((one.code, f"{one.name}（{_station_name(context, one.station_code)}）") for one in near),
        dict(said) if said is not None else empty,
        wrong,
    )


def _station_name(context: Context, code: str | None) -> str:
    station = context.directory.stations.get(code or "")
    return station.name if station else "未编站"


async def save(context: Context, member: Member, token: str, said: Mapping[str, str]) -> int | str:
    """Keep what was filled in; the number of the reception, or a word of `ReceptionHelp`."""
    mark, matter = said.get("mark", ""), " ".join(said.get("matter", "").split())[:MOST_WORDS]
    if _MARK.fullmatch(mark) is None:
        return "nothing"
    counted = said.get("people", "").strip()
    if _FIGURE.fullmatch(counted) is None:
        return "people"
    words = Words(
        int(counted),
        matter,
        said.get("representative", ""),
        _figure(said.get("opinions", "")),
        _figure(said.get("proposals", "")),
    )
    address = hashlib.sha256(token.encode()).hexdigest()[:16]
    noted = await noting.note_words(context, member, words, f"form:{address}:{mark}")
    return noted.why if isinstance(noted, ReceptionHelp) else noted.facts.id


def _figure(said: str) -> int | None:
    return int(said) if _FIGURE.fullmatch(said.strip()) else None


async def noted(context: Context, member: Member, reception_id: int) -> DeskNoted | None:
    """A reception as the page shows it; None where it is not theirs."""
    reception = await noting.find_theirs(context, member, reception_id)
    if reception is None:
        return None
    case = await context.session.get(Case, reception.case_id) if reception.case_id is not None else None
    return DeskNoted(await noting.facts_of(context, reception), reception.outcome, case.number if case else "")


async def settle(context: Context, member: Member, reception_id: int, act: str) -> bool:
    """立案转办 or 当场已答复, as on the card; a second time changes nothing. False where it is not theirs."""
    reception: Reception | None = await noting.find_theirs(context, member, reception_id)
    if reception is None or act not in (noting.CASE, noting.ANSWERED):
        return False
    if act == noting.ANSWERED or await noting.matter_of(context, reception):
        await noting.settle(context, reception, act, member)
    return True
