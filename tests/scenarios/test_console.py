"""Staff at their pages: what waits, one case from reading to answer, and what nobody else gets to see."""

import re
from collections.abc import AsyncIterator

import pytest

from storage.models import AuditLine, Case
from storage.states import CaseState
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town
from tests.support.visits import FAR, LEAD, TOWN_OFFICE, Browser, hire, open_browser, open_site

NASTY = "<script>alert(1)</script>\u202e路灯\u202c" + "长" * 10_000
PLAIN = "牡丹园三号楼的路灯坏了三天"


@pytest.fixture
async def address(town: Town) -> AsyncIterator[str]:
    await hire(town)
    async with open_site(town) as (_, address):
        yield address


@pytest.fixture
async def officer(town: Town, address: str) -> AsyncIterator[Browser]:
    async with open_browser(address) as browser:
        await browser.has_session_of(town, OFFICER)
        yield browser


async def write(town: Town, who: str = RESIDENT, text: str = PLAIN) -> Case:
    await town.scans(who, "station", "QQ1")
    await town.says(who, text)
    return (await town.all(Case))[-1]


def form_of(text: str, act: str) -> dict[str, str]:
    """What the page's own form for an act carries."""
    form = text.split(f'name="act" value="{act}"')[1]
    return {
        "act": act,
        **{name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in ("once", "standing", "seen")},
    }


async def audited(town: Town, actor: str) -> list[str]:
    return [line.act for line in await town.all(AuditLine) if line.actor == actor]


async def test_an_officer_reads_a_case_answers_it_and_a_second_tap_says_nothing_twice(
    town: Town, officer: Browser
) -> None:
    case = await write(town)
    _, _, today = await officer.get("/console")
    assert f"/console/cases/{case.number}" in today
    assert PLAIN[:8] not in today  # the day's page holds nothing that people wrote
    _, _, listed = await officer.get("/console/cases")
    assert PLAIN in listed
    _, _, page = await officer.get(f"/console/cases/{case.number}")
    await officer.get(f"/console/cases/{case.number}")  # the same page, still open
    assert PLAIN in page
    assert "为什么分到这里" in page
    assert "现在该" in page
    form = form_of(page, "answer")
    for _ in range(2):
        status, there, _ = await officer.send(f"/console/cases/{case.number}", **form, words="路灯所今晚来修")
        assert (status, there) == (303, f"/console/cases/{case.number}?done=answer")
    await town.settle()
    assert sum("路灯所今晚来修" in one for one in town.heard(RESIDENT)) == 1
    assert (await town.case()).state is CaseState.ANSWERED
    acts = await audited(town, OFFICER)
    assert [acts.count(act) for act in ("case list read", "case read", "case answered")] == [1, 1, 1]
    _, _, page = await officer.get(f"/console/cases/{case.number}?done=answer")
    assert "答复已记下" in page
    assert "答复发出 1 条" in page
    assert "现在该" not in page, "it is nobody's turn but theirs"
    _, _, page = await officer.send(f"/console/cases/{case.number}?done=answer", **form_of(page, "note"))
    assert "还没有写内容" in page
    assert "答复已记下" not in page, "what was refused is not told as done"
    await town.assert_at_rest()


async def test_what_the_bot_said_by_itself_stands_in_the_conversation_without_its_words(
    town: Town, officer: Browser
) -> None:
    case = await write(town)
    await town.settle()
    _, _, page = await officer.get(f"/console/cases/{case.number}")
    said = re.findall(r'<p class="told">(.*?)</p>', page)
    assert any("系统发出回执 → <bdi>" in one for one in said)
    assert any("系统发出卡片 → " in one and "李娜代表" in one for one in said)
    assert "/s/" not in page, "the way to their own page is theirs"
    assert RESIDENT not in page, "nor what the platform calls them by"


async def test_what_was_said_meanwhile_is_read_before_an_answer_leaves(town: Town, officer: Browser) -> None:
    case = await write(town)
    path = f"/console/cases/{case.number}"
    _, _, page = await officer.get(path)
    form = form_of(page, "answer")
    await town.says(RESIDENT, "刚才已经修好了")
    status, _, page = await officer.send(path, **form, words="今晚来修")
    assert status == 409
    assert "又有新的话" in page
    assert "今晚来修</textarea>" in page
    assert (await town.case()).state is not CaseState.ANSWERED
    assert (await officer.send(path, **form_of(page, "answer"), words="那就好"))[0] == 303
    status, _, page = await officer.send(path, **form, words="又一句")
    assert "那就好" in page or status == 409


async def test_what_the_machine_notes_of_a_case_refuses_no_tap_but_words_nobody_read_do(
    town: Town, officer: Browser
) -> None:
    case = await write(town)
    path = f"/console/cases/{case.number}"
    await town.says(RESIDENT, "三号楼的也坏了")
    _, _, page = await officer.get(path)
    await town.passes(seconds=20)  # its owner hears of it as an update
    assert (await officer.send(path, **form_of(page, "accept")))[0] == 303
    _, _, page = await officer.get(path)
    await town.says(RESIDENT, "四号楼的还亮着")
    status, _, page = await officer.send(path, **form_of(page, "offline"))
    assert status == 409
    assert "又有新的话" in page
    assert (await town.case()).state is CaseState.ACCEPTED


async def test_acts_of_the_page_are_those_of_the_chat(town: Town, officer: Browser) -> None:
    case = await write(town)
    path = f"/console/cases/{case.number}"

    async def do(act: str, **more: str) -> tuple[int, str, str]:
        _, _, page = await officer.get(path)
        return await officer.send(path, **form_of(page, act), **more)

    assert (await do("accept"))[0] == 303
    assert (await do("note", words="已电话联系物业"))[0] == 303
    assert (await do("ask", words="是几号楼？"))[0] == 303
    assert (await do("assign", to="李娜（钱桥联络站）"))[0] == 303
    assert (await do("assign", to="没有这个人"))[0] == 409
    await town.settle()
    kept = await town.case()
    assert (kept.representative_code, kept.waiting_since is not None) == ("R2", True)
    assert any("是几号楼？" in one for one in town.heard(RESIDENT))
    assert not any("物业" in one for one in town.heard(RESIDENT))
    _, _, page = await officer.get(path)
    stale = form_of(page, "pass")
    assert (await officer.send(path, **stale))[0] == 303
    assert (await officer.send(path, **stale))[0] in (404, 409)  # a second tap passes nothing on to the centre
    assert (await town.case()).station_code == "QQ1"


async def test_a_case_is_seen_by_its_own_people_alone(town: Town, address: str) -> None:
    case = await write(town)
    secret = await write(town, NEIGHBOUR, "我侄女在学校被同学欺负半年了，老师不管")
    assert secret.restricted
    sees = {OFFICER: (True, False), LEAD: (True, False), TOWN_OFFICE: (True, False), FAR: (False, False)}
    sees[CENTRE] = (True, True)
    for userid, (plain, closed) in sees.items():
        async with open_browser(address) as browser:
            await browser.has_session_of(town, userid)
            for one, words, may in ((case, PLAIN, plain), (secret, "侄女", closed)):
                path = f"/console/cases/{one.number}"
                status, _, text = await browser.get(path)
                assert ((status, words in text) == (200, True)) is may, f"{userid} at {one.number}"
                assert (await browser.send(path, act="note", words="x", once="1", standing="1"))[0] in (
                    (409, 303) if may else (404,)
                )
                for way in ("?all=1&show=all", f"?q={words[:2]}&all=1&show=all"):
                    _, _, listed = await browser.get(f"/console/cases{way}")
                    assert (one.number in listed) is may, f"{userid} at {way}"
            _, _, today = await browser.get("/console")
            assert closed or secret.number not in today


async def test_hostile_words_are_words(town: Town, officer: Browser) -> None:
    case = await write(town, text=NASTY)
    for path in ("/console/cases", f"/console/cases/{case.number}", "/console/cases?q=<script>"):
        _, _, text = await officer.get(path)
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
    for query in (
        "q=%00",
        "after=x",
        "after=9999-99-99~1",
        "cluster=" + "9" * 30,
        "station=%00",
        "topic=x",
        "show=x",
    ):
        assert (await officer.get(f"/console/cases?{query}"))[0] == 200, query
    for number in ("nothing", "a%2Fb", "JH-2026-999999"):
        status, _, page = await officer.get(f"/console/cases/{number}")
        assert (status, "回到首页" in page, "/login" in page) == (404, True, False), number
    assert (await officer.get("/console/cases/%00"))[0] == 404


async def test_a_colleague_who_has_the_case_open_is_named_for_a_while(town: Town, address: str) -> None:
    path = f"/console/cases/{(await write(town)).number}"
    async with open_browser(address) as mine, open_browser(address) as theirs:
        await mine.has_session_of(town, OFFICER)
        await theirs.has_session_of(town, CENTRE)
        assert "也打开着" not in (await mine.get(path))[2]
        assert "钱联络也打开着这件事" in (await theirs.get(path))[2]
        await town.clock.advance(seconds=95)
        assert "也打开着" not in (await theirs.get(path))[2]


async def test_the_centre_sees_to_the_queue_of_an_absent_officer_and_gives_it_back(
    town: Town, address: str, officer: Browser
) -> None:
    async with open_browser(address) as centre:
        await centre.has_session_of(town, CENTRE)
        _, _, page = await centre.get("/console/cover")
        assert "钱联络" in page
        assert 'value="take"' in page
        _, _, page = await officer.get("/console/cover")
        assert "西联络" not in page
        assert 'value="take"' not in page, "it is the centre that takes over"
        assert (await officer.send("/console/cover", act="take", officer=FAR))[0] == 409
        await town.clock.advance(seconds=1)
        assert (await centre.send("/console/cover", act="take", officer=OFFICER))[0] == 303
        assert (await centre.send("/console/cover", act="take", officer=OFFICER))[0] == 409  # a second tap
        await town.settle()
        assert any("代管" in one for one in town.member_heard(OFFICER))
        case = await write(town)
        assert len(town.cards(CENTRE)) == 1
        assert len(town.cards(OFFICER)) == 0
        assert case.number in (await centre.get("/console"))[2]
        assert case.number in (await officer.get("/console"))[2]  # who is back may simply go on
        await town.clock.advance(seconds=1)
        assert (await officer.send("/console/cover", act="give", officer=OFFICER))[0] == 303
        await town.settle()
        assert any("交还钱联络" in one and "1 件" in one for one in town.member_heard(CENTRE))
        await write(town, NEIGHBOUR, "菜场门口天天堵车")
        assert (len(town.cards(CENTRE)), len(town.cards(OFFICER))) == (1, 1)
        assert case.number not in (await centre.get("/console"))[2]
    acts = [(line.actor, line.act) for line in await town.all(AuditLine)]
    assert (CENTRE, "queue taken over") in acts
    assert (OFFICER, "queue given back") in acts
    await town.assert_at_rest()
