"""基本信息登记表 and whose register it is: a representative as the form shows them.

What they keep from the public (`public_fields`, domain A5 row 1) is in no file: its place is left for the pen.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment.taxonomy import name_topics
from bot.services.exports.forms.fitting import short
from bot.services.imports.values import DEFAULT_PUBLIC_FIELDS
from storage import form_reading
from storage.models import Representative, Station

LEVELS = {
    "national": "全国人大代表",
    "provincial": "省人大代表",
    "city": "市人大代表",
    "district": "县（市、区）人大代表",
    "town": "乡镇人大代表",
    "street": "街道议政代表",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called."""

    stations: Mapping[str, Station]
    grids: Mapping[str, str]
    members: Mapping[str, str]

    def station(self, code: str | None) -> str:
        """A station's name; the code where it is gone."""
        found = self.stations.get(code or "")
        return found.name if found else code or ""

    def member(self, userid: str) -> str:
        """Who wrote something down."""
        return self.members.get(userid.lower(), userid)


async def load_names(session: AsyncSession) -> Names:
    """Read once for a form."""
    return Names(
        await form_reading.stations(session),
        await form_reading.grid_names(session),
        await form_reading.member_names(session),
    )


def facts_of(person: Representative, names: Names) -> dict[str, Any]:
    """The fields of `代表`."""
    shown = frozenset(person.public_fields or DEFAULT_PUBLIC_FIELDS)

    def public(field: str, value: str | None) -> str:
        return short(value or "") if field in shown else ""

    return {
        "姓名": short(person.name, 30),
        "编号": person.code,
        "层级": LEVELS.get(person.level, person.level or "") if "level" in shown else "",
        "单位": public("unit", person.unit),
        "职务": public("post", person.post),
        "专长": public("specialities", "、".join(name_topics(person.specialities or ()))),
        "电话": public("phone", person.phone),
        "站点": public("station", names.station(person.station_code)),
        "选区": short("、".join(names.grids.get(code, code) for code in person.grid_codes or ())),
    }


async def all_facts(session: AsyncSession, code: str | None, names: Names) -> AsyncIterator[dict[str, Any]]:
    """One representative or all, by code."""
    async for person in form_reading.stream_representatives(session, code):
        yield facts_of(person, names)
