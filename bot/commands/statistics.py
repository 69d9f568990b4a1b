"""`export statistics`: figures of any period as a file, with the entries behind them where that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.commands.contexts import working
from bot.commands.running import load_settings, refuse, run
from bot.services.context import Context
from bot.services.exports.writing import opened_file
from bot.services.statistics import counting, suppressing, writing
from bot.services.statistics.counting import NoSuchRegion
from bot.services.statistics.figures import Query, Report
from config.settings import Need
from storage import audit
from storage.duty_reading import Viewer
from storage.statistics import Only

BY = "export"


@dataclass(frozen=True, slots=True)
class Order:
    """What the options say; None is everything."""

    by: tuple[str, ...]
    first: date
    last: date
    region: str | None = None
    stations: tuple[str, ...] = ()
    representatives: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    exact: bool = False
    closed: bool = False
    entries: bool = False


def export_command(order: Order, file_format: str, output: str) -> int:
    """Write the figures; small counts of people are hidden unless `exact`, which the audit keeps, as `closed`."""
    if order.last < order.first:
        refuse(f"--to {order.last}: is before --from {order.first}")
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        try:
            async with working(settings) as context:
                _note(context, order)
                report, numbers = await _count(context, order)
            least = 0 if order.exact else suppressing.LEAST
            with opened_file(output) as file:
                if file_format == "json":
                    file.write(writing.render_json(report, least, numbers))
                else:
                    await writing.write_xlsx(report, file, least, numbers)
        except NoSuchRegion as unknown:
            refuse(f"--region {unknown.code}: no such region")
        except OSError as error:
            refuse(f"{output}: {error.strerror}")
        return 0

    return run(work)


def _note(context: Context, order: Order) -> None:
    asked = [name for name, wanted in (("exact", order.exact), ("closed", order.closed)) if wanted]
    if asked:
        subject = f"{order.first} to {order.last}: {', '.join(asked)}"
        audit.add_line(context.session, actor=BY, act="statistics exported", subject=subject, at=context.now)


async def _count(context: Context, order: Order) -> tuple[Report, writing.Numbers | None]:
    viewer = Viewer("no one", None, None, sees_closed=order.closed)
    stations: Sequence[str] | None = order.stations or None
    if order.region is not None:
        within = await counting.stations_of_region(context, order.region)
        stations = [code for code in within if not order.stations or code in order.stations]
    only = Only(
        representatives=order.representatives or None,
        levels=order.levels or None,
        groups=order.groups or None,
        stations=stations,
        kinds=order.kinds or None,
    )
    query = Query(order.first, order.last, order.by, only)
    report = await counting.count(context, viewer, query)
    if not order.entries:
        return report, None
    return report, await counting.numbers_by_line(context, viewer, query)
