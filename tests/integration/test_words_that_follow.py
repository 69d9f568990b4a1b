"""What one person writes in a row is handled in one go where many wait, and comes to the same as one by one."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.dispatch import messages, worker
from bot.dispatch.messages import ConstituentMessage
from bot.notices.content import load
from bot.simulator.account import DEMO_ACCOUNT
from storage import inbox
from storage.inbox import Arrival
from storage.keys import find_key
from storage.models import Case, Constituent, Conversation, InboxRow, Message, OutboxRow
from storage.states import InboxState
from tests.support.town import Town, open_town

KF = DEMO_ACCOUNT.open_kfid
PEOPLE = [f"wmP{number}" for number in range(6)]
OPENING = "牡丹园门口的路灯坏了，晚上老人出门看不清路"
ADDED = ["三天了", "在东门", "请派人看看", "昨天有人摔了一跤", "物业说不归他们管", "一共五盏", "早点修好吧"]
OTHER = [
    "谢谢", "进度", "反映另一件事", "不是这里", "为什么是他", "身份证照片发你了", "删除照片", "我的同意", "订阅",
    "退订", "救命，家里着火了", "我要举报张伟代表收好处费", "井水发黄，喝了拉肚子", "转人工", "你好", "[玫瑰]",
    "确认删除", "活动日",
]  # fmt: skip
_NUMBERED = re.compile(r"JH-2026-\d+|#\d{6}|/s/\S+|case:\d+|\d{6}|(?<=:)\d+")


def said(number: int, who: str, text: str, town: Town) -> ConstituentMessage:
    return ConstituentMessage(f"m{number}", KF, who, "", "text", text, "", "", None, None, "", town.clock.now())


async def come_in(town: Town, lines: Sequence[tuple[str, str]], first: int) -> None:
    vault, now = town.bot.office.vault, town.clock.now()
    async with town.bot.database.begin() as session:
        told = [said(first + at, who, text, town) for at, (who, text) in enumerate(lines)]
        arrivals = [
            Arrival(KF, one.key, messages.lane_of(one), vault.seal(messages.dump(one)), now) for one in told
        ]
        await inbox.add_all(session, arrivals)


async def handle(town: Town) -> int:
    commits = 0
    while await town.bot.worker.handle_pending():
        commits += 1
    return commits


async def outcome(town: Town, who: str) -> dict[str, object]:
    """All that is on record of one person, without the numbers that depend on who was handled first."""
    vault = town.bot.office.vault
    async with town.bot.database.read() as session:
        theirs = select(Conversation).join(Constituent, Constituent.id == Conversation.constituent_id)
        chat = (await session.scalars(theirs.where(Constituent.external_userid == who))).one()
        cases = (await session.scalars(select(Case).where(Case.conversation_id == chat.id).order_by(Case.id))).all()
        told = []
        for case in cases:
            key = await find_key(session, vault, case.key_id)
            rows = await session.scalars(select(Message).where(Message.case_id == case.id).order_by(Message.id))
            words = [
                (one.author, one.kind, key.open_text(one.text_sealed) if key and one.text_sealed else "")
                for one in rows
            ]
            told.append(
                (case.state, case.kind, case.urgency, case.restricted, case.accused, case.representative_code,
                 case.update_since, case.update_due_at, case.due_at, case.round, case.asked, words)
            )  # fmt: skip
        rows = await session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        own = {case.id for case in cases}
        heard = []
        for row in rows:
            if row.conversation_id == chat.id or row.case_id in own:
                key = await find_key(session, vault, row.key_id) if row.key_id else vault
                content = load(key.open(row.content_sealed)) if key and row.content_sealed else None
                heard.append((row.channel, row.purpose, row.state, _NUMBERED.sub("…", str(content))))
        kept = (chat.scene, chat.starts_new, chat.scan_pending, chat.last_message_at, chat.burst_since,
                chat.window_until, chat.budget_left, chat.has_parked, chat.human_userid)  # fmt: skip
        return {"chat": kept, "cases": told, "heard": heard}


async def play(town: Town, lines: Sequence[tuple[str, str]]) -> tuple[list[dict[str, object]], int]:
    await come_in(town, [(who, OPENING) for who in PEOPLE], 0)
    await handle(town)
    await town.clock.advance(seconds=3)
    await come_in(town, lines, 100)
    commits = await handle(town)
    return [await outcome(town, who) for who in PEOPLE], commits


def written(seed: int, share_of_others: float) -> list[tuple[str, str]]:
    draw = random.Random(seed)
    return [
        (who, draw.choice(OTHER if draw.random() < share_of_others else ADDED)) for _ in range(9) for who in PEOPLE
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_in_one_go_comes_to_the_same_as_one_by_one(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = written(seed, 0.25)
    monkeypatch.setattr(worker, "BATCH", 2)
    came_to, commits = {}, {}
    for most in (0, 7):
        monkeypatch.setattr(worker, "BEHIND", most)
        folder = tmp_path / str(most)
        folder.mkdir()
        async with open_town(folder) as town:
            came_to[most], commits[most] = await play(town, lines)
            assert {row.state for row in await town.all(InboxRow)} == {InboxState.DONE}
    assert came_to[7] == came_to[0]
    assert commits[7] < commits[0]
