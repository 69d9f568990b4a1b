"""A representative's own duty record on a page: what wants their word, the year's counts, corrections."""

from dataclasses import dataclass

from bot.notices.duty import DraftCard, DutyFacts, OwnDuty, Recorded
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty import access, deciding, drafting, overview, showing
from bot.services.duty_file import addresses
from bot.services.people import Member
from storage import duty_drafts, duty_reading
from storage.keys import open_ahead

MOST = 50


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the page shows; `file` is the address of the whole file."""

    year: OwnDuty | None
    to_confirm: tuple[DutyFacts, ...]
    more: int
    file: str


async def look(context: Context, member: Member, own: RepresentativeEntry) -> Record:
    """As of now; the file's address is made where there is none yet."""
    found = await duty_reading.to_confirm(context.session, own.code, MOST)
    await open_ahead(context.session, context.vault, [entry.key_id for entry in found])
    year = await overview.of_year(context, member)
    return Record(
        year=year if isinstance(year, OwnDuty) else None,
        to_confirm=tuple([await showing.facts_of(context, entry) for entry in found]),
        more=await duty_reading.count_to_confirm(context.session, own.code) - len(found),
        file=await addresses.get_url(context, member, own.code),
    )


async def confirm(context: Context, member: Member, numbers: list[int]) -> int:
    """Stand for these entries; how many were confirmed by it."""
    return (await deciding.confirm(context, member, numbers)).count


async def begin_correction(context: Context, member: Member, number: int, words: str, key: str) -> DutyFacts | str:
    """What would stand in the place of an entry, to be confirmed; or why not: not_found, nothing, not_standing."""
    entry = await access.access_entry(context, member, number)
    if entry is None or not access.may_correct(member, entry):
        return "not_found"
    source = f"web:{member.userid.lower()}:{key}"[:128]
    _, said = await drafting.begin_correction(context, member, entry, words, source)
    return said.facts if isinstance(said, DraftCard) else "nothing"


async def finish_correction(context: Context, member: Member, draft_id: int) -> bool:
    """The draft goes on record in the place of the entry; True also where it did before."""
    draft = await duty_drafts.find_theirs(context.session, member.userid, draft_id)
    if draft is None:
        return False
    return isinstance((await drafting.confirm(context, member, draft)).said, Recorded)
