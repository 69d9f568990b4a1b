"""微信客服 accounts: how far each has been read, and the links that lead into it."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import plain
from storage.models import ContactLink, KfAccount

_ACCOUNTS = cast("Table", KfAccount.__table__)
# Built once: putting a statement together costs as much as running it.
_MOVE = (
    update(_ACCOUNTS)
    .where(_ACCOUNTS.c.open_kfid == bindparam("account"), _ACCOUNTS.c.cursor == bindparam("read_from"))
    .values(cursor=bindparam("to"))
)


async def find_account(session: AsyncSession, open_kfid: str) -> KfAccount | None:
    """The account, or None before it was first seen."""
    return await session.get(KfAccount, open_kfid)


async def add_account(session: AsyncSession, open_kfid: str, name: str, watermark: datetime) -> None:
    """Begin to serve an account, unless another process just did; before `watermark` all is history."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(KfAccount).values(open_kfid=open_kfid, name=name, cursor="", watermark=watermark)
    await session.execute(made.on_conflict_do_nothing())


async def all_accounts(session: AsyncSession) -> Sequence[KfAccount]:
    """Every account that is served."""
    return (await session.scalars(select(KfAccount).order_by(KfAccount.open_kfid))).all()


async def move_cursor(session: AsyncSession, open_kfid: str, *, read_from: str, to: str) -> bool:
    """Compare and set; False when someone else has moved it since it was read."""
    return await plain.change(session, _MOVE, {"account": open_kfid, "read_from": read_from, "to": to}) == 1


async def find_link(session: AsyncSession, open_kfid: str, scene: str) -> str | None:
    """The kf link of a scene, if it was made before."""
    row = await session.get(ContactLink, (open_kfid, scene))
    return row.url if row else None


async def add_link(session: AsyncSession, open_kfid: str, scene: str, url: str) -> None:
    """Keep the kf link of a scene."""
    await session.merge(ContactLink(open_kfid=open_kfid, scene=scene, url=url))
