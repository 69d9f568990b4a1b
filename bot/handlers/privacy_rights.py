"""删除我的信息, 确认删除, 导出我的信息, 撤回 编号, 更正 编号 …: rights over one's own words, in the chat."""

import re

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER
from bot.handlers.progress import bare
from bot.notices import privacy
from bot.services.context import Context
from bot.services.privacy import correcting, dropping, own_data, requests, taking_back

router = Router("privacy_rights")
_ERASE = frozenset({"删除我的信息", "删除我的个人信息", "删除我的全部信息", "注销我的信息"})
_EXPORT = frozenset({"导出我的信息", "导出我的个人信息", "下载我的信息", "查阅我的信息", "复制我的信息"})
_DROP_PICTURES = frozenset({"删除照片", "删除图片", "删掉照片", "删照片", "删除证件照片"})
_TAKE_BACK = re.compile(rf"撤回(?:[\s:：]*[#＃]?\s*({NUMBER}))?[\s。.]*")
_TAP = re.compile(rf"{privacy.TAKE_BACK}:(\d{{1,18}}):(\d{{1,18}}|{privacy.WHOLE})")
_CORRECT = re.compile(rf"更正[\s:：]*(?:[#＃]?\s*({NUMBER})(?!\d)[\s:：,，]*(.*))?", re.DOTALL)


@router.on(ConstituentMessage, lambda one: one.kind == "text" and bare(one.text) in _ERASE)
async def explain(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """What goes, what the law keeps; nothing happens yet."""
    return Reply(await requests.explain(context, heard.by, heard.message.key))


@router.on(
    ConstituentMessage,
    lambda one: one.menu_id == privacy.CONFIRM_ERASE.id or (one.kind == "text" and bare(one.text) == "确认删除"),
)
async def confirm(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """Do it; what was done is said when it is done."""
    said = await requests.confirm(context, heard.by, heard.message.key)
    return Reply(said) if said is not None else None


@router.on(
    ConstituentMessage,
    lambda one: one.menu_id == privacy.KEEP.id or (one.kind == "text" and bare(one.text) in {"先不删", "不删了"}),
)
async def keep(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """They changed their mind."""
    return Reply(await requests.keep(context, heard.by))


@router.on(ConstituentMessage, lambda one: one.kind == "text" and bare(one.text) in _DROP_PICTURES)
async def drop_pictures(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """删除照片: those that may show an identity paper."""
    return Reply(await dropping.drop(context, heard.by))


@router.on(ConstituentMessage, lambda one: one.kind == "text" and bare(one.text) in _EXPORT)
async def export(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """The address of a copy of one's own data."""
    return Reply(await own_data.offer(context, heard.by))


@router.on(ConstituentMessage, lambda one: _TAP.fullmatch(one.menu_id) is not None)
async def tap_back(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """One of several messages, or the whole matter."""
    item = _TAP.fullmatch(heard.message.menu_id)
    if item is None:
        return None
    if item[2] == privacy.WHOLE:
        said = await taking_back.take_back_all(context, heard.by, int(item[1]), heard.message.key)
        return Reply(said) if said is not None else None
    return Reply(await taking_back.take_back_message(context, heard.by, int(item[1]), int(item[2])))


@router.on(
    ConstituentMessage,
    lambda one: not one.menu_id and one.kind == "text" and _TAKE_BACK.fullmatch(one.text.strip()) is not None,
)
async def take_back(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """`撤回 编号`; without a number it says how."""
    said = _TAKE_BACK.fullmatch(heard.message.text.strip())
    if said is None or said[1] is None:
        return Reply(privacy.CannotTakeBack().render())
    return Reply(await taking_back.take_back(context, heard.by, said[1]))


@router.on(
    ConstituentMessage,
    lambda one: not one.menu_id and one.kind == "text" and _CORRECT.fullmatch(one.text.strip()) is not None,
)
async def correct(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """`更正 编号 …`: on record beside what was said before."""
    said = _CORRECT.fullmatch(heard.message.text.strip())
    if said is None or said[1] is None or not said[2].strip():
        return Reply(privacy.CorrectionHelp().render())
    message = heard.message
    corrected = await correcting.correct(
        context, heard.by, said[1], said[2].strip(), key=message.key, said_at=message.sent_at
    )
    return Reply(corrected)
