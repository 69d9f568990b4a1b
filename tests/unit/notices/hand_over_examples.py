"""Notices of calls to be made and of chats that go to a person."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import hand_over, telephone, work_order
from bot.notices.telephone import Call
from bot.notices.words import Owner

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MODULES = (hand_over, telephone, work_order)
PHONES = ("13812345678", "0510-87654321", "13912345678")


def notices(number: str, who: str, words: str, owner: str) -> Iterator[Any]:
    for reason in (*telephone.REASONS, "something new"):
        yield telephone.CallCard(Call(1, number, who, reason, words, PHONES, ZONE, NOW))
    call = Call(1, number, who, "window", "", (), ZONE)
    yield telephone.CallCard(call)
    for outcome in ("called", "delivered", "answered"):
        for may_copy in (False, True):
            yield telephone.CallEnded(call, outcome, owner, NOW, may_copy)
    for flag in (False, True):
        yield telephone.CallNoted(number, flag)
        yield telephone.CopyPromised(number, flag)
        yield hand_over.PersonLeft(flag)
        yield hand_over.PersonNeeded(number, who, words, flag)
        yield hand_over.PersonWillContact(number, owner, NOW + timedelta(hours=4), ZONE, "0510-12345678", flag)
    yield hand_over.PersonWillContact(number, owner, NOW, ZONE)
    yield telephone.CallOnItsWay(number)
    yield telephone.NoSuchCall()
    yield telephone.ToldByTelephone(number, who, owner)
    yield telephone.ArrivedAfterAll(number, who)
    yield telephone.NothingToCopy(number)
    yield hand_over.PersonHere(owner)
    yield hand_over.PersonHere()
    yield hand_over.PersonQueue(10)
    yield hand_over.GivenBack(number, who)
    yield hand_over.GiveBackHelp()
    yield hand_over.GiveBackHelp((number, number))
    yield hand_over.GiveBackHelp(number=number)
    yield hand_over.CannotGiveBack(number)
    yield from _work_orders(number, words, Owner(owner))


def _work_orders(number: str, words: str, owner: Owner) -> Iterator[Any]:
    department, day = "区住房和城乡建设局", date(2026, 11, 27)
    yield work_order.Handed(number, department, owner, day)
    yield work_order.HandedNoted(number, department, day)
    yield work_order.Replied(number, department, words, 2)
    yield work_order.Replied(number, department, "", 1)
    yield work_order.ReplyNoted(number, department, owner.voice)
    yield work_order.AskedAgain(number, department, day)
    for flag in (False, True):
        yield work_order.HandedBack(number, department, owner, flag)
        yield work_order.ReplyDue(number, department, day, flag)
        yield work_order.OrderEnded(number, department, flag, words if flag else "")
    yield work_order.OrderHelp()
    for why in work_order.WHYS.values():
        yield work_order.OrderHelp(why)
