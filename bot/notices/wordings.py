"""Sentences of notices that the service centre may put in its own words; each has its default here.

A sentence has placeholders such as `{number}`. What the centre wrote counts for the unit of work that reads it
(`using`); where it cannot be used the default does, so that no message waits for words. Sentences that the law or the
platform hangs on (who reads, privacy, petitions, danger) are not among them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType

_MARK = re.compile(r"\{([^{}]*)\}")
_BAD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
MOST_LINES = 4
# Never said: that somebody will settle a matter. Representatives pass on, ask and follow up (domain F).
PROMISES = re.compile(
    "一定解决|一定会解决|一定办|保证|包您|负责解决|负责到底|肯定解决|肯定会|必将|必定|务必解决|限期解决"
    "|圆满解决|彻底解决|马上解决|立即解决|尽快解决|会解决|会办好|给您办好|替您解决|为您解决"
)
# What stands for a placeholder in a preview, and the longest that it may be.
EXAMPLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "number": ("JH-2026-000123", "320206-2026-000123"),
        "owner": ("钱桥联络站张伟代表", "锦河区钱桥街道牡丹园社区人大代表联络站欧阳静娴代表"),
        "why": ("（网格里的代表）", "（您说的地方在锦河区钱桥街道牡丹园社区第十二网格）"),
        "due": ("11月23日（周一）09:30", "12月23日（周一）09:30"),
        "holder": ("联络员", "代表联络服务中心"),
        "days": ("7", "14"),
        "question": ("3", "128"),
        "when": ("11月22日 19:30 开始后由主持人提出", "12月22日 19:30 开始后由主持人提出"),
    }
)
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "number": "事项编号",
        "owner": "谁在办",
        "why": "为什么交给他（带括号，可能为空）",
        "due": "最晚什么时候答复",
        "holder": "谁来跟进",
        "days": "过了几天",
        "question": "第几号问题",
        "when": "什么时候问到",
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence: `needed` placeholders must stand in it, `further` may, `words` must be in it as they are."""

    name: str
    default: str
    needed: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    most_bytes: int = 330


GROUPS: Mapping[str, tuple[str, Mapping[str, Wording]]] = MappingProxyType(
    {
        "receipt": (
            "收到来信",
            {
                "greeting.close": Wording(
                    "第一次进来，问候的最后一句", "请直接写下您想说的事，图片、语音、位置都可以发。"
                ),
                "menu.head": Wording(
                    "只说“您好”时的回话", "您好，请写下想反映的事：在哪里、什么事、多久了。可以发图片、语音和位置。"
                ),
                "menu.ask": Wording(
                    "点了“我要反映一件事”",
                    "请写下是什么事、在哪里、多久了。图片、语音、位置都可以发，写完就行，不用填表。",
                ),
                "receipt.received": Wording(
                    "收到一件新的事", "您反映的事已收到，编号 {number}。", ("number",), most_bytes=180
                ),
                "receipt.owner": Wording(
                    "交给了谁、最晚什么时候答复",
                    "现在交到{owner}手里{why}，最晚 {due} 前给您回音。",
                    ("owner", "due"),
                    ("why",),
                ),
                "receipt.close": Wording(
                    "回执的最后一句", "还想补充的，直接接着写；发“进度”可以随时查看。", words=("进度",)
                ),
                "receipt.added": Wording(
                    "收到补充", "补充的内容已记到 {number}，一并转给{owner}。", ("number", "owner")
                ),
                "receipt.added_again": Wording(
                    "答复以后又有补充", "补充的内容已记到 {number}，并请{owner}接着看。", ("number", "owner")
                ),
                "receipt.completed": Wording(
                    "补充了问到的内容",
                    "收到，补充的内容已记到 {number}，这就转给{owner}接着看。",
                    ("number", "owner"),
                ),
            },
        ),
        "way": (
            "办理中",
            {
                "answer.taken": Wording(
                    "代表接收了", "{owner}已经看到 {number}，会尽快给您回音。", ("number", "owner")
                ),
                "answer.passed": Wording("转给了别人", "{number} 已转到{owner}，不用重新写。", ("number", "owner")),
                "asking.close": Wording(
                    "请对方补充，最后一句", "直接写在这里就行，图片、语音、位置都可以，收到就接着办。"
                ),
                "asking.rests": Wording(
                    "很久没有补充", "{number} 还等着您补充，先放一放。您随时在这里写一句，就接着办。", ("number",)
                ),
                "clock.further_up": Wording(
                    "到了时间还没答复",
                    "{number} 到了说好的时间还没有答复，对不住您。已请{holder}跟进，有了答复就转给您。",
                    ("number", "holder"),
                ),
            },
        ),
        "after": (
            "答复以后",
            {
                "menu.closed": Wording(
                    "对方点了“已解决”",
                    "好的，{number} 就此办结。谢谢您告诉我们；以后有事，随时再写。",
                    ("number",),
                ),
                "menu.reopened": Wording(
                    "对方点了“还没有”",
                    "明白了，{number} 重新交到{owner}手里。还差什么，请直接写下来，会一起转过去。",
                    ("number", "owner"),
                ),
                "menu.thanked": Wording(
                    "对方说谢谢",
                    "不客气。{number} 如果还没有解决，请点上面的“还没有”，或者直接写下来。",
                    ("number",),
                    words=("还没有",),
                ),
                "follow_up.asked": Wording(
                    "过几天问收到答复没有", "您反映的 {number} 已经 {days} 天了，收到答复了吗？", ("number", "days")
                ),
                "follow_up.received": Wording(
                    "说收到了，这里没有记录",
                    "好的，记下了。{number} 的答复我们会请承办的人补记。如果还有不满意的，直接写在这里。",
                    ("number",),
                ),
                "follow_up.at_once": Wording(
                    "说没有收到",
                    "对不住您，{number} 等了这么久。已请{holder}跟进，有了答复就转给您。",
                    ("number", "holder"),
                ),
                "follow_up.morning": Wording(
                    "说没有收到（夜里、休息日）",
                    "对不住您，{number} 等了这么久。工作人员一上班就请{holder}跟进，有了答复就转给您。",
                    ("number", "holder"),
                ),
            },
        ),
        "plans": (
            "活动日和直播的提醒",
            {
                "day.public_close": Wording(
                    "给订阅群众的活动日提醒，最后一句",
                    "直接来就可以，来不了也可以在这里留言。不想再收到请回复“退订”。",
                    words=("退订",),
                ),
                "day.fixed": Wording("给代表：名单定了", "代表联系服务群众日的名单定了，请您到时到站接待。"),
                "day.morning": Wording(
                    "给代表：当天早上", "今天接待群众，到站后请点“签到”，或者发“签到”。", words=("签到",)
                ),
                "live.noted": Wording(
                    "直播收到一个问题",
                    "记下了，您的问题是第 {question} 号，{when}。答到或没来得及答，都会在这里告诉您。",
                    ("question", "when"),
                ),
            },
        ),
    }
)
WORDINGS: Mapping[str, Wording] = MappingProxyType(
    {key: wording for _, group in GROUPS.values() for key, wording in group.items()}
)
_USED: ContextVar[Mapping[str, str]] = ContextVar("wordings", default=MappingProxyType({}))


def use(texts: Mapping[str, str]) -> None:
    """From here on in this task these words count; those of another unit of work are not touched."""
    _USED.set(texts)


@contextmanager
def using(texts: Mapping[str, str]) -> Iterator[None]:
    """Within it these words count."""
    token = _USED.set(texts)
    try:
        yield
    finally:
        _USED.reset(token)


def say(key: str, **facts: str) -> str:
    """The sentence as it stands, filled in; the default where the centre's own cannot be used for these facts."""
    wording, own = WORDINGS[key], _USED.get().get(key)
    if own is not None:
        said = _fill(own, facts)
        if said is not None and len(said.encode()) <= wording.most_bytes:
            return said
    return _fill(wording.default, facts) or wording.default


def _fill(text: str, facts: Mapping[str, str]) -> str | None:
    """What people wrote is put in as it is, never looked through for placeholders; None where one is not known."""
    if not {mark[1] for mark in _MARK.finditer(text)} <= facts.keys():
        return None
    return _MARK.sub(lambda mark: facts[mark[1]], text)


def example_of(text: str) -> str:
    """The text with an example for each of its placeholders."""
    for name, (short, _) in EXAMPLES.items():
        text = text.replace(f"{{{name}}}", short)
    return text


def faults_of(key: str, text: str) -> tuple[str, ...]:
    """Why a sentence cannot be used, in words; nothing where it can."""
    wording = WORDINGS[key]
    if not _CHINESE.search(text):
        return ("请写一句话。",)
    marks = [mark[1] for mark in _MARK.finditer(text)]
    known = {*wording.needed, *wording.further}
    found = [f"没有“{{{mark}}}”这一项，请照下面列出的写。" for mark in dict.fromkeys(marks) if mark not in known]
    found += [f"少了“{{{name}}}”（{NAMES[name]}）。" for name in wording.needed if name not in marks]
    found += [f"要保留“{words}”，对方要照着做。" for words in wording.words if words not in text]
    if set(_MARK.sub("", text)) & set("{}"):
        found.append("花括号只能成对地写，里面是一项的名字。")
    if _BAD.search(text) or len(text.split("\n")) > MOST_LINES:
        found.append(f"请写成普通文字，最多 {MOST_LINES} 行。")
    if promise := PROMISES.search(text):
        found.append(f"“{promise[0]}”是在保证结果，请换一种说法。")
    size = len((_fill(text, {name: longest for name, (_, longest) in EXAMPLES.items()}) or text).encode())
    if size > wording.most_bytes:
        found.append(f"太长了：填上最长的内容有 {size} 字节，最多 {wording.most_bytes}（一个汉字 3 字节）。")
    return tuple(found)
