"""日历: the addresses under which calendars can be subscribed to."""

import secrets

from bot.services import duty_lists
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, calendar_addresses

_TOKEN_BYTES = 24
_MOST = 10  # addresses in one answer


def station_url(public_url: str, code: str) -> str:
    """The public calendar of a station."""
    return f"{public_url}/calendar/{code}.ics"


def _own_url(public_url: str, token: str) -> str:
    return f"{public_url}/calendar/my/{token}.ics"


def of_stations(context: Context, member: Member) -> tuple[tuple[str, str], ...]:
    """Name and address of the calendars of the stations that a member looks after, their own first."""
    stations = context.directory.stations
    codes = duty_lists.stations_of(context, member)[:_MOST]
    return tuple((stations[code].name, station_url(context.public_url, code)) for code in codes)


async def get_own(context: Context, representative_code: str) -> str:
    """A representative's private address, made when it is first asked for."""
    row = await calendar_addresses.find_shown(context.session, representative_code)
    if row is not None and row.token_sealed is not None:
        return _own_url(context.public_url, context.vault.open(row.token_sealed).decode())
    return await _issue(context, representative_code)


async def renew_own(context: Context, member: Member) -> str:
    """A new private address; whoever asks by the old one is told that it is gone."""
    code = member.representative.code if member.representative else ""
    await calendar_addresses.revoke(context.session, code, context.now)
    audit.add_line(
        context.session, actor=member.userid, act="calendar address renewed", subject=code, at=context.now
    )
    return await _issue(context, code)


async def _issue(context: Context, code: str) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    sealed = context.vault.seal(token.encode())
    await calendar_addresses.issue(context.session, code, token, sealed, context.now)
    return _own_url(context.public_url, token)
