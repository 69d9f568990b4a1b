"""What goes wrong on purpose."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import ManualClock
from bot.simulator import BadFaultsError, Faults, Rule, load_faults
from bot.simulator.faults import Dice
from tests.unit.simulator.stage import WANG, Stage


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    rule = {"api": "kf/send_msg", "errcode": 45009, "every": 7, "times": 3}
    path.write_text(json.dumps({"seed": 7, "page_size": 2, "rules": [rule]}))
    assert load_faults(path) == Faults(
        seed=7, page_size=2, rules=(Rule("kf/send_msg", errcode=45009, every=7, times=3),)
    )


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("{", "not JSON"),
        ("[]", "one JSON object"),
        ('{"pagesize": 2}', "pagesize"),
        ('{"rules": [{"api": "x"}]}', "every"),
        ('{"rules": [{"api": "x", "every": 1, "effect": "magic"}]}', "magic"),
        ('{"rules": [{"api": "x", "evry": 1}]}', "evry"),
    ],
)
def test_a_faulty_file_is_refused_with_a_word(tmp_path: Path, raw: str, word: str) -> None:
    path = tmp_path / "faults.json"
    path.write_text(raw)
    with pytest.raises(BadFaultsError, match=word):
        load_faults(path)


def test_every_after_and_times() -> None:
    dice = Dice(Faults(rules=(Rule("a", errcode=45009, every=2, after=1, times=2),)))
    assert [dice.befall("a").errcode for _ in range(8)] == [None, None, 45009, None, 45009, None, None, None]
    assert dice.befall("b").errcode is None


def test_the_same_seed_brings_the_same_misfortunes() -> None:
    faults = Faults(seed=3, rules=(Rule("*", errcode=-1, probability=0.3),), drop_callbacks_probability=0.3)

    def run() -> list[Any]:
        dice = Dice(faults)
        return [(dice.befall("a").errcode, dice.callback_copies()) for _ in range(200)]

    assert run() == run()
    assert 30 < sum(errcode == -1 for errcode, _ in run()) < 90


async def test_error_codes_do_nothing_else(clock: ManualClock) -> None:
    async with Stage(clock, Faults(rules=(Rule("kf/send_msg", errcode=45009, every=2),))) as stage:
        await stage.says()
        assert [(await stage.bot.send(str(n)))["errcode"] for n in range(4)] == [0, 45009, 0, 45009]
        assert stage.simulator.heard(WANG) == ["0", "2"]


async def test_tokens_die_early(clock: ManualClock) -> None:
    async with Stage(clock, Faults(token_death_every=3)) as stage:
        errcodes = [(await stage.bot.call("getcallbackip"))["errcode"] for _ in range(4)]
        assert errcodes == [0, 0, 40014, 40014]
        await stage.bot.get_token()
        assert (await stage.bot.call("getcallbackip"))["errcode"] == 0


async def test_an_answer_gets_lost_after_the_deed(clock: ManualClock) -> None:
    async with Stage(clock, Faults(rules=(Rule("kf/send_msg", "answer_lost", every=1, times=1),))) as stage:
        await stage.says()
        with pytest.raises(aiohttp.ClientError):
            await stage.bot.send("收到", msgid="out-1")
        assert stage.simulator.heard(WANG) == ["收到"]
        assert (await stage.bot.send("收到", msgid="out-1"))["errcode"] == 95033


async def test_a_hanging_call_does_nothing_and_ends_without_an_answer(clock: ManualClock) -> None:
    rule = Rule("kf/send_msg", "hang", seconds=0.05, every=1, times=1)
    async with Stage(clock, Faults(rules=(rule,))) as stage:
        await stage.says()
        with pytest.raises(aiohttp.ClientError):
            await stage.bot.send()
        assert stage.simulator.heard(WANG) == []


async def test_closing_does_not_wait_for_hanging_calls(clock: ManualClock) -> None:
    async with asyncio.timeout(5):
        async with Stage(clock, Faults(rules=(Rule("*", "hang", seconds=60, every=1, after=1),))) as stage:
            call = asyncio.create_task(stage.bot.call("getcallbackip"))
            look = asyncio.create_task(wait_for_news(stage))
            await asyncio.sleep(0.1)
        with pytest.raises(aiohttp.ClientError):
            await call
        assert await look == 200


async def wait_for_news(stage: Stage) -> int:
    async with stage.bot.http.get(f"{stage.bot.api}/sim/state?since=999999&wait=20") as answer:
        return answer.status


async def test_html_instead_of_json(clock: ManualClock) -> None:
    async with Stage(clock, Faults(rules=(Rule("getcallbackip", "html", status=200, every=1),))) as stage:
        url = f"{stage.bot.api}/cgi-bin/getcallbackip"
        async with stage.bot.http.get(url, params={"access_token": stage.bot.token}) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")


async def test_latency(clock: ManualClock) -> None:
    async with Stage(clock, Faults(latency_seconds={"getcallbackip": 0.05})) as stage:
        await stage.bot.call("getcallbackip")
        assert stage.simulator.requests[-1].milliseconds >= 50


async def test_more_calls_at_once_than_allowed_are_refused(stage: Stage) -> None:
    stage.simulator.faults = Faults(calls_at_once=2, latency_seconds={"user/get": 0.05})
    answers = await asyncio.gather(*(stage.bot.call("user/get", userid="zhang") for _ in range(4)))
    assert sorted(one["errcode"] for one in answers) == [0, 0, 45033, 45033]
    assert (await stage.bot.call("user/get", userid="zhang"))["errcode"] == 0


async def test_more_calls_a_minute_than_allowed_are_refused_until_it_is_over(
    stage: Stage, clock: ManualClock
) -> None:
    stage.simulator.faults = Faults(calls_per_minute=2)

    async def codes() -> list[int]:
        return [(await stage.bot.call("user/get", userid="zhang"))["errcode"] for _ in range(3)]

    assert await codes() == [0, 0, 45009]
    await clock.advance(seconds=60)
    assert await codes() == [0, 0, 45009]


async def test_a_rule_for_one_recipient_leaves_the_others_alone(stage: Stage) -> None:
    stage.simulator.faults = Faults(rules=(Rule("message/send", to="zhou", errcode=-1, every=1),))
    answers = [await stage.bot.tell(to=to) for to in ("zhang", "zhang|zhou", "Chen.Min", "zhou")]
    assert [one["errcode"] for one in answers] == [0, -1, 0, -1]
