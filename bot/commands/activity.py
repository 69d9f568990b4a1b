"""`activity`: the activity days from a shell, through the same services as the chat."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import orjson
import typer

from bot.clock import SystemClock
from bot.commands.data import opened
from bot.commands.outcomes import exporting_to
from bot.commands.running import load_settings, refuse, run
from bot.services.activity_days import changing, facts, planning, showing
from bot.services.activity_days.planning import DayRefused
from bot.services.context import Context
from bot.services.exports import month_report, month_sheets
from bot.services.exports.writing import opened_file
from bot.services.office import Office, PeopleCache
from config.settings import Need, Settings
from storage import activity_days, region_reading
from storage.activity_days import Facts
from storage.crypto import Vault
from storage.database import Database
from storage.models import ActivityDay

_BY = "activity"  # the actor of the audit lines
_AHEAD = timedelta(days=92)
_WHY_NOT = {
    "not_found": "no activity day has this number",
    "state": "the day is {state}: this cannot be done any more",
    "past": "the date is past",
    "same": "it is on that date already",
    "taken": "the region has, or had, an activity day on that date",
    "no_region": "no such region",
    "hours": "times are written 09:00, and the end comes after the start",
}


def list_command(region: str | None, from_on: date | None, to_on: date | None, file_format: str) -> int:
    """The days of a region and those below it (all where none is given), one line or object each."""

    async def work(context: Context) -> list[str]:
        first = from_on or facts.today(context)
        last = to_on or first + _AHEAD
        if last < first:
            refuse(f"--to {last}: before --from {first}")
        days = await activity_days.listed(
            context.session, region_codes=await _regions(context, region), first=first, last=last
        )
        rows = [await _row(context, day) for day in days]
        if file_format == "json":
            return [orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()]
        return [_table_line(row) for row in rows] or ["no activity days"]

    return _run(work, writes=False)


async def _regions(context: Context, region: str | None) -> list[str] | None:
    if region is None:
        return None
    if region not in await region_reading.region_names(context.session, [region]):
        refuse(f"--region {region}: no such region")
    return await region_reading.regions_below(context.session, region)


async def _row(context: Context, day: ActivityDay) -> dict[str, object]:
    line = await showing.line_of(context, day)
    return {
        "id": day.id,
        "region": day.region_code,
        "on": day.on_date.isoformat(),
        "planned_on": day.planned_on.isoformat(),
        "start": day.start,
        "end": day.end,
        "state": day.state.value,
        "topic": day.topic,
        "rule": day.rule,
        "note": day.note,
        "sites": line.sites,
        "going": line.going,
        "asked": line.asked,
    }


def _table_line(row: dict[str, object]) -> str:
    hours = f"{row['start']}-{row['end']}"
    moved = f"was {row['planned_on']}" if row["planned_on"] != row["on"] else "-"
    told = (row["id"], row["region"], row["on"], hours, row["state"], row["sites"], row["going"], moved)
    return "\t".join(str(one) for one in (*told, row["topic"] or "-"))


def add_command(region: str, on: date, start: str | None, end: str | None, topic: str) -> int:
    """A day that staff set; it is confirmed by that. The last line is its number."""

    async def work(context: Context) -> list[str]:
        usual = planning.hours_of(context)
        new = Facts(region, on, start or usual[0], end or usual[1], topic)
        day = await planning.add(context, new, _BY)
        return [f"{region}: {on} {new.start}-{new.end}, confirmed", str(day.id)]

    return _run(work)


def move_command(day_id: int, to: date, reason: str) -> int:
    """Hold a day on another date; everyone who was told hears of it."""

    async def work(context: Context) -> list[str]:
        day = await _get(context, day_id)
        told = await changing.move(context, day, to, reason, _BY)
        return [f"{day_id}: moved to {to}, {told} people will be told"]

    return _run(work)


def cancel_command(day_id: int, reason: str) -> int:
    """Call a day off; everyone who was told hears of it."""

    async def work(context: Context) -> list[str]:
        day = await _get(context, day_id)
        told = await changing.cancel(context, day, reason, _BY)
        return [f"{day_id}: cancelled, {told} people will be told"]

    return _run(work)


async def _get(context: Context, day_id: int) -> ActivityDay:
    day = await activity_days.get_day(context.session, day_id, lock=True)
    if day is None:
        raise DayRefused("not_found")
    return day


def _run(act: Callable[[Context], Awaitable[list[str]]], *, writes: bool = True) -> int:
    settings = load_settings(Need.DATA_KEY) if writes else load_settings()

    async def work() -> int:
        async with opened(settings) as database:
            try:
                async with database.begin() if writes else database.read() as session:
                    lines = await act(await _office(settings, database).open(session))
            except DayRefused as refused:
                refuse(_WHY_NOT.get(refused.why, refused.why).format(state=refused.state))
            for line in lines:
                typer.echo(line)
        return 0

    return run(work)


def _office(settings: Settings, database: Database) -> Office:
    """What the services work on; nothing here speaks to the platform. `list` opens nothing that is sealed."""
    keys = settings.data_keys if settings.data_key.get_secret_value() else (bytes(32),)
    return Office(database, Vault(*keys), SystemClock(), settings.zone, settings.public_url, PeopleCache())


def month_report_command(region: str, month: date, file_format: str, output: str) -> int:
    """The month's figures as a file."""
    settings = load_settings()

    async def work() -> int:
        async with opened(settings) as database:
            with exporting_to(output):
                async with database.read() as session:
                    report = await month_report.count_month(session, region, month)
                    behind = await month_report.rows_behind(session, region, month)
                with opened_file(output) as file:
                    if file_format == "json":
                        file.write(month_report.render_json(report, behind))
                    else:
                        await month_sheets.write_xlsx(report, file, behind)
        return 0

    return run(work)
