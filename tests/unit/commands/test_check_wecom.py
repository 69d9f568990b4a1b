"""`check` against a WeCom where something is not set up yet: each prerequisite in order, and what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.commands import wecom_findings
from bot.commands.findings import Finding, render_line
from bot.commands.wecom_findings import ACCOUNTS, APP, CREDENTIALS, DOMAIN, SERVICERS, VISIBLE
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.faults import parse_faults
from bot.simulator.world import Simulator
from bot.wecom.client import WeComClient
from config.settings import Settings
from tests.support.town import START, listening, make_settings, make_simulator

PEOPLE = ("zhang.wei", "officer.qq")
IN_ORDER = [CREDENTIALS, APP, DOMAIN, ACCOUNTS, SERVICERS, VISIBLE]


@dataclass
class Console:
    """The admin console of an office that has set up everything, to be spoilt in one place."""

    sim: Simulator
    api: str
    folder: Path
    http: aiohttp.ClientSession

    def settings(self, **changed: object) -> Settings:
        return make_settings(self.folder, self.api, **changed)

    async def found(self, people: tuple[str, ...] = PEOPLE, **changed: object) -> dict[str, Finding]:
        settings = self.settings(**changed)
        client = WeComClient(
            session=self.http,
            api=settings.wecom_api,
            corp_id=settings.corp_id,
            secret=settings.secret.get_secret_value(),
            agent_id=settings.agent_id,
            clock=ManualClock(START),
        )
        found = [one async for one in wecom_findings.find_all(client, settings, people)]
        assert [one.what for one in found] == IN_ORDER
        return {one.what: one for one in found}

    async def still_open(self, people: tuple[str, ...] = PEOPLE, **changed: object) -> dict[str, str]:
        return {what: one.to_do for what, one in (await self.found(people, **changed)).items() if one.to_do}


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    sim = make_simulator(ManualClock(START))
    sim.add_servicer("officer.qq")
    platform = web.Application()
    sim.add_routes(platform)
    async with listening(platform) as api, aiohttp.ClientSession() as http:
        await sim.start()
        yield Console(sim, api, tmp_path, http)
        await sim.close()


async def test_where_everything_is_set_up_nothing_is_left_to_do(console: Console) -> None:
    assert await console.still_open() == {}
    assert not any(one.is_open for one in (await console.found()).values())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"corp_id": "wwSomebodyElse"}, "企业 ID"),
        ({"secret": "not-the-secret"}, "Secret"),
        ({"wecom_api": "http://127.0.0.1:9"}, "连不上"),
    ],
)
async def test_without_a_token_the_rest_waits_for_it(console: Console, changed: dict[str, str], words: str) -> None:
    found = await console.found(**changed)
    assert words in found[CREDENTIALS].to_do
    assert {one.after for one in found.values()} == {"", CREDENTIALS}
    assert all(one.is_open for one in found.values())


@pytest.mark.parametrize(
    ("faults", "what", "words"),
    [
        ({"foreign_ip": True}, APP, "企业可信 IP"),
        ({"rules": [{"api": "agent/get", "errcode": 50003, "every": 1}]}, APP, "启用"),
        ({"rules": [{"api": "agent/get", "errcode": 40056, "every": 1}]}, APP, "AgentId"),
        ({"rules": [{"api": "agent/get", "errcode": 45009, "every": 1}]}, APP, "过一分钟"),
        ({"rules": [{"api": "kf/account/list", "errcode": 48002, "every": 1}]}, ACCOUNTS, "可调用接口的应用"),
        ({"rules": [{"api": "kf/account/list", "errcode": 95017, "every": 1}]}, ACCOUNTS, "接口开关"),
        ({"rules": [{"api": "kf/servicer/list", "errcode": 60030, "every": 1}]}, SERVICERS, "可见范围"),
        ({"rules": [{"api": "user/get", "errcode": 48002, "every": 1}]}, VISIBLE, "可调用接口的应用"),
        ({"rules": [{"api": "user/get", "errcode": 60011, "every": 1}]}, VISIBLE, "zhang.wei、officer.qq"),
        ({"rules": [{"api": "user/get", "errcode": 701008, "every": 1}]}, VISIBLE, "接口许可"),
    ],
)
async def test_what_wecom_refuses_becomes_a_step_in_the_console(
    console: Console, faults: dict[str, object], what: str, words: str
) -> None:
    console.sim.faults = parse_faults(faults)
    assert words in (await console.still_open())[what]


async def test_what_keeps_every_call_out_is_said_once(console: Console) -> None:
    console.sim.faults = parse_faults({"foreign_ip": True})
    found = await console.found()
    assert [what for what, one in found.items() if one.to_do] == [APP]
    assert {one.after for what, one in found.items() if what not in (CREDENTIALS, APP)} == {APP}


async def test_an_app_of_another_id_or_switched_off_is_said(console: Console) -> None:
    assert "AgentId" in (await console.still_open(agent_id=1000009))[APP]
    console.sim.world.app_is_off = True
    assert "停用" in (await console.still_open())[APP]


@pytest.mark.parametrize("trusted", ["", "other.example.org", "example.org"])
async def test_the_trusted_domain_has_to_be_our_own(console: Console, trusted: str) -> None:
    console.sim.world.trusted_domain = trusted
    open_ = await console.still_open(public_url="https://bot.example.org")
    assert "bot.example.org" in open_[DOMAIN]
    console.sim.world.trusted_domain = "bot.example.org"
    assert DOMAIN not in await console.still_open(public_url="https://bot.example.org")


async def test_an_account_that_others_manage_and_one_that_is_named_wrongly(console: Console) -> None:
    assert "LIANXIN_KF_ACCOUNT" in (await console.still_open(kf_account="wkOther"))[ACCOUNTS]
    assert (await console.still_open(kf_account=DEMO_ACCOUNT.open_kfid)) == {}


async def test_nobody_to_take_over_is_no_hindrance(console: Console) -> None:
    console.sim.add_servicer("officer.qq", receiving=False)
    servicers = (await console.found())[SERVICERS]
    assert servicers.to_do
    assert not servicers.is_open
    assert render_line(5, servicers).startswith(" 5 可选")


async def test_members_out_of_sight_are_named_and_without_a_roster_it_waits(console: Console) -> None:
    console.sim.add_member("zhang.wei", "张伟", visible=False)
    assert "zhang.wei" in (await console.still_open())[VISIBLE]
    assert (await console.found(people=()))[VISIBLE].after == "名册"
