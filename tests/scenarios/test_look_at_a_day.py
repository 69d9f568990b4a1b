"""活动日 编号: one day as a member may look at it."""

from datetime import date
from pathlib import Path

import pytest

from storage.models import ActivityDay, ActivitySite, Attendance, Reception
from storage.states import ActivityState, AttendanceState
from tests.support.town import CENTRE, LI, OFFICER, START, Town, open_town

ON = date(2026, 11, 19)
ROSTER = (
    ("QQ1", "R1", AttendanceState.PRESENT),
    ("QQ1", "R2", AttendanceState.DECLINED),
    ("XZ1", "R3", AttendanceState.LATE),
)


@pytest.fixture
async def town(tmp_path: Path):
    async with open_town(tmp_path) as opened:
        async with opened.bot.database.begin() as session:
            session.add(
                ActivityDay(
                    region_code="JH",
                    planned_on=date(2026, 11, 17),
                    on_date=ON,
                    start="09:00",
                    end="11:30",
                    topic="老旧小区改造",
                    note="下雨",
                    state=ActivityState.CLOSED,
                    report_due_on=date(2026, 11, 23),
                )
            )
            await session.flush()
            session.add_all([ActivitySite(day_id=1, station_code=code) for code in ("QQ1", "XZ1")])
            session.add_all(
                [Attendance(day_id=1, station_code=at, representative_code=who, state=s) for at, who, s in ROSTER]
            )
            session.add(
                Reception(
                    station_code="QQ1",
                    occurred_on=ON,
                    occurred_at=START,
                    day_id=1,
                    people=5,
                    opinions=2,
                    source="desk",
                    noted_by=OFFICER,
                    noted_at=START,
                    source_key="desk:1",
                )
            )
        yield opened


async def asked(town: Town, member: str, words: str) -> str:
    await town.writes(member, words)
    return town.member_heard(member)[-1]


async def test_a_day_is_shown_with_its_plan_its_roster_and_what_was_counted(town: Town) -> None:
    of_all = await asked(town, CENTRE, "活动日 1")
    assert of_all.splitlines()[:5] == [
        "锦河区活动日（编号 1）　待上报",
        "时间：11月19日（周四）09:00–11:30",
        "原定：11月17日（周二）。原因：下雨。",
        "主题：老旧小区改造",
        "上报期限：11月23日（周一）",
    ]
    assert "钱桥联络站：张伟（已到）、李娜（来不了）" in of_all
    assert "到会代表 1 人次，接待群众 5 人，意见 2 条，建议 0 条（未上报）" in of_all
    assert "西庄联络站：王芳（迟到）" in of_all
    for member in (OFFICER, LI):
        of_one = await asked(town, member, "活动日 #1号")
        assert "钱桥联络站：" in of_one
        assert "西庄联络站" not in of_one, "the other site is not theirs"
    assert "没有这个编号的活动日" in await asked(town, CENTRE, "活动日 9")
    assert "可以这样写" in await asked(town, CENTRE, "活动日 1 2")
