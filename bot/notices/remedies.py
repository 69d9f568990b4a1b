"""What each refusal of WeCom means in plain words, and what to do about it, step by step: data, tested as a table.

Sources: the global error code list (document 90313) and the menus of the admin console as its pages name them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.notices.telephone import REASONS

_CODE = re.compile(r": (-?\d{1,9})$")
_LATER = re.compile(r"msg_send_fail (\d+)")
_NO_ANSWER = "no usable answer"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is wrong, and the steps in the order in which to take them."""

    what: str
    steps: tuple[str, ...]


_LAST = "改好后约一分钟，等着的内容会自动接着发，不用重发。"
_CONSOLE = "请企业微信管理员用电脑登录管理后台"
_SECRET = Remedy(
    "应用的 Secret 不对，或者应用已停用",
    (
        f"{_CONSOLE}，打开“应用管理”里的本应用，看应用是不是停用了；停用了就重新启用。",
        "查看 Secret，和服务器设置 LIANXIN_SECRET 比一比，不一样就改成后台的，再重启服务。",
        _LAST,
    ),
)
_TOKEN = Remedy(
    "访问凭证刚换新的也被拒绝",
    (
        "先等两分钟：企业微信偶尔会提前收回凭证，系统会自己换新的。",
        "还不行，请核对 LIANXIN_CORP_ID 和 LIANXIN_SECRET 是不是同一家企业、同一个应用的，并确认没有别的程序在用同一个应用。",
        _LAST,
    ),
)
_AGENT = Remedy(
    "应用编号和 Secret 对不上",
    (
        f"{_CONSOLE}，打开“应用管理”里的本应用，抄下 AgentId 和 Secret。",
        "把服务器设置 LIANXIN_AGENT_ID、LIANXIN_SECRET 改成这一组，再重启服务。",
        _LAST,
    ),
)
_IP = Remedy(
    "服务器的出口 IP 不在“企业可信 IP”里",
    (
        "在服务器上查出口 IP；换过线路或服务器的，多半就是这个原因。",
        f"{_CONSOLE}，“应用管理”→本应用→“企业可信 IP”，把这个 IP 加进去并保存。",
        _LAST,
    ),
)
_PERMISSION = Remedy(
    "应用没有这个接口的权限",
    (
        f"{_CONSOLE}，“微信客服”→“API”→“可调用接口的应用”，勾上本应用。",
        "要用直播的，再到“直播”→“API”勾上本应用。",
        _LAST,
    ),
)
_SWITCH = Remedy(
    "微信客服的接口开关没有打开，或者授权给了别的应用",
    (
        f"{_CONSOLE}，“微信客服”→“API”，打开接口开关。",
        "在“可调用接口的应用”里勾上本应用，在“通过 API 管理微信客服账号”里选中联络站用的账号。",
        _LAST,
    ),
)
_ACCOUNT = Remedy(
    "微信客服账号不在了，或者不归本应用管",
    (
        f"{_CONSOLE}，“微信客服”，看联络站用的客服账号还在不在。",
        "在“API”→“通过 API 管理微信客服账号”里选中它；换了新账号的，要改 LIANXIN_KF_ACCOUNT 并重印二维码。",
        _LAST,
    ),
)
_VERIFY = Remedy(
    "企业还没有认证，或者认证到期，接待人数到了上限",
    (f"{_CONSOLE}，“我的企业”，完成或者续办企业认证。", "认证通过前，急事请电话联系。", _LAST),
)
_LICENCE = Remedy(
    "接口许可没有买、没有激活，或者到期了",
    (
        f"{_CONSOLE}，“应用管理”→“接口许可”，看还剩多少、哪天到期。",
        "续费，并给代表和工作人员的账号激活许可。",
        _LAST,
    ),
)
_BANNED = Remedy(
    "企业在企业微信里被停用或者解散了",
    ("请企业微信管理员马上联系企业微信客服，弄清原因。", "恢复之前，急事请电话联系。", _LAST),
)
_OFF = Remedy(
    "应用被停用了",
    (
        f"{_CONSOLE}，“应用管理”里打开本应用，重新启用。",
        "长期没人用的应用会被平台停用，请看管理后台的通知。",
        _LAST,
    ),
)
_RANGE = Remedy(
    "接待人员不在应用的可见范围里",
    (f"{_CONSOLE}，“应用管理”→本应用→“可见范围”，把代表和联络员所在的部门加进去。", _LAST),
)
_DOMAIN = Remedy(
    "网页的域名不是应用的可信域名",
    (f"{_CONSOLE}，“应用管理”→本应用→“网页授权及 JS-SDK”，把本系统的域名设成可信域名。", _LAST),
)
_CALLBACK = Remedy(
    "应用没有设置接收消息的地址",
    (f"{_CONSOLE}，“应用管理”→本应用→“接收消息”，填上回调地址、Token 和 EncodingAESKey。", _LAST),
)
_MEMBER = Remedy(
    "有成员还没有激活企业微信，或者没有实名",
    (f"{_CONSOLE}，“通讯录”，找到没有激活的成员，请他们登录一次并完成实名。", _LAST),
)
_RIGHTS = Remedy(
    "微信客服的收发权限和本应用的用法不一致",
    (
        f"{_CONSOLE}，“微信客服”→“API”，看是不是换过接入方式或者开了专属服务，改回由本应用管理。",
        "改不回去的，请联系企业微信客服。",
        _LAST,
    ),
)
_HOOK = Remedy(
    "群机器人的地址失效，或者被移出了群",
    ("请群主看看机器人还在不在群里，不在就重新添加。", "把新的地址写进服务器设置，再重启服务。", _LAST),
)
_CORP = Remedy(
    "企业编号不对",
    (f"{_CONSOLE}，“我的企业”最下面抄下企业 ID。", "把服务器设置 LIANXIN_CORP_ID 改成它，再重启服务。", _LAST),
)
_QUOTA = Remedy(
    "这个接口的调用次数到了上限",
    (
        "先看管理后台有没有别的程序也在用这个应用大量发送，有就先停下。",
        "分钟上限过一分钟自动恢复，小时上限过一小时，每天的上限要到零点。通知和提醒会让路，答复先发。",
        "经常这样，请把通知分几天发，或者扩充企业微信的账号数。",
    ),
)
_GROUPS: tuple[tuple[tuple[int, ...], Remedy], ...] = (
    ((40001,), _SECRET),
    ((40013,), _CORP),
    ((40014, 41001, 42001), _TOKEN),
    ((40056, 41011, 301002), _AGENT),
    ((43004, 41054), _MEMBER),
    ((43009, 95003), _VERIFY),
    ((43012,), _CALLBACK),
    ((48002,), _PERMISSION),
    ((50001,), _DOMAIN),
    ((50003,), _OFF),
    ((60020, 301042), _IP),
    ((60030,), _RANGE),
    ((301007,), _BANNED),
    ((701008, 701071, 701099), _LICENCE),
    ((93000, 93004, 93008), _HOOK),
    ((95000, 95004), _ACCOUNT),
    ((95011, 95012, 95015, 95032), _RIGHTS),
    ((95017, 95023), _SWITCH),
    ((45009,), _QUOTA),
)
REMEDIES: Mapping[int, Remedy] = MappingProxyType({code: remedy for codes, remedy in _GROUPS for code in codes})
"""Every refusal that stops sending until somebody does something."""
UNKNOWN = Remedy(
    "企业微信因为设置不对拒绝发送",
    ("请管理员在服务器上运行 python -m bot check，按提示处理。", "对照官方文档“全局错误码”查这个错误码。", _LAST),
)
LATE_STEPS = (
    "看看企业微信能不能正常打开；平台出故障时只能等，恢复后会自动接着发。",
    "请管理员在服务器上运行 python -m bot check，按提示处理，并看服务是不是还在运行。",
    "等不及的，请先电话告诉对方。",
)
_WORDS: tuple[tuple[tuple[int, ...], str], ...] = (
    ((40003, 46004, 60111, 81013), "成员不存在、已离职或不在可见范围"),
    ((50002, 60011, 60021), "不在应用可见范围"),
    ((40096, 84061), "对方的账号不在了"),
    ((40008, 40033, 40035, 40058, 40063, 44004, 45002), "内容不合平台的要求"),
    ((40007, 44001, 45001, 45007, 45029, 830002), "附件过期、太大或者是空的"),
    ((60140, 42014, 40036, 40037), "卡片已失效"),
    ((41050, 41051), "欢迎语过了时限"),
    ((95001,), "连续发送的条数到了上限"),
    ((95002, 95031), "对方超过 48 小时没有来信"),
    ((95013,), "会话已经结束"),
    ((95018,), "人工客服正在接待"),
    ((45033,), "同时发送的太多"),
    ((-1, 6000), "企业微信系统繁忙"),
    ((92006, 92007, 92008), "直播预约改不了"),
)
_OF_CODE = {code: words for codes, words in _WORDS for code in codes}
_REPORTED = {  # of msg_send_fail, WeCom document 94670
    4: "对方超过 48 小时没有来信",
    5: "会话已经结束",
    6: "连续发送的条数到了上限",
    10: "对方拒收",
    13: "被平台安全限制",
}
_FIXED = {
    "erased": "内容已按要求删除",
    "unreadable": "内容读不出来",
    "recalled": "发出前撤回",
    "the 48 hours are over": "对方超过 48 小时没有来信",
    "no message is left": "连续发送的条数到了上限",
    "the last message is kept for an answer": "最后一条留给答复",
    "a person holds the session": "人工客服正在接待",
    "too late": "过了时候，不再发",
    "nothing to do": "已经不用发了",
    "said with another row": "和别的一起发，没有发成",
}
OTHER = "其他原因"


def code_of(reason: str) -> int | None:
    """The errcode at the end of a row's reason, where there is one."""
    found = _CODE.search(reason)
    return int(found[1]) if found else None


def words_of(reason: str) -> str:
    """Why a row did not leave, as one says it; an errcode we have no words for is named."""
    code = code_of(reason)
    if code is not None:
        return REMEDIES[code].what if code in REMEDIES else _OF_CODE.get(code, f"平台不收（错误码 {code}）")
    if later := _LATER.fullmatch(reason):
        return _REPORTED.get(int(later[1]), "发出后平台说没有送到")
    if reason.endswith(_NO_ANSWER):
        return "连不上企业微信"
    if re.search("[\u4e00-\u9fff]", reason):
        return reason
    return _FIXED.get(reason) or REASONS.get(reason, OTHER)


def remedy_of(errcode: int) -> Remedy:
    """What to do about a refusal; the general steps where the code is not known."""
    return REMEDIES.get(errcode, UNKNOWN)
