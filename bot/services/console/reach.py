"""Which cases somebody meets on the pages: those of `people.may_act_on`, as a condition for lists."""

from bot.services import lanes, people
from bot.services.context import Context
from bot.services.people import Member
from storage import case_lists, cases
from storage.case_lists import Reach
from storage.models import Case


def reach_of(context: Context, member: Member) -> Reach:
    """Everything that may be this member's to act on."""
    own = member.representative.code if member.representative else None
    restricted = lanes.may_have_some(context, member.userid)
    if people.is_centre(context, member):
        return Reach(None, representative=own, restricted=restricted)
    queue, led = people.queue_of(context, member), people.led_by(context, member)
    return Reach(tuple(queue), tuple(led), own, restricted)


def desk_of(context: Context, member: Member) -> Reach:
    """What is theirs to see to: for the centre the stations that nobody works, else the same as `reach_of`."""
    reach = reach_of(context, member)
    if reach.stations is None:
        queue = tuple(people.queue_of(context, member))
        return Reach(queue, (), reach.representative, reach.restricted, pooled=True)
    return reach


def is_theirs(context: Context, member: Member, case: Case) -> bool:
    """Asked of each restricted case in a list; all others the list itself has left out."""
    return not case.restricted or people.may_act_on(context, member, case)


async def access_case(context: Context, member: Member, number: str) -> Case | None:
    """The case of this number, where the member may act on it; a foreign one is as unknown as one that is not.

    One that was merged is the one that it lives on in.
    """
    found = await case_lists.get_numbered(context.session, number)
    case = await cases.survivor_of(context.session, found) if found is not None else None
    return case if case is not None and people.may_act_on(context, member, case) else None
