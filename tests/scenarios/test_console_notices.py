"""A notice on the pages: from a draft through its preview and the second person to the receipts."""

from storage.models import StaffMember
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town
from tests.support.visits import FAR, LEAD, hire, open_browser, open_site

FORM = {
    "title": "周五学习",
    "text": "周五下午两点在站里学习，请准时参加。",
    "audience": "station:QQ1",
    "buttons": "join",
}


async def test_a_notice_goes_from_draft_to_receipts(town: Town) -> None:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as officer, open_browser(address) as lead:
        await officer.has_session_of(town, OFFICER)
        await lead.has_session_of(town, LEAD)
        await officer.get("/console/notices")
        status, path, _ = await officer.send("/console/notices", **FORM)
        assert status == 303
        _, _, page = await officer.get(path)
        assert "2 人" in page  # both representatives of the station
        assert all(one in page for one in ("周五学习", "参加", "请假", "送审"))
        assert (await lead.get(path))[0] == 404  # a draft is its author's alone
        assert (await officer.send(path, act="agree"))[0] == 409
        assert (await officer.send(path, act="submit"))[0] == 303
        listed = (await lead.get("/console/notices"))[2]
        assert 0 < listed.find("等您审核的") < listed.find("周五学习") < listed.find("写一条"), (
            "no form stands before it"
        )
        await _is_nobodys_elses(town, address, path)
        await lead.get(path)
        assert (await lead.send(path, act="agree"))[1].endswith("done=notice_agreed")
        assert (await lead.send(path, act="agree"))[0] in (404, 409)  # a second tap
        await town.passes(minutes=1)
        assert any(card["main_title"]["title"] == "周五学习" for card in town.cards(LI) + town.cards(ZHANG))
        await _tap_first_button(town, LI)
        _, _, page = await officer.get(path)
        assert "<b>1</b><span>已确认" in page
        assert "还没确认的（1）" in page
        assert "张伟代表" in page
        assert "再发一次" not in page, "it reached everybody"
        status, path, _ = await officer.send("/console/notices", **FORM)
        assert (await officer.send(path, act="submit"))[1].endswith("done=notice_same")
        assert "还是送审" in (await officer.get(f"{path}?done=notice_same"))[2]
        assert (await officer.send(path, act="submit_anyway"))[1].endswith("done=notice_submitted")
        assert (await officer.send(path, act="drop"))[0] == 303


async def test_who_may_review_is_told_by_how_near_they_are(town: Town) -> None:
    await hire(town)
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid="a.lead", name="家负责", role="lead", station_code="HOME"))
    async with open_site(town) as (_, address), open_browser(address) as officer:
        await officer.has_session_of(town, OFFICER)
        await officer.get("/console/notices")
        _, path, _ = await officer.send("/console/notices", **FORM)
        _, _, page = await officer.get(path)
        assert 0 < page.find("钱负责") < page.find("家负责")


async def _tap_first_button(town: Town, member: str) -> None:
    card = town.cards(member)[-1]
    await town.taps(member, card["button_list"][0]["key"])


async def _is_nobodys_elses(town: Town, address: str, path: str) -> None:
    async with open_browser(address) as other:
        await other.has_session_of(town, FAR)
        assert (await other.get(path))[0] == 404
        await other.has_session_of(town, CENTRE)
        assert "同意发出" in (await other.get(path))[2]


async def test_what_cannot_be_sent_is_told_beside_what_was_written(town: Town) -> None:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as officer:
        await officer.has_session_of(town, OFFICER)
        await officer.get("/console/notices")
        for change, said in (
            ({"text": " "}, "还没有内容"),
            ({"audience": "region:JH"}, "这个范围现在用不了"),
            ({"title": "长" * 40}, "标题太长了"),
            ({"buttons": "vote", "options": "一"}, "选项要 2 到 6 个"),
        ):
            status, _, page = await officer.send("/console/notices", **{**FORM, **change})
            assert (status, said in page) == (422, True), change
        _, path, _ = await officer.send("/console/notices", **{**FORM, "text": "<script>alert(1)</script>"})
        _, _, page = await officer.get(path)
        assert "<script>alert" not in page
        assert (await officer.get("/console/notices/99999999999999999999"))[0] == 404
        assert town.heard(RESIDENT) == []
