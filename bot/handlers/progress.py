"""进度 and the menu items that are not about an answer."""

import re
from functools import lru_cache

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.notices.constituent_menu import AskMatter
from bot.services import settling, status_pages
from bot.services.context import Context

router = Router("progress")

_END_LINKS = frozenset({"停用链接", "停用进度链接", "链接作废"})
_PROGRESS = frozenset({"进度", "进展", "我的进度", "查进度", "查询进度", "看我的事办到哪一步"})

_ONE = re.compile(r"(?:进度|进展|查进度|查询进度)[\s:：]*[#＃]?\s*((?:[A-Za-z0-9]+-\d{4}-)?\d{1,6})")


@lru_cache(maxsize=1)  # no words stay in memory for longer than the next ones
def bare(text: str) -> str:
    """A word without the punctuation and space around it; many routers ask that of one message after the other."""
    return text.strip(" \t\r\n。，,.!！?？~～“”\"'#")


@router.on(ConstituentMessage, lambda one: one.menu_id == "word:进度" or bare(one.text) in _PROGRESS)
async def show(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """One's own matters with owner, step and due date."""
    return Reply((await settling.progress(context, heard.by)).render())


@router.on(ConstituentMessage, lambda one: not one.menu_id and _ONE.fullmatch(bare(one.text)) is not None)
async def show_one(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """`进度 编号`: one of their own; a number that lives on in another one says so."""
    said = _ONE.fullmatch(bare(heard.message.text))
    return Reply(await settling.progress_of(context, heard.by, said[1] if said else ""))


@router.on(ConstituentMessage, lambda one: bare(one.text) in _END_LINKS)
async def end_links(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """No address of a page that says how far a matter is works any more."""
    return Reply((await status_pages.end_all(context, heard.by)).render())


@router.on(ConstituentMessage, lambda one: one.menu_id == "word:反映" or bare(one.text) == "我要反映一件事")
async def ask_matter(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """They want to say something: ask for it."""
    return Reply(AskMatter().render())


@router.on(ConstituentMessage, lambda one: one.menu_id == "word:另一件" or bare(one.text) == "反映另一件事")
async def begin_another(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """The next message is a matter of its own, whatever is still open."""
    heard.by.conversation.starts_new = True
    return Reply(AskMatter().render())
