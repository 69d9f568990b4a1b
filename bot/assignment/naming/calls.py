"""How a text calls a representative: by name with a title, by surname, by what they do."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.assignment.district.book import Mention
from bot.assignment.facts import Representative

_BETWEEN = r"(?:人大|议政|全国|[省市区县镇乡]级?|街道|老|女|男|好|本届){0,3}"
_FOR_OTHERS = (
    r"(?!大会|团|性|们|作|证|资格|之家|联络|联系|工作|选举|大家|大伙|我|咱|居民|业主|全|村民|小区|家长|群众|广大|单位|公司|所有|"
    r"老百姓|人民|学生|职工|他|她)"
)
_TITLED = re.compile(
    rf"{_BETWEEN}(?:代表{_FOR_OTHERS}|主任|书记|主席|委员(?!会)|同志|老师|先生|女士|大姐|大哥|阿姨|叔叔)"
)
_CALLS = ("找", "代表", "给", "请", "问", "跟", "向", "联系", "转", "@", "告诉", "拜托")
_CALL_BEFORE = re.compile(
    rf"(?:^|\W|{'|'.join(_CALLS)}|转告|尊敬的|敬爱的|你好|您好|感谢|谢谢|叫|麻烦|和|与|见|是)$"
)
_PLACE_BEHIND = re.compile(
    r"路|街|巷|桥|村|镇|乡|弄|苑|站|小区|花园|社区|大道|公园|广场|小学|中学|医院|新村|家园|大厦|公司|超市|饭店|会"
)
# Words that are also names: these need a title behind and a call before.
_ALSO_WORDS = frozenset(
    """
    高兴 高峰 高速 高压 高温 高中 高层 高空 高度 高铁 高考 常委 常务 常常 方便 方向 方法 方面 方正 安全 安静 安装
    安排 安置 安心 平安 平时 平台 平房 平方 明显 明天 明年 明确 明白 成功 成立 成为 成员 温暖 温度 江南 江北 江边
    马上 马路 白天 白色 金桥 金融 石头 任何 任务 全部 全面 全体 向阳 向前 文明 文化 文件 时间 时候 时常 水电 水平
    水利 夏天 夏季 关心 关于 关键 和平 和谐 华东 万一 于是 应该 应当 强烈 严重 严格 严厉 路灯 路口 路面 路边 党员
    党委 支部 程序 贺信 季度 谢谢 段时 段路 危险 危房 古城 古树 包括 包子 房东 房屋 车站 车位 车库 车道 国家 国庆
    国道 计划 计生 解决 解释
    """.split()  # noqa: SIM905  a list of words is read as words
)
# Whoever is meant by these is nobody in particular.
_ANYBODY = frozenset(
    """
    人大 居民 业主 职工 党员 学生 家长 村民 群众 我们 你们 他们 作为 选举 各位 全体 妇女 工会 政协 老师 一位 这位
    那位 哪位 我的 谁是 联系 工人 商户 住户 老人 青年 本地 当地 市民 农民 企业 代表 咱们 那个 这个 哪个 尊敬 敬爱
    亲爱 女士
    """.split()  # noqa: SIM905  a list of words is read as words
)
_BEFORE_TITLE = re.compile(rf"{_BETWEEN}代表{_FOR_OTHERS}")
_AFTER_CALL = re.compile(r"找|给|联系|转告|告诉|拜托|转给|请问")

_POSTS = (
    "书记|主任|校长|院长|经理|老板|厂长|局长|所长|医生|大夫|老师|主席|律师|会计|师傅|董事长|社长|村长|站长|队长|"
    "工程师|教授"
)
_SURNAMED = re.compile(
    rf"姓(?P<a>[\u4e00-\u9fff])的?(?:那个|那位|这位|一个|一位)?(?:男|女|老)?(?:人大)?代表{_FOR_OTHERS}"
    rf"|代表(?:[，,]|是|叫|好像|应该){{0,3}}姓(?P<b>[\u4e00-\u9fff])"
    rf"|(?P<c>[\u4e00-\u9fff])(?P<post>{_POSTS})(?:那个|那位|这个|这位|这|那)?(?:人大)?代表{_FOR_OTHERS}"
    rf"|(?P<d>[\u4e00-\u9fff])(?:姓)?(?:人大|老|女|男|大|姓)?代表{_FOR_OTHERS}"
)
_DESCRIBED = re.compile(
    r"(?P<what>[\u4e00-\u9fffa-z0-9]{2,12})的(?:那个|那位|这个|这位|一个|一位|个)?"
    rf"(?P<surname>[\u4e00-\u9fff])?(?:女|男|老|年轻)?(?:人大)?代表{_FOR_OTHERS}"
)
_BEFORE_IT, _BEHIND_IT = 24, 14  # characters around 代表 that what describes somebody may fill
_LEAD_IN = re.compile(
    r"^.*(?:找一下|找|联系|给|问一下|问问|问|请|转|见|认识|有没有|有|是不是|是|想|要|那个|跟|向|和|让|叫|被|你好|您好)(?=.{2})"
)
_VERB = re.compile(r"^(?:搞|开|做|干|当|卖|管|跑|从事|负责|种|养|办|经营|修|造|懂|学|专门|原来|以前|在|教)+")
_TAIL = re.compile(r"(?:上班|工作|行业|生意|方面|专业|那块|这块|出身|一行|那一块)$")
_FROM_THERE = re.compile(rf"的?(?:那个|那位|这位)?\w{{0,4}}代表{_FOR_OTHERS}")
_NO_TRADE = re.compile(
    r"^(?:姓|我|咱|俺|你|他|她|它|本|这|那|上次|之前|今天|昨天|当地|附近|小区|社区|村里|镇上|区里|选区|片区|值班|新|老|对应|相关|"
    r"有关|所有|全部|各级|尊敬|敬爱|亲爱|可爱|辛苦|人大|基层|优秀|为民|片|热心|好心|居民|业主|群众|谁)"
)
_SAME_TRADE = {
    "饭店": ("餐饮", "饭店", "餐厅", "餐馆", "酒楼", "酒店"),
    "饭馆": ("餐饮", "饭店", "餐厅", "餐馆", "酒楼"),
    "餐馆": ("餐饮", "饭店", "餐厅", "餐馆", "酒楼"),
    "老师": ("教师", "学校", "小学", "中学", "幼儿园", "老师"),
    "教书": ("教师", "学校", "小学", "中学", "老师"),
    "医生": ("医师", "医生", "医院", "卫生", "诊所", "大夫"),
    "看病": ("医师", "医生", "医院", "卫生", "诊所"),
    "种地": ("种植", "农业", "农民", "合作社"),
    "种田": ("种植", "农业", "农民", "合作社"),
    "农业": ("农业", "种植", "农民", "合作社", "养殖"),
    "养猪": ("养殖", "猪场", "畜牧"),
    "养鸡": ("养殖", "鸡场", "畜牧"),
    "养鱼": ("养殖", "渔业", "水产"),
    "开厂": ("厂", "制造", "实业"),
    "工厂": ("厂", "制造", "实业"),
    "快递": ("快递", "物流", "速递"),
    "运输": ("运输", "物流", "货运", "客运"),
    "盖房": ("建筑", "建设"),
    "超市": ("超市", "商贸", "便利店", "商场"),
    "法律": ("律师", "法律", "法务"),
    "公交": ("公交", "驾驶员", "客运"),
    "司机": ("驾驶员", "司机", "客运", "出租"),
    "互联网": ("互联网", "软件", "信息", "科技", "网络"),
    "电脑": ("软件", "信息", "科技", "计算机"),
    "物业": ("物业",),
}
_TOPIC_WORDS = {
    "urban_rural_construction": "城建建设物业住房",
    "environment": "环保环境",
    "transport": "交通公交",
    "education_culture_sports": "教育文化体育学校",
    "labor_social_security": "劳动社保就业",
    "commerce_tourism": "商贸旅游商业",
    "health": "医疗卫生健康",
    "rural_agriculture": "农业农村三农",
}


@dataclass(frozen=True, slots=True)
class Description:
    """A representative told by surname, by what they do, or both; `phrase` is how the text put it.

    Where it is not `sure` the words may well be about something else: 投标人的代表.
    """

    phrase: str
    surname: str | None
    word: str | None
    sure: bool = True

    @property
    def terms(self) -> tuple[str, ...]:
        """What to look for in a unit, a post or a speciality."""
        return _SAME_TRADE.get(self.word, (self.word,)) if self.word else ()

    def fits(self, person: Representative) -> bool:
        """Whether what they do is what the text says; a surname is for the caller to compare."""
        if not self.word:
            return True
        topics = (_TOPIC_WORDS.get(each, each) for each in person.specialities)
        told = " ".join((person.unit, person.post, *topics))
        return any(term in told for term in self.terms)


def is_called(text: str, mention: Mention, *, alone_counts: bool) -> bool:
    """Whether a name in the text addresses someone.

    A name of two characters must have a title behind it or a call before it; a longer one counts alone where
    `alone_counts`, which it does not among millions of names, of which some are in every text.
    """
    if _PLACE_BEHIND.match(text, mention.end):
        return False
    if text == mention.name:
        return True
    titled = _TITLED.match(text, mention.end) is not None
    called = is_bounded(text, mention.start)
    if mention.name in _ALSO_WORDS:
        return titled and called
    if not alone_counts:
        return titled or (called and _ends_a_word(text, mention.end))
    return len(mention.name) > 2 or titled or text.endswith(_CALLS, 0, mention.start)


def _ends_a_word(text: str, end: int) -> bool:
    return end == len(text) or not text[end].isalnum()


def is_bounded(text: str, start: int) -> bool:
    """Whether a word may begin here: at the start, behind a mark, or behind a call."""
    return _CALL_BEFORE.search(text, max(0, start - 3), start) is not None


def likely_names(text: str) -> list[tuple[int, int]]:
    """Stretches that a representative's name, perhaps misspelt, may fill: before 代表, or behind a call."""
    windows: dict[tuple[int, int], None] = {}
    for title in _around_title(_BEFORE_TITLE, text):
        for start, end in ((title.start() - length, title.start()) for length in (2, 3, 4, 5)):
            if start >= 0 and text[start:end] not in _ANYBODY and (end - start == 3 or is_bounded(text, start)):
                windows[start, end] = None
    for call in _AFTER_CALL.finditer(text):
        for end in (call.end() + 3, call.end() + 4):
            if end <= len(text) and _ends_a_word(text, end):
                windows[call.end(), end] = None
    return list(windows)[:24]


def leads_to_representative(text: str, end: int) -> bool:
    """Whether what ends here says where a representative is from: 钱桥的孙代表."""
    return _FROM_THERE.match(text, end) is not None


def is_addressed(text: str, end: int) -> bool:
    """Whether a title follows what ends here."""
    return _TITLED.match(text, end) is not None


def describe(text: str, has_surname: Callable[[str], bool], places_end: Iterable[int]) -> Description | None:
    """The representative whom a text describes without the full name; None where it describes nobody."""
    ends = frozenset(places_end)
    return _described(text, has_surname, ends) or _surnamed(text, has_surname, ends)


def _surnamed(text: str, has_surname: Callable[[str], bool], places_end: frozenset[int]) -> Description | None:
    for found in _around_title(_SURNAMED, text):
        surname = found["a"] or found["b"] or found["c"] or found["d"]
        start = found.start("d") if found["d"] else found.start("c")
        bounded = (
            start < 0
            or start in places_end
            or is_bounded(text, start)
            or text.endswith(("的", "个", "位"), 0, start)
        )
        if bounded and has_surname(surname):
            return Description(found[0], surname, found["post"])
    return None


def _described(text: str, has_surname: Callable[[str], bool], places_end: frozenset[int]) -> Description | None:
    for found in _around_title(_DESCRIBED, text):
        surname = found["surname"]
        surname = surname if surname and has_surname(surname) else None
        what = found["what"]
        cut = max((end for end in places_end if found.start("what") < end <= found.end("what")), default=0)
        what = what[cut - found.start("what") :] if cut else _LEAD_IN.sub("", what)
        word = _trade(what)
        if word or surname:
            phrase = f"{what}的{surname or ''}代表" if what else found[0]
            return Description(phrase, surname, word, sure=bool(surname or _VERB.match(what)))
    return None


def _around_title(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    """What a pattern finds in a text, looked for around the word 代表 alone, which it must have in it."""
    begin, at = 0, text.find("代表")
    while at >= 0:
        last = at
        while (further := text.find("代表", last + 1, last + _BEHIND_IT + 2)) >= 0:
            last = further
        for found in pattern.finditer(text, max(begin, at - _BEFORE_IT), last + _BEHIND_IT):
            yield found
            begin = found.end()
        at = text.find("代表", last + 1)


def _trade(what: str) -> str | None:
    """物流 of 搞物流; None where the words say where or who, not what."""
    if len(what) < 2 or _NO_TRADE.match(what):
        return None
    bare = _TAIL.sub("", _VERB.sub("", what))
    if bare in _SAME_TRADE or what in _SAME_TRADE:
        return bare if bare in _SAME_TRADE else what
    return bare if len(bare) >= 2 else what
