"""The disk has no room: nothing is acknowledged that was not kept, `/readyz` says so, and room is all it takes.

The limit of this process's files stands for a full disk: each write to a file is refused, as by a quota.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.envelope import Envelope, render_xml
from storage.models import Case, DutyEntry, InboxRow
from tests.support.town import RESIDENT, ZHANG, Town

ENVELOPE = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)


@contextmanager
def full_disk() -> Iterator[None]:
    """No write to any file goes through; what stands in files can be read."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def post(town: Town, http: aiohttp.ClientSession, words: str, number: int) -> tuple[int, str]:
    """A representative's message as WeCom posts it; status, and when it is to come again."""
    now = int(town.clock.now().timestamp())
    message = {
        "ToUserName": DEMO_ACCOUNT.corp_id,
        "FromUserName": ZHANG,
        "CreateTime": now,
        "MsgType": "text",
        "Content": words,
        "MsgId": str(number),
        "AgentID": DEMO_ACCOUNT.agent_id,
    }
    sealed, signed = ENVELOPE.seal(render_xml(message), timestamp=now)
    body = render_xml({"Encrypt": sealed})
    async with http.post(town.sim.callback_url, params=signed, data=body) as answer:
        return answer.status, answer.headers.get("Retry-After", "")


async def faults_told(town: Town, http: aiohttp.ClientSession) -> list[str]:
    """What `/readyz` says; that the loops of a town's bot are not started is known."""
    async with http.get(town.sim.callback_url.replace("/wecom/callback", "/readyz")) as answer:
        return [line for line in (await answer.text()).splitlines() if line != "starting"]


async def test_a_full_disk_refuses_before_the_ack_and_heals_by_itself(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园3号楼门口的路灯坏了")
    async with aiohttp.ClientSession() as http:
        kept = len(await town.all(InboxRow))
        with full_disk():
            assert await post(town, http, "已联系路灯所，今晚修好。", 1) == (503, "5")
            assert await faults_told(town, http) == ["the disk is full: nothing is kept"]
            assert len(await town.all(InboxRow)) == kept
        assert await faults_told(town, http) == []
        assert await post(town, http, "已联系路灯所，今晚修好。", 1) == (200, "")
    await town.settle()
    assert sum("今晚修好" in words for words in town.heard(RESIDENT)) == 1
    assert len(await town.all(DutyEntry)) == 1
    await town.assert_at_rest()


async def test_what_was_being_handled_when_the_disk_filled_up_is_handled_whole_and_once(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.says(RESIDENT, "牡丹园3号楼门口的路灯坏了")
    await town.sim.quiet()
    await town.bot.puller.pull_all()
    with full_disk(), pytest.raises(OperationalError, match="disk"):
        await town.bot.worker.handle_pending()
    assert await town.all(Case) == []
    await town.settle()
    assert sum("路灯坏了" in words for words in town.member_heard(ZHANG)) == 1
    assert sum("已收到" in words for words in town.heard(RESIDENT)) == 1
    await town.assert_at_rest()
