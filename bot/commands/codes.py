"""`codes`: the printed codes of representatives and stations from a shell."""

from collections.abc import Awaitable, Callable
from datetime import date

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SystemClock
from bot.commands.data import opened
from bot.commands.running import load_settings, refuse, run
from bot.services import entry_codes
from bot.services.directory import load_directory
from bot.services.entry_codes import Clerk, CodeRefused, Listed
from config.settings import Settings
from storage.database import Database

_BY = "codes"  # the actor of the audit lines
_WHY_NOT = {
    "nobody": "{code}: no representative, station or issued code is called so",
    "already": "{code}: it was revoked before; valid now: {valid}",
    "gone": "{code}: whom it was for has left the roster, so no new one is issued",
    "past": "{code}: the last day is past; use `revoke` to stop it now",
}


def list_command(station: str | None) -> int:
    """One line a code, tabs between: code, kind, whose, name, station, state, last day."""
    settings = load_settings()

    async def work() -> int:
        async with opened(settings) as database, database.read() as session:
            clerk = await _clerk(settings, session)
            if station is not None and station not in clerk.directory.stations:
                refuse(f"--station {station}: no such station")
            for one in await entry_codes.list_codes(clerk, station):
                typer.echo(_line(one))
        return 0

    return run(work)


def revoke_command(code: str, reason: str) -> int:
    """Stop one code; from now on it leads to the station."""

    async def change(clerk: Clerk) -> list[str]:
        row = await entry_codes.get_code(clerk, code)
        await entry_codes.revoke(clerk, row, reason)
        return [f"{row.code}: revoked ({reason}), leads to {row.station_code or 'the service centre'}"]

    return _change(code, change)


def renew_command(code: str) -> int:
    """Issue the next code, stop the earlier ones; the last line is the address of the new QR."""
    public_url = load_settings().public_url

    async def change(clerk: Clerk) -> list[str]:
        row = await entry_codes.get_code(clerk, code)
        (target,) = await entry_codes.find_targets(clerk, row.code)
        new = await entry_codes.renew(clerk, target)
        first = f"{new.code}: issued for {target.name}, the earlier codes are revoked"
        return [first, entry_codes.picture_url(public_url, new.code)]

    return _change(code, change)


def expire_command(code: str, on: date) -> int:
    """Give a code its last valid day."""

    async def change(clerk: Clerk) -> list[str]:
        row = await entry_codes.get_code(clerk, code)
        await entry_codes.expire(clerk, row, on)
        return [
            f"{row.code}: valid until the end of {on}, then leads to {row.station_code or 'the service centre'}"
        ]

    return _change(code, change)


def _change(code: str, change: Callable[[Clerk], Awaitable[list[str]]]) -> int:
    settings = load_settings()

    async def work() -> int:
        async with opened(settings) as database:
            for line in await _changed(settings, database, code, change):
                typer.echo(line)
        return 0

    return run(work)


async def _changed(
    settings: Settings, database: Database, code: str, change: Callable[[Clerk], Awaitable[list[str]]]
) -> list[str]:
    try:
        async with database.begin() as session:
            return await change(await _clerk(settings, session))
    except CodeRefused as refused:
        refuse(_WHY_NOT[refused.why].format(code=code, valid=refused.valid or "none, `renew` issues one"))


async def _clerk(settings: Settings, session: AsyncSession) -> Clerk:
    now = SystemClock().now()
    return Clerk(session, await load_directory(session), now, now.astimezone(settings.zone).date(), _BY)


def _line(one: Listed) -> str:
    state = f"{one.fault or 'valid'}{f' ({one.reason})' if one.reason else ''}"
    target = one.target
    last_day = str(one.expires_on or "-")
    return "\t".join(
        (one.code, target.kind, target.target_code, target.name or "-", target.station_code or "-", state, last_day)
    )
