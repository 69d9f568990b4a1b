"""Looking up a representative or a station by code."""

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Representative, StaffMember, Station


async def find_representative(session: AsyncSession, code: str) -> Representative | None:
    """By code."""
    return await session.get(Representative, code)


async def find_station(session: AsyncSession, code: str) -> Station | None:
    """By code."""
    return await session.get(Station, code)


async def change_role(
    session: AsyncSession, userid: str, *, name: str, role: str, station_code: str | None, before: str
) -> bool:
    """Somebody of the staff has this part from now on; False where theirs is `before` (empty: nobody) no more."""
    member = await session.get(StaffMember, userid, with_for_update=True)
    if (member.role if member is not None else "") != before:
        return False
    if member is None:
        session.add(StaffMember(userid=userid, name=name, role=role, station_code=station_code))
    else:
        member.name, member.role, member.station_code = name, role, station_code
    await session.flush()
    return True
