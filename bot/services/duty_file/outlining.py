"""档案: how a file stands, in a few lines, with the address of its page."""

from bot.notices.duty_file import FileOutline, FileRefused
from bot.services.context import Context
from bot.services.duty_file import addresses, checking, gathering, paging, quotas, reading
from bot.services.people import Member


async def outline(context: Context, member: Member, words: str) -> FileOutline | FileRefused:
    """档案, 档案 代表: how a file stands, with the address of its page."""
    person = reading.find_person(context, member, words)
    if isinstance(person, FileRefused):
        return person
    if not reading.access_file(context, member, person.code):
        return FileRefused("not_yours")
    closed = reading.sees_closed(context, member, person.code)
    year = context.calendar.today(context.now).year
    sections = await gathering.sections_of(context, [person.code], year, closed=closed)
    term = await gathering.term_of(context, person.code, year)
    return FileOutline(
        person.name,
        year,
        term.name,
        sections[person.code],
        await quotas.of_one(context, person.code, year, closed=closed),
        await checking.state_in_words(context, person.code, year),
        await addresses.get_url(context, member, person.code),
        context.rules.file_link_days,
        await paging.find_public_url(context, person.code),
    )
