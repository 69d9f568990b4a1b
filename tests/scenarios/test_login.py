"""Coming in by a browser: WeCom says who it is, the bot whether they may, and a session ends when it must."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from bot.services import tuning
from bot.web.login import safe_path
from storage.models import AuditLine, LoginAttempt, StaffMember
from storage.rules import note_roster_change
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town
from tests.support.visits import REPORTER, Browser, hire, open_browser, open_site, query_of

INSIDE = "Mozilla/5.0 (Linux; Android 14) wxwork/4.1.30 MicroMessenger/7.0.1"


@pytest.fixture
async def address(town: Town) -> AsyncIterator[str]:
    await hire(town)
    async with open_site(town) as (_, address):
        yield address


@pytest.fixture
async def browser(address: str) -> AsyncIterator[Browser]:
    async with open_browser(address) as browser:
        yield browser


async def test_whoever_is_not_logged_in_is_sent_to_wecom_and_comes_back_to_where_they_were_going(
    town: Town, browser: Browser
) -> None:
    _, there, _ = await browser.get("/login?next=/console/cases?late=1")
    assert "/wwlogin/sso/login" in there
    assert query_of(there)["login_type"] == "CorpApp"
    _, inside, _ = await browser.get("/login", **{"User-Agent": INSIDE})
    assert "/connect/oauth2/authorize" in inside
    assert inside.endswith("#wechat_redirect")
    assert query_of(inside)["scope"] == "snsapi_base"
    status, there, _ = await browser.log_in(OFFICER, "/login?next=/console/cases?late=1")
    assert (status, there) == (303, "/console/cases?late=1")
    cookie = next(one for one in browser.http.cookie_jar if one.key == "lianxin")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (await browser.get("/login?next=//evil.example"))[1] == "/console"
    lines = [(line.actor, line.act) for line in await town.all(AuditLine)]
    assert (OFFICER, "logged in") in lines


async def test_a_state_is_good_once_in_one_browser_and_for_ten_minutes(town: Town, address: str) -> None:
    async with open_browser(address) as mine, open_browser(address) as theirs:
        _, there, _ = await mine.get("/login")
        state = query_of(there)["state"]
        assert (await theirs.get(f"/login/back?code=x&state={state}"))[0] == 400  # not their browser
        assert (await mine.get("/login/back?code=x&state=" + "0" * 32))[0] == 400
        assert (await mine.get("/login/back?code=x&state=%F0%9F%98%80"))[0] == 400
        assert (await mine.get(f"/login/back?code=wrong&state={state}"))[0] == 502  # WeCom does not know the code
        assert (await mine.get(f"/login/back?code=wrong&state={state}"))[0] == 400  # taken
        _, there, _ = await mine.get("/login")
        await town.clock.advance(minutes=11)
        assert (await mine.get(f"/login/back?code=x&state={query_of(there)['state']}"))[0] == 400


@pytest.mark.parametrize(
    ("who", "status", "there", "said"),
    [
        (RESIDENT, 403, "", "请用企业微信成员的身份登录"),
        ("nobody.known", 403, "", "这里还没有您的登记"),
        (REPORTER, 303, "/console", ""),
        (ZHANG, 303, "/r", ""),
    ],
)
async def test_wecom_names_people_and_the_district_decides(
    town: Town, browser: Browser, who: str, status: int, there: str, said: str
) -> None:
    town.sim.add_member("nobody.known", "路人")
    got, led, text = await browser.log_in(who)
    assert (got, led) == (status, there)
    assert said in text


async def test_a_session_ends_by_its_owner_by_time_and_when_they_are_somebody_else(
    town: Town, address: str
) -> None:
    async with open_browser(address) as desk, open_browser(address) as phone:
        for one in (desk, phone):
            await one.has_session_of(town, OFFICER)
        mark, desk.csrf = desk.csrf, "0" * 32
        assert (await desk.send("/logout"))[0] == 403  # not from a page of this session
        desk.csrf = mark
        assert (await desk.send("/logout/everywhere"))[1] == "/login/out?browsers=2"
        assert not await _is_in(phone)
        await desk.has_session_of(town, OFFICER)
        await phone.has_session_of(town, OFFICER)
        assert (await desk.send("/logout"))[1] == "/login/out?browsers=1"
        assert (await _is_in(desk), await _is_in(phone)) == (False, True)
        for _ in range(9):
            await town.clock.advance(hours=7)
            assert await _is_in(phone)  # used, so it goes on
        await town.clock.advance(hours=9)
        assert not await _is_in(phone)  # not used for longer than eight hours
        await phone.has_session_of(town, OFFICER)
        await town.clock.advance(hours=2)
        await _rule(town, "session_idle_hours", "1")
        assert not await _is_in(phone)  # a shorter rule ends what goes on
        await phone.has_session_of(town, OFFICER)
        async with town.bot.database.begin() as session:
            await session.execute(update(StaffMember).where(StaffMember.userid == OFFICER).values(role="lead"))
            await note_roster_change(session, town.clock.now(), "test")
        assert not await _is_in(phone)


async def test_who_knocks_without_end_is_asked_to_wait(town: Town, browser: Browser) -> None:
    statuses = [(await browser.get("/login"))[0] for _ in range(62)]
    assert (statuses[0], statuses[-1]) == (303, 429)
    async with town.bot.database.read() as session:
        assert len(list(await session.scalars(LoginAttempt.__table__.select()))) == 60


async def _rule(town: Town, name: str, value: str) -> None:
    async with town.bot.database.begin() as session:
        await tuning.change(await town.bot.office.open(session), name, [value], CENTRE)


async def _is_in(browser: Browser) -> bool:
    return (await browser.get("/login"))[1] in ("/console", "/r")


@pytest.mark.parametrize(
    ("wanted", "safe"),
    [
        ("/console", True),
        ("/r/cases/7?x=1", True),
        ("/console/cases?next=//x", True),
        ("//evil.example", False),
        ("/console//evil.example", False),
        ("/consolation", False),
        ("/\\evil", False),
        ("https://evil.example/console", False),
        ("/console/../my-data/x", False),
        ("/console\r\nSet-Cookie: a", False),
        ("/login", False),
        ("", False),
    ],
)
def test_log_in_leads_to_pages_of_ours_alone(wanted: str, safe: bool) -> None:
    assert safe_path(wanted) == (wanted if safe else "")
