"""The private address of a file: unguessable, for one reader, for some days; whose rights are asked each time."""

import secrets
from datetime import timedelta

from bot.services import people
from bot.services.context import Context
from bot.services.duty_file import reading
from bot.services.people import Member
from storage import audit, duty_file_addresses
from storage.models import FileAddress

_TOKEN_BYTES = 24


class AddressGone(Exception):
    """An address that is over, was revoked, or whose reader may not read this file any more."""


async def get_url(context: Context, member: Member, representative_code: str) -> str:
    """The address by which a member reads a file; one that is good for most of its days yet is given again."""
    span = timedelta(days=context.rules.file_link_days)
    row = await duty_file_addresses.find_good(
        context.session, member.userid, representative_code, context.now + span / 2
    )
    if row is not None and row.token_sealed is not None:
        return f"{context.public_url}/file/{context.vault.open(row.token_sealed).decode()}"
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    sealed, until = context.vault.seal(token.encode()), context.now + span
    await duty_file_addresses.issue(
        context.session, token, sealed, member.userid, representative_code, context.now, until
    )
    return f"{context.public_url}/file/{token}"


async def revoke(context: Context, member: Member) -> int:
    """档案换链接: every address that they have is gone at once."""
    count = await duty_file_addresses.revoke(context.session, member.userid, context.now)
    audit.add_line(
        context.session, actor=member.userid, act="file addresses revoked", subject=str(count), at=context.now
    )
    return count


async def find_reader(context: Context, token: str) -> tuple[Member, FileAddress] | None:
    """Who reads by this token, and what; None where it is nobody's. Raises `AddressGone`."""
    row = await duty_file_addresses.find(context.session, token)
    if row is None:
        return None
    member = people.identify_member(context, row.userid)
    if row.revoked_at is not None or row.expires_at <= context.now:
        raise AddressGone
    if not reading.may_read(context, member, row.representative_code):
        raise AddressGone
    return member, row
