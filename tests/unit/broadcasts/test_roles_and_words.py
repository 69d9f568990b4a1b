"""Who may write and who may stand for it as the second person; what a notice may say."""

import pytest

from bot.notices.broadcast import JOIN, NONE, OK, VOTE, Wording
from bot.services.broadcasts import approving, roles, writing
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from storage import recipients
from storage.states import BroadcastState

PEOPLE = ("off.one", "lead.one", "lead.two", "lead.home", "centre.one", "centre.two", "admin.one", "audit.one")
MAY_REVIEW = {
    "off.one": {"lead.one", "lead.home", "centre.one", "centre.two", "admin.one"},
    "lead.one": {"centre.one", "centre.two", "admin.one"},
    "centre.one": {"centre.two", "admin.one"},
    "admin.one": {"centre.one", "centre.two"},
}


@pytest.mark.parametrize("author", MAY_REVIEW)
@pytest.mark.parametrize("reviewer", [*PEOPLE, "OFF.ONE", "off.two", "rep.two", "nobody"])
async def test_the_second_person(context: Context, author: str, reviewer: str) -> None:
    broadcast = await writing.begin(context, author, Wording("明天开会"), audience="representatives")
    allowed = reviewer in MAY_REVIEW[author]
    hearers = await approving.hearers_of(context, broadcast)
    await approving.submit(context, broadcast, hearers)
    if not allowed:
        with pytest.raises(BroadcastRefused) as refused:
            await approving.approve(context, broadcast, reviewer, hearers)
        assert refused.value.why == ("own notice" if reviewer.lower() == author else "may not review")
        assert broadcast.state is BroadcastState.SUBMITTED
        return
    await approving.approve(context, broadcast, reviewer, hearers)
    assert broadcast.state is BroadcastState.SCHEDULED
    assert broadcast.size == len(await recipients.keys_of(context.session, broadcast.id)) == 4


@pytest.mark.parametrize("author", ["audit.one", "rep.two", "nobody", ""])
async def test_who_may_not_write(context: Context, author: str) -> None:
    with pytest.raises(BroadcastRefused, match="role"):
        await writing.begin(context, author, Wording("明天开会"))


@pytest.mark.parametrize("author", MAY_REVIEW)
async def test_those_who_are_asked_are_those_who_may(context: Context, author: str) -> None:
    person = context.directory.find_staff(author)
    assert person is not None
    assert {one.userid for one in roles.reviewers_of(context, person)} == MAY_REVIEW[author]


async def test_a_step_is_taken_once(context: Context) -> None:
    broadcast = await writing.begin(context, "off.one", Wording("明天开会"), audience="officers")
    hearers = await approving.hearers_of(context, broadcast)
    with pytest.raises(BroadcastRefused, match="state"):
        await approving.approve(context, broadcast, "centre.one", hearers)
    await approving.submit(context, broadcast, hearers)
    with pytest.raises(BroadcastRefused, match="state"):
        await approving.submit(context, broadcast, hearers)
    await approving.approve(context, broadcast, "centre.one", hearers)
    with pytest.raises(BroadcastRefused, match="state"):
        await approving.approve(context, broadcast, "centre.two", hearers)
    with pytest.raises(BroadcastRefused, match="state"):
        await approving.send_back(context, broadcast, "centre.two")


async def test_an_audience_without_anybody_is_refused(context: Context) -> None:
    broadcast = await writing.begin(context, "off.one", Wording("明天开会"), audience="level:national")
    with pytest.raises(BroadcastRefused, match="empty audience"):
        await approving.hearers_of(context, broadcast)


CARD = {"buttons": OK}
AROUND = len("\n——通知 1000000000 · 钱桥站".encode())  # what every text ends with


@pytest.mark.parametrize(
    ("wording", "why", "is_", "most"),
    [
        (Wording(""), "empty text", 0, 0),
        (Wording(" \n\u3000"), "empty text", 0, 0),
        (Wording("字" * 161, **CARD), "text too long", 161, 160),
        (Wording("a" * (2049 - AROUND)), "text too long", 2049, 2048),
        (Wording("<" * 700), "text too long", 2100 + AROUND, 2048),
        (Wording("字", title="题" * 37), "title too long", 37, 36),
        (Wording("字", title="两\n行"), "title too long", 3, 36),
        (Wording("字", link="javascript:alert(1)"), "bad link", 0, 0),
        (Wording("字", link="https://a b"), "bad link", 0, 0),
        (Wording("字", buttons="yes"), "bad options", 0, 0),
        (Wording("字", buttons=OK, options=("甲",)), "bad options", 0, 0),
        (Wording("字", buttons=VOTE, options=("甲",)), "bad options", 0, 0),
        (Wording("字", buttons=VOTE, options=("甲", "甲 ")), "bad options", 0, 0),
        (Wording("字", buttons=VOTE, options=("甲", "")), "bad options", 0, 0),
        (Wording("字", buttons=VOTE, options=("甲", "十一个字的选项太长了哦")), "bad options", 0, 0),
        (Wording("字", buttons=VOTE, options=tuple("一二三四五六七")), "bad options", 0, 0),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_the_figures(
    context: Context, wording: Wording, why: str, is_: int, most: int
) -> None:
    with pytest.raises(BroadcastRefused) as refused:
        await writing.begin(context, "off.one", wording, audience="representatives")
    assert (refused.value.why, refused.value.is_, refused.value.most) == (why, is_, most)


@pytest.mark.parametrize(
    "wording",
    [
        Wording("字" * 160, buttons=OK),
        Wording("a" * (2048 - AROUND)),
        Wording("字", "题" * 36, "https://renda.example/a?b=1", JOIN),
        Wording("字", buttons=VOTE, options=tuple("一二三四五六")),
        Wording("=1+1 <b>&amp; {0} %s \u202e"),
    ],
)
async def test_what_just_fits_is_taken_as_it_is(context: Context, wording: Wording) -> None:
    broadcast = await writing.begin(context, "off.one", wording, audience="representatives")
    kept = await writing.wording_of(context, broadcast)
    assert kept == writing.tidy(wording)
    await writing.render(context, broadcast)


def test_the_buttons_follow_from_the_length() -> None:
    assert writing.fitting_buttons("字" * 160) == OK
    assert writing.fitting_buttons("字" * 161) == NONE
