"""What an order is called, on the page, in the chat and in the audit."""

from bot.notices.ordering import ExportNamed
from bot.services.context import Context
from bot.services.ordering.orders import BASIC, FORMATS, TITLES, Order
from storage import region_reading


async def describe(context: Context, order: Order) -> ExportNamed:
    """As people read it."""
    return ExportNamed(
        TITLES[order.document],
        await _about(context, order),
        order.first if order.document != BASIC else None,
        order.last if order.document != BASIC else None,
        FORMATS[order.document],
    )


async def _about(context: Context, order: Order) -> str:
    known = context.directory
    if order.representative is not None:
        person = known.representatives.get(order.representative)
        return f"{person.name}代表" if person else order.representative
    if order.station is not None:
        station = known.stations.get(order.station)
        return station.name if station else order.station
    code = order.region or ""
    return (await region_reading.region_names(context.session, [code])).get(code, code)


def subject(order: Order) -> str:
    """For the audit: codes and days only."""
    whose = order.representative or order.station or order.region or ""
    return f"{order.document} of {whose} {order.first or ''}..{order.last or ''}"
