"""Members see a constituent's words without what is private; one word shows one detail, and leaves a line."""

from storage.models import AuditLine, Message, Station
from storage.rules import note_roster_change
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

# Made up: right by their rules, nobody's that we know of.
IDENTITY, PHONE, CARD, DOOR = "110101199003078515", "13812345678", "6222021234567890128", "3栋2单元502室"
PRIVATE = (IDENTITY, PHONE, CARD, DOOR)
WORDS = f"牡丹园{DOOR}的王某（身份证{IDENTITY}，电话{PHONE}）占了楼道，物业的卡号是{CARD}"


async def opened(town: Town, text: str = WORDS) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, text)


def shown_to(town: Town, *members: str) -> str:
    return "\n".join(f"{town.member_heard(one)} {town.cards(one)}" for one in members)


async def revealed(town: Town) -> list[AuditLine]:
    return [line for line in await town.all(AuditLine) if line.act == "private detail revealed"]


async def test_cards_updates_and_lists_show_no_private_number(town: Town) -> None:
    await opened(town)
    await town.says(RESIDENT, f"忘了说，他的车是苏B12345，另一个电话{PHONE}")
    await town.passes(seconds=15)
    await town.writes(ZHANG, "待办")
    await town.taps(ZHANG, "accept:1")
    seen = shown_to(town, ZHANG, OFFICER)
    assert "牡丹园*栋*单元***室的王某（身份证110***********8515，电话138****5678）" in seen
    assert "苏B·***45" in seen
    assert not [number for number in (*PRIVATE, "苏B12345") if number in seen]
    assert "要用时发：原文 000001" in seen
    await town.assert_at_rest()


async def test_the_words_are_kept_as_they_were_written(town: Town) -> None:
    await opened(town)
    (message,) = [one for one in await town.all(Message) if one.author == "constituent"]
    assert message.text_sealed is not None
    assert not [number for number in PRIVATE if number.encode() in message.text_sealed]
    for place, number in enumerate((DOOR, IDENTITY, PHONE, CARD), start=1):
        await town.writes(ZHANG, f"原文 000001 {place}")
        heard = town.member_heard(ZHANG)[-1]
        assert [one for one in PRIVATE if one in heard] == [number], "one by one"
    subjects = [line.subject for line in await revealed(town)]
    assert [one.rpartition(", ")[2] for one in subjects] == [
        "home address",
        "identity card",
        "mobile phone",
        "bank card",
    ]
    assert not [one for one in subjects for number in PRIVATE if number in one]


async def test_one_word_calls_a_constituent_back_and_leaves_a_line(town: Town) -> None:
    await opened(town, f"牡丹园的路灯坏了，请回电话{PHONE}")
    assert PHONE not in shown_to(town, ZHANG, OFFICER)
    await town.writes(OFFICER, "原文")
    assert PHONE in town.member_heard(OFFICER)[-1]
    assert PHONE not in shown_to(town, ZHANG)
    (line,) = await revealed(town)
    assert (line.actor, line.subject) == (OFFICER, "case JH-2026-000001, message 1, mobile phone")
    await town.assert_at_rest()


async def test_details_of_several_messages_are_shown_one_by_one(town: Town) -> None:
    await opened(town, f"牡丹园的路灯坏了，我的电话{PHONE}")
    await town.says(RESIDENT, "已经坏了三天")
    await town.says(RESIDENT, "也可以打13987654321")
    await town.writes(ZHANG, "原文 000001")
    first = town.member_heard(ZHANG)[-1]
    assert PHONE in first
    assert "13987654321" not in first
    assert "原文 000001 2" in first
    await town.writes(ZHANG, "原文 000001 2")
    assert "13987654321" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "原文 000001 3")
    assert "有 2 处" in town.member_heard(ZHANG)[-1]
    assert len(await revealed(town)) == 2


async def test_the_name_of_a_child_is_hidden_wherever_it_stands(town: Town) -> None:
    await opened(town, "牡丹园没有校车，孩子张小明九岁，天天走三公里，张小明上周还摔了")
    assert "张小明" not in shown_to(town, ZHANG, OFFICER)
    assert "孩子张**九岁" in shown_to(town, ZHANG)
    await town.writes(ZHANG, "原文 000001")
    assert "未成年人姓名" in town.member_heard(ZHANG)[-1]
    assert "张小明" in town.member_heard(ZHANG)[-1]


async def test_nobody_else_can_ask_for_the_words(town: Town) -> None:
    await opened(town)
    town.sim.add_member("nobody.knows", "nobody.knows")
    for stranger in (LI, "wang.fang", "nobody.knows"):
        await town.writes(stranger, "原文 000001")
    assert not [number for number in PRIVATE if number in shown_to(town, LI, "wang.fang", "nobody.knows")]
    assert await revealed(town) == []


async def test_what_was_taken_back_cannot_be_asked_for(town: Town) -> None:
    await opened(town, "牡丹园的路灯坏了")
    await town.says(RESIDENT, f"我的电话{PHONE}")
    *_, said = await town.all(Message)
    await town.sim.recalls(RESIDENT, said.platform_id)
    await town.settle()
    await town.writes(ZHANG, "原文 000001")
    assert "没有隐去的内容" in town.member_heard(ZHANG)[-1]
    assert PHONE not in town.member_heard(ZHANG)[-1]
    assert await revealed(town) == []


async def test_a_restricted_matter_is_shown_to_the_centre_alone(town: Town) -> None:
    await opened(town, f"我举报张伟代表收了钱，证人电话{PHONE}")
    assert PHONE not in shown_to(town, ZHANG, OFFICER, CENTRE)
    for member in (ZHANG, OFFICER, CENTRE):
        await town.writes(member, "原文 000001")
    assert PHONE not in shown_to(town, ZHANG, OFFICER)
    assert PHONE in town.member_heard(CENTRE)[-1]
    assert [line.actor for line in await revealed(town)] == [CENTRE]


async def test_in_danger_the_telephone_and_the_door_are_seen_at_once(town: Town) -> None:
    await opened(town, f"牡丹园{DOOR}着火了，有人困在里面，我电话{PHONE}，身份证{IDENTITY}")
    seen = shown_to(town, OFFICER)
    assert PHONE in seen
    assert DOOR in seen
    assert IDENTITY not in seen


async def test_public_numbers_are_shown(town: Town) -> None:
    async with town.bot.database.begin() as session:
        station = await session.get_one(Station, "QQ1")
        station.phone = "0510-88881234"
        await note_roster_change(session, town.clock.now(), "test")
    await opened(town, "打了12345和你们站的0510-88881234都没人管，牡丹园的路灯还是坏的")
    seen = shown_to(town, ZHANG)
    assert "打了12345和你们站的0510-88881234都没人管" in seen
    assert "原文" not in seen


async def test_constituents_see_their_own_words_as_they_wrote_them(town: Town) -> None:
    await opened(town)
    await town.says(NEIGHBOUR, "您好")
    await town.says(RESIDENT, "进度")
    assert "*" not in "".join(town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_an_answer_that_begins_like_the_word_is_an_answer(town: Town) -> None:
    await opened(town, "牡丹园的路灯坏了")
    await town.writes(ZHANG, "原文已经转给路灯所了")
    assert any("原文已经转给路灯所了" in said for said in town.heard(RESIDENT))
