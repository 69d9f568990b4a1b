"""Who may have which document: of people as their file, of stations as the entries, of one's own region."""

from bot.services.activity_days import facts
from bot.services.broadcasts.roles import may_write
from bot.services.context import Context
from bot.services.duty import access
from bot.services.duty_file import reading
from bot.services.ordering.orders import REGISTERS_OF_CASES, Order
from bot.services.people import Member
from storage import region_reading


async def may_have(context: Context, member: Member, order: Order) -> bool:
    """Asked when the address is given, and again whenever it is opened."""
    if order.representative is not None:
        return reading.may_read(context, member, order.representative)
    if member.staff is None:
        return False
    if order.document in REGISTERS_OF_CASES and not may_write(member.staff):
        return False
    viewer = access.viewer_of(context, member)
    if viewer.stations is None:
        return order.region is not None or order.station in context.directory.stations
    if order.station is not None:
        return order.station in viewer.stations
    own = facts.region_of(context, member)
    if own is None or order.region is None:
        return False
    return order.region in await region_reading.regions_below(context.session, own)
