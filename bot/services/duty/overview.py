"""我的履职: a representative's own year, what waits for them, and which quotas they are behind on."""

from collections.abc import Sequence
from datetime import date

from bot.notices.duty import Behind, DutyHelp, OwnDuty
from bot.services.context import Context
from bot.services.duty import kinds
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
        _quotas(context, counts, met),
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


def _quotas(context: Context, counts: Sequence[KindCount], met: int) -> tuple[Behind, ...]:
    """Two-way contact: days with voters and how many of them; receptions at a station. 0 is no quota."""
    known, rules = kinds.standing(context), context.rules
    days = sum(one.days for one in counts if _is_contact(context, one))
    received = sum(one.days for one in counts if one.kind in known and known[one.kind].reception)
    quotas = (
        Behind("联系群众", days, rules.duty_contacts_a_year, "次"),
        Behind("联系选民", met, rules.duty_voters_a_year, "人"),
        Behind("接待", received, rules.duty_receptions_a_year, "次"),
    )
    return tuple(one for one in quotas if one.wanted > 0)
