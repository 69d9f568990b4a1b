"""我的履职: a representative's own year, what waits for them, and which quotas they are behind on."""

from collections.abc import Sequence
from datetime import date

from bot.notices.duty import DutyHelp, OwnDuty
from bot.services.context import Context
from bot.services.duty import kinds
from bot.services.duty_file import quotas
from bot.services.people import Member
from config.duty_kinds import GROUPS, OTHER
from storage import duty_reading
from storage.duty_reading import KindCount


async def of_year(context: Context, member: Member) -> OwnDuty | DutyHelp:
    """The calendar year so far, of the representative who asks."""
    person = member.representative
    if person is None:
        return DutyHelp("not_representative")
    today = context.calendar.today(context.now)
    counts = await duty_reading.count_kinds(context.session, person.code, date(today.year, 1, 1), today)
    met = sum(one.people for one in counts if _is_contact(context, one))
    return OwnDuty(
        today.year,
        _groups(context, counts),
        met,
        await duty_reading.count_to_confirm(context.session, person.code),
        await quotas.of_one(context, person.code, today.year),
        await duty_reading.count_returned(context.session, person.code),
    )


def _is_contact(context: Context, one: KindCount) -> bool:
    kind = kinds.standing(context).get(one.kind)
    return kind is not None and kind.voters


def _groups(context: Context, counts: Sequence[KindCount]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    known = kinds.standing(context)
    grouped: dict[str, list[tuple[str, int]]] = {}
    for one in counts:
        kind = known.get(one.kind)
        group = kind.group if kind else OTHER
        grouped.setdefault(group, []).append((kind.name if kind else one.kind, one.entries))
    return tuple((GROUPS[group], tuple(grouped[group])) for group in GROUPS if group in grouped)
