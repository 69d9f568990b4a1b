"""What a message looks like to the rules: one way of writing, and whether it says anything at all."""

import re

from bot.assignment.wording import plain

# People write names with spaces, quotes, dots and dashes in them; sentence marks stay, or two sentences would
# join into a name that nobody wrote, and so does a dash between digits: 3-502 is not 3502.
_BETWEEN_LETTERS = re.compile(
    r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\"'`“”‘’()\[\]{}<>《》〈〉【】「」『』·•‧_]+"
)
_DASHES = re.compile(r"[-—~](?:[-—~]+|(?!\d)|(?<!\d[-—~]))")
_PLAIN = re.compile(r"[\u4e00-\u9fff]*")
_NOT_WORDS = re.compile(r"[\W_]+")
_STICKER = re.compile(r"\[[^\[\]]{1,6}\]")  # WeChat sends its faces as text: [微笑]
_NOTHING_SAID = frozenset(
    """
    你好 您好 你们好 大家好 早 早上好 上午好 中午好 下午好 晚上好 晚安 好久不见 在 在吗 在么 在嘛 在不在
    在不 在线吗 有人 有人吗 有人么 有人在吗 人呢 喂 嗨 哈喽 哈啰 哈罗 嘿 hi hello hey ok okay yes no test
    测试 试试 试一下 谢谢 谢谢你 谢谢您 谢谢你们 谢谢大家 多谢 感谢 非常感谢 十分感谢 太感谢了 辛苦 辛苦了
    您辛苦了 麻烦 麻烦了 麻烦你 麻烦您 打扰了 不好意思 不客气 好 好的 好吧 好嘞 行 行吧 可以 嗯 恩 嗯嗯 哦
    噢 喔 啊 呀 呢 吧 吗 哈 呵 嘿嘿 收到 知道 知道了 明白 明白了 了解 了解了 是 是的 对 对的 再见 拜拜 没事
    没事了 不用了 请问 请教 问 问问 问下 找 联系 请 想 想要 要 我 我要 我想 我们 你 您 一下 下 个 一个 有
    有个 有事 有件事 有点事 有问题 有个问题 问题 情况 咨询 反映 反应 反映问题 投诉 求助 事 事情 事儿 的 了
    和 给 到 来 代表 代表同志 人大 人大代表 人大代表同志 同志 领导 尊敬的 亲爱的 老师 先生 女士 客服 联络员
    工作人员 师傅 菜单 帮助 开始 进度 查询 查进度 找代表 我的代表 活动日 直播 订阅 退订 转人工 人工 人工客服
    撤回 评价 导出我的信息 删除我的信息 确认删除
    """.split()  # noqa: SIM905  a list of words is read as words
)
_LONGEST = max(map(len, _NOTHING_SAID))
_BY_FIRST = {
    first: tuple(sorted(word for word in _NOTHING_SAID if word[0] == first))
    for first in {word[0] for word in _NOTHING_SAID}
}
_HEAD = 48  # characters in which a text that says something mostly shows it


def normalise(text: str) -> str:
    """One way of writing: half-width, lower case, nothing between the letters of a name."""
    if _PLAIN.fullmatch(text):
        return text
    written = _BETWEEN_LETTERS.sub("", plain(text))
    return _DASHES.sub("", written) if "-" in written or "—" in written or "~" in written else written


def without_stickers(text: str) -> str:
    """The text without WeChat's written faces."""
    return _STICKER.sub("", text)


def says_nothing(text: str) -> bool:
    """Whether a normalised text is empty, marks, digits or made of greetings, thanks and menu words alone."""
    head = _NOT_WORDS.sub("", text[:_HEAD])
    if not head.isdigit() and len(head) - _filler(head) >= _LONGEST:
        return False  # what follows could not help any more
    words = _NOT_WORDS.sub("", text) if len(text) > _HEAD else head
    return not words or words.isdigit() or _filler(words) == len(words)


def _filler(words: str) -> int:
    """How many characters from the first on are such words."""
    reached = bytearray(len(words) + 1)
    reached[0] = 1
    for start, letter in enumerate(words):
        if reached[start]:
            for filler in _BY_FIRST.get(letter, ()):
                if words.startswith(filler, start):
                    reached[start + len(filler)] = 1
    return reached.rindex(1)
