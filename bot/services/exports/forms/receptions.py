"""接待登记表: a page for each reception, with what became of it."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment.taxonomy import TOPIC_NAMES
from bot.services.duty import parsing
from bot.services.exports.duty import ExportRefused
from bot.services.exports.forms.fitting import fit, short
from bot.services.exports.forms.people import LEVELS, Names
from bot.services.exports.words import ERASED
from storage import form_reading
from storage.crypto import Unreadable, Vault
from storage.form_reading import Asked
from storage.keys import find_key, forget_opened
from storage.models import Case, Reception, Representative
from storage.states import CaseState

PAGE_COLUMNS, PAGE_LINES = 36, 12  # of the form's field for the matter
_FORGET_EVERY = 500
_RESULTS = {
    CaseState.ASSIGNED: "已转办，等候接收",
    CaseState.ACCEPTED: "已接收，正在办理",
    CaseState.ANSWERED: "已答复",
    CaseState.REOPENED: "已答复，继续办理",
    CaseState.CLOSED: "已办结",
}
_BY = "import"


class MatterUnreadable(ExportRefused):
    """What a reception was about was sealed under another data key, or changed."""

    def __init__(self, reception_id: int) -> None:
        self.reception_id = reception_id
        super().__init__(f"reception {reception_id}: its matter cannot be read with this LIANXIN_DATA_KEY")


async def pages(
    session: AsyncSession, vault: Vault, zone: ZoneInfo, asked: Asked, names: Names, heard: Callable[[], None]
) -> AsyncGenerator[dict[str, Any], None]:
    """The fields of `接待`, one reception after the other. Raises `MatterUnreadable`."""
    number = 0
    people: dict[str, Representative] = {}
    async for reception, case in form_reading.stream_receptions(session, asked):
        matter = await _matter(session, vault, reception)
        if not asked.lanes and parsing.lane_of(matter):  # of one that has no entry its words alone say so
            continue
        number += 1
        wanted = {code for code in (reception.representative_code, case and case.representative_code) if code}
        if not wanted <= people.keys():
            people |= await form_reading.representatives(session, wanted)
        yield _fields(number, reception, case, matter, people, names, zone)
        heard()
        if number % _FORGET_EVERY == 0:
            forget_opened(session)


async def _matter(session: AsyncSession, vault: Vault, reception: Reception) -> str:
    if reception.matter_sealed is None or reception.key_id is None:
        return ""
    try:
        key = await find_key(session, vault, reception.key_id)
        return key.open_text(reception.matter_sealed) if key else ERASED
    except Unreadable as error:
        raise MatterUnreadable(reception.id) from error


def _fields(
    number: int,
    reception: Reception,
    case: Case | None,
    matter: str,
    people: dict[str, Representative],
    names: Names,
    zone: ZoneInfo,
) -> dict[str, Any]:
    station = names.stations.get(reception.station_code)
    receiver = people.get(reception.representative_code or "")
    content, rest = fit(matter, PAGE_COLUMNS, PAGE_LINES)
    at = reception.occurred_at.astimezone(zone)
    return {
        "序号": number,
        "编号": reception.id,
        "日期": f"{reception.occurred_on}",
        "时间": f"{at:%H:%M}" if (at.hour, at.minute) != (0, 0) else "",
        "站点": short(names.station(reception.station_code), 30),
        "地址": short(
            station.address if station and station.address else names.station(reception.station_code), 45
        ),
        "接待代表": short(receiver.name, 30) if receiver else "",
        "层级": LEVELS.get(receiver.level, "") if receiver else "",
        "人数": reception.people,
        "事项": content,
        "附页": rest,
        "分类": TOPIC_NAMES.get(case.topic or "", "") if case else "",
        "意见": reception.opinions,
        "建议": reception.proposals,
        "当场答复": "已当场答复" if reception.outcome == "answered" else "",
        "事项编号": case.number if case else "",
        "转办": _owner(case, people, names) if case else "",
        "期限": _day(case.promised_at or case.due_at, zone) if case else "",
        "结果": _RESULTS[case.state] if case else "",
        "反馈": _day(case.answered_at, zone) if case else "",
        "记录人": "纸质补录" if reception.noted_by == _BY else short(names.member(reception.noted_by), 30),
    }


def _owner(case: Case, people: dict[str, Representative], names: Names) -> str:
    person = people.get(case.representative_code or "")
    return short(f"{person.name}代表" if person else names.station(case.station_code), 45)


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""
