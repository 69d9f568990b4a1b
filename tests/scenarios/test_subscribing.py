"""订阅, 退订 and what staff see by 提醒."""

from datetime import timedelta

from storage import reminders, subscriptions
from storage.models import Case, LiveSession, Reminder, Subscription
from storage.reminders import Plan
from storage.states import LiveState
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, START, ZHANG, Town


async def standing(town: Town, who: str = RESIDENT) -> list[tuple[str, str]]:
    return [(one.station_code, one.kind) for one in await town.all(Subscription) if one.ended_at is None]


async def live_session(town: Town, station: str = "QQ1", title: str = "路灯怎么修") -> None:
    async with town.bot.database.begin() as session:
        session.add(
            LiveSession(
                code=f"L{station}",
                kind="live",
                station_code=station,
                title=title,
                starts_at=START + timedelta(days=4),
                ends_at=START + timedelta(days=4, hours=1),
                state=LiveState.APPROVED,
                platform="link",
                join_url="https://live.example/1",
                author=OFFICER,
            )
        )


async def test_one_tap_subscribes_and_one_word_ends_it(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.says(RESIDENT, "订阅")
    await town.taps_menu(RESIDENT, "订阅钱桥联络站的代表活动日")
    said = town.heard(RESIDENT)[-1]
    assert "前 3 天、前 1 天、当天各提醒一次" in said
    assert "48 小时" in said
    assert "/calendar/QQ1.ics" in said
    assert await standing(town) == [("QQ1", "activity")]
    await town.says(RESIDENT, "退订")
    assert "已经退订：钱桥联络站的代表活动日" in town.heard(RESIDENT)[-1]
    assert await standing(town) == []
    await town.assert_at_rest()


async def test_a_double_tap_subscribes_once_and_it_can_be_taken_up_again(town: Town) -> None:
    await town.says(RESIDENT, "订阅 钱桥联络站")
    await town.says(RESIDENT, "订阅 钱桥联络站")
    assert "您之前就订阅了" in town.heard(RESIDENT)[-1]
    assert len(await town.all(Subscription)) == 1
    await town.taps_menu(RESIDENT, "退订钱桥联络站的代表活动日")
    assert await standing(town) == []
    await town.taps_menu(RESIDENT, "订阅钱桥联络站的代表活动日")
    assert await standing(town) == [("QQ1", "activity")]
    assert len(await town.all(Subscription)) == 1


async def test_who_names_no_station_is_offered_the_home(town: Town) -> None:
    await town.says(RESIDENT, "订阅 直播")
    assert await standing(town) == [("HOME", "live")]
    await town.says(RESIDENT, "订阅")
    assert "您已经订阅：锦河区代表之家的代表直播" in town.heard(RESIDENT)[-1]


async def test_one_of_several_is_ended_by_its_name(town: Town) -> None:
    await town.says(RESIDENT, "订阅 西庄联络站 直播")
    await town.says(RESIDENT, "订阅钱桥联络站的活动日和直播")
    assert await standing(town) == [("XZ1", "live"), ("QQ1", "activity"), ("QQ1", "live")]
    await town.says(RESIDENT, "退订 直播")
    assert await standing(town) == [("QQ1", "activity")]
    await town.says(RESIDENT, "退订钱桥联络站")
    assert await standing(town) == []


async def test_a_name_that_several_share_is_asked_apart(town: Town) -> None:
    await town.says(RESIDENT, "订阅 联络站")
    assert await standing(town) == []
    await town.taps_menu(RESIDENT, "订阅西庄联络站的代表直播")
    assert await standing(town) == [("XZ1", "live")]


async def test_a_matter_that_begins_with_the_word_is_a_matter(town: Town) -> None:
    await town.says(RESIDENT, "退订宽带太难了，营业厅推来推去，请代表管一管")
    await town.says(NEIGHBOUR, "订阅的报纸三个月没有送到牡丹园")
    assert len(await town.all(Case)) == 2
    assert await standing(town) == []


async def test_an_unknown_station_subscribes_nobody(town: Town) -> None:
    await town.says(RESIDENT, "订阅 东海龙宫站")
    assert "没有找到" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "退订 东海龙宫站")
    assert "没有找到" in town.heard(RESIDENT)[-1]
    assert await standing(town) == []


async def test_退订_with_nothing_subscribed_says_so(town: Town) -> None:
    await town.says(RESIDENT, "退订")
    assert "没有订阅" in town.heard(RESIDENT)[-1]


async def test_what_waited_for_them_is_void_when_they_unsubscribe(town: Town) -> None:
    await live_session(town)
    await town.says(RESIDENT, "订阅 钱桥联络站 直播")
    async with town.bot.database.begin() as session:
        (chat,) = await subscriptions.subscribers(session, ["QQ1"], "live")
        due = START + timedelta(days=1)
        edition = f"{START + timedelta(days=4):%Y%m%dT%H%M}"
        one = Plan("live:1", edition, "announced", reminders.conversation(chat), due, due + timedelta(days=2))
        await reminders.add_all(session, [one], START)
    await town.says(RESIDENT, "退订")
    (row,) = await town.all(Reminder)
    assert row.state.value == "void"


async def test_staff_see_what_comes_and_what_could_not_be_said(town: Town) -> None:
    await live_session(town)
    await live_session(town, "XZ1", "西庄的水渠")
    past = START - timedelta(days=1)
    plans = [Plan("live:1", "x", "day_before", f"c:{number}", past, past) for number in (1, 2)]
    async with town.bot.database.begin() as session:
        await reminders.add_all(session, plans, START)
    await town.writes(OFFICER, "提醒")
    said = town.member_heard(OFFICER)[-1]
    assert "11月21日 09:00 路灯怎么修 预告" in said
    assert "路灯怎么修 前一天提醒：2 人已过时，不再发" in said
    assert "西庄的水渠" not in said
    await town.writes(CENTRE, "提醒")
    assert "西庄的水渠" in town.member_heard(CENTRE)[-1]
    await town.writes(ZHANG, "提醒")
    assert "路灯怎么修" not in town.member_heard(ZHANG)[-1]


async def test_whoever_scanned_a_station_is_offered_that_station(town: Town) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "订阅 直播")
    assert "订阅好了：钱桥联络站的代表直播" in town.heard(RESIDENT)[-1]
