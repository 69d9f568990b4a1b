"""Equal messages to members leave as one call of at most 1,000 recipients (document 90236).

The rows that are merged stay, without recipients, and end as the one ends that says it for them: an attempt that
must be repeated is the very same request, and nothing of their lanes leaves before.
"""

from collections.abc import Sequence

from bot.notices.content import Card
from bot.outbox.taking import Taken
from bot.services.context import Context
from bot.wecom.payloads import MOST_RECIPIENTS
from storage import broadcasts, reminders, sending
from storage.outbox import Channel, Purpose
from storage.sending import Pending

MERGED = frozenset({Purpose.NOTICE, Purpose.REMINDER, Purpose.BROADCAST})


def find_groups(taken: Sequence[Taken]) -> list[list[Taken]]:
    """Those that may leave as one, in the order in which the first of each came."""
    groups: list[list[Taken]] = []
    open_groups: dict[object, list[Taken]] = {}
    for one in taken:
        kind = _kind(one)
        group = None if kind is None else open_groups.get(kind)
        if group is not None and _fits(group, one):
            group.append(one)
            continue
        groups.append([one])
        if kind is not None:
            open_groups[kind] = groups[-1]
    return groups


def _kind(one: Taken) -> object:
    """What rows that are merged have in common; None for what leaves alone.

    One that is in doubt is repeated as it was. A card's task id is its own, except that all cards of a notice
    are known by the notice.
    """
    row = one.row
    if row.channel != Channel.APP or row.purpose not in MERGED or row.in_doubt or row.case_id or row.entry_id:
        return None
    notice = broadcasts.find_broadcast_id(row.task_id)
    if row.task_id and notice is None:
        return None
    if isinstance(one.content, Card) and notice is None:
        return None
    media = broadcasts.MEDIA in (row.task_id or "")
    return row.purpose, row.priority, row.key_id, row.expires_at, notice, media, one.content


def _fits(group: Sequence[Taken], one: Taken) -> bool:
    """A recipient who is in both is told twice: that was meant."""
    told = {userid.lower() for other in group for userid in other.row.recipients}
    more = {userid.lower() for userid in one.row.recipients}
    return len(told) + len(more) <= MOST_RECIPIENTS and told.isdisjoint(more)


async def merge(context: Context, group: Sequence[Taken]) -> Taken:
    """The first of them, which now says it to all."""
    first, *others = group
    if not others:
        return first
    if first.row.purpose == Purpose.REMINDER:
        for other in others:
            await _follow(context, other.row, first.row)
    recipients = [userid for one in group for userid in one.row.recipients]
    await context.session.flush()  # whom a reminder was withdrawn from is out of it before
    await sending.leave_with(context.session, [other.row.id for other in others], first.row.id, recipients)
    return Taken(first.row._replace(recipients=recipients), first.content)


async def _follow(context: Context, row: Pending, other: Pending) -> None:
    told = [reminders.member(userid) for userid in row.recipients]
    await reminders.follow(context.session, row.id, told, other.id)
