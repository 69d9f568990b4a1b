"""Log-in redirects and codes (documents 91022, 91023, 98152)."""

import pytest
from yarl import URL

from bot.simulator import DEMO_ACCOUNT
from tests.unit.simulator.stage import WANG, Stage

BACK = "http://127.0.0.1:8080/console/back?next=%2Fconsole"
IN_CLIENT, BY_SCAN = "/connect/oauth2/authorize", "/wwlogin/sso/login"


async def log_in(stage: Stage, path: str = IN_CLIENT, **change: str) -> URL:
    """Where the browser is sent."""
    params = {"appid": DEMO_ACCOUNT.corp_id, "redirect_uri": BACK, "state": "abc123", "as": "zhang", **change}
    async with stage.bot.http.get(stage.bot.api + path, params=params, allow_redirects=False) as answer:
        assert answer.status == 302
        return URL(answer.headers["Location"])


async def who(stage: Stage, code: str) -> dict[str, object]:
    return await stage.bot.call("auth/getuserinfo", code=code)


@pytest.mark.parametrize("path", [IN_CLIENT, BY_SCAN])
async def test_comes_back_with_code_and_state(stage: Stage, path: str) -> None:
    back = await log_in(stage, path)
    assert back.path == "/console/back"
    assert back.query["next"] == "/console"
    assert back.query["state"] == "abc123"
    assert (await who(stage, back.query["code"]))["userid"] == "zhang"


async def test_a_code_works_once_and_for_five_minutes(stage: Stage) -> None:
    code = (await log_in(stage)).query["code"]
    assert (await who(stage, code))["errcode"] == 0
    assert (await who(stage, code))["errcode"] == 40029
    late = (await log_in(stage)).query["code"]
    await stage.clock.advance(minutes=5)
    assert (await who(stage, late))["errcode"] == 40029


async def test_someone_from_outside_has_an_openid(stage: Stage) -> None:
    found = await who(stage, (await log_in(stage, **{"as": WANG})).query["code"])
    assert found["external_userid"] == WANG
    assert "userid" not in found


async def test_the_wecom_phone_of_the_page_logs_in_silently(stage: Stage) -> None:
    stage.bot.http.cookie_jar.update_cookies({"sim_member": "zhou"}, URL(stage.bot.api))
    params = {"appid": DEMO_ACCOUNT.corp_id, "redirect_uri": BACK, "state": "s"}
    headers = {"Cookie": "sim_member=zhou"}
    for path, status in ((IN_CLIENT, 302), (BY_SCAN, 200)):
        async with stage.bot.http.get(
            stage.bot.api + path, params=params, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    "change",
    [{"appid": "wwother"}, {"redirect_uri": "javascript:alert(1)"}, {"state": "a-b"}, {"state": "x" * 129}],
)
async def test_refuses_a_wrong_address(stage: Stage, change: dict[str, str]) -> None:
    params = {"appid": DEMO_ACCOUNT.corp_id, "redirect_uri": BACK, "state": "s", "as": "zhang", **change}
    async with stage.bot.http.get(stage.bot.api + IN_CLIENT, params=params) as answer:
        assert answer.status == 400
