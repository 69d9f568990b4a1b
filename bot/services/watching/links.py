"""送达: the figures in the chat, and a personal address of the page that shows them all."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices.delivery_desk import DeliveryShort, Figures
from bot.services import people
from bot.services.context import Context
from bot.services.people import Member
from bot.services.watching import figures
from bot.services.watching.figures import Scope
from storage import audit, delivery_links

_TOKEN_BYTES = 24
HOURS = 24


class LinkGone(Exception):
    """The address was good once: it is over, replaced, or whoever had it is not of the staff any more."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page, until when they may."""

    scope: Scope
    name: str
    until: datetime


async def show(context: Context, member: Member, scope: Scope) -> DeliveryShort:
    """The figures in short; the address in it replaces the one before."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    until = context.now + timedelta(hours=HOURS)
    await delivery_links.issue(context.session, member.userid, token, context.now, until)
    audit.add_line(
        context.session, actor=member.userid, act="delivery figures opened", subject=scope.place, at=context.now
    )
    url = f"{context.public_url}/delivery/{token}"
    return DeliveryShort(await figures.collect(context, scope), url, HOURS)


async def find_viewer(context: Context, token: str) -> Viewer | None:
    """Whose address it is, as the roster has them now; None where it is nobody's. Raises `LinkGone`."""
    link = await delivery_links.find(context.session, token)
    if link is None:
        return None
    if link.revoked_at is not None or link.expires_at <= context.now:
        raise LinkGone
    member = people.identify_member(context, link.userid)
    scope = figures.scope_of(context, member)
    if scope is None:
        raise LinkGone
    return Viewer(scope, people.name_of(context, link.userid), link.expires_at)


async def collect(context: Context, viewer: Viewer) -> Figures:
    """What this viewer may see."""
    return await figures.collect(context, viewer.scope)
