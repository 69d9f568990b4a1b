"""常用的话: what a station's people often answer with, kept by them; and those that every station has."""

from bot.notices.console import TEMPLATES
from bot.notices.wordings import PROMISES
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, station_phrases
from storage.models import StationPhrase

MOST, TITLE_LENGTH, TEXT_LENGTH = 20, 12, 600


class PhraseRefused(Exception):
    """It was not kept; `why` is `empty`, `promise` or `many`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def offered(context: Context, station_code: str | None) -> tuple[tuple[str, str], ...]:
    """What is offered beside an answer of this station: its own first, as (title, text)."""
    own = await station_phrases.of_station(context.session, station_code) if station_code else ()
    return (*((one.title, one.text) for one in own), *TEMPLATES)


async def add(context: Context, member: Member, station_code: str, title: str, text: str) -> None:
    """Keep one for a station that the member looks after. Raises `PhraseRefused`; the same twice is kept once."""
    title, text = " ".join(title.split())[:TITLE_LENGTH], text.strip()[:TEXT_LENGTH]
    own = await station_phrases.of_station(context.session, station_code)
    if not title or not text:
        raise PhraseRefused("empty")
    if PROMISES.search(text):
        raise PhraseRefused("promise")
    if any((one.title, one.text) == (title, text) for one in own):
        return
    if len(own) >= MOST:
        raise PhraseRefused("many")
    row = StationPhrase(
        station_code=station_code, title=title, text=text, added_at=context.now, added_by=member.userid
    )
    context.session.add(row)
    await context.session.flush()
    _note(context, member, "phrase added", station_code, row.id)


async def remove(context: Context, member: Member, station_code: str, number: int) -> None:
    """It is offered no more; a second time changes nothing."""
    row = await station_phrases.find(context.session, station_code, number)
    if row is not None:
        await context.session.delete(row)
        _note(context, member, "phrase removed", station_code, number)


def _note(context: Context, member: Member, act: str, station_code: str, number: int) -> None:
    subject = f"station {station_code}: {number}"
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
