"""Where a text says something is: places named, shortened or misspelt, house numbers, and "here"."""

import re
from collections.abc import Callable, Sequence

from bot.assignment.district.book import Mention
from bot.assignment.district.names import Hit
from bot.assignment.district.slips import Slip
from bot.assignment.district.sounds import nearly_sound_alike

_SUFFIX = re.compile(
    r"小区|花园|家园|花苑|嘉园|嘉苑|佳苑|名苑|雅苑|新村|公寓|华庭|社区|大厦|广场|小学|中学|幼儿园|医院|公园|菜场|市场|超市|车站|大道|"
    r"[路街巷弄村苑园庭府城桥里站]"
)
_COMMON_KIND = re.compile(
    r"(?:小区|社区|大厦|广场|小学|中学|幼儿园|医院|公园|市场|菜场|超市|大道|[路街巷弄村桥站])$"
)
_SUFFIX_AT_END = re.compile(rf"(?:{_SUFFIX.pattern})$")
_LAST = re.compile(r"[路街巷弄村苑园庭府城桥站区寓厦场学院道]")  # the last characters of most names
_BEFORE = re.compile(r"[住在到去是于过映]")
_WORD = re.compile(r"\w+")
_LENGTHS = range(3, 8)  # of what may be a misspelt name
_CUES = 8  # spots of one text that are looked at for a misspelt place

# People point with these at the spot where the trouble is…
_SPOT_BEHIND = re.compile(
    r"\d{1,5}(?:-\d+)*(?:号|栋|幢|弄|单元|期|室)|[东西南北正侧后前大]{1,2}门|门口|门前|楼下|楼上|里面|里头|内|附近|旁边|旁|对面|后面|前面|路口|"
    r"段|一带|这边|这里|那边|那里|地下|车库|院内|上(?!班|学|周|个|月|次|午|访)"
)
_AT = ("在", "是", "到了", "来了")
# … and with these at where they live, or at what the spot is next to.
_HOME_BEFORE = ("住", "住在", "家在", "我是", "我们是", "本人是", "来自")
_HOME_BEHIND = re.compile(r"的?(?:业主|居民|村民|住户|家长|学生|员工|职工|老百姓|人(?!行|为|员|防|民))")
_AWAY_BEFORE = ("到", "去", "往", "从", "由", "自", "至", "经")
_BESIDE = re.compile(r"(?:旁边|旁|对面|附近|隔壁|后面|前面|边上)的?$")

_SHORT_BEHIND = re.compile(
    r"\d{1,5}(?:号|栋|幢|单元|期)|[东西南北正侧后大]门|门口|楼下|里面|附近|旁边|对面|这边|这里|那边|那里|小区|物业|业委会|业主|居民|"
    r"保安|停车|地库|车库|食堂|校门|学生|家长|老师|急诊|门诊|挂号|看病|住院|的(?:物业|业主|居民|学生|家长|老师|医生)"
)
_SHORT_BEFORE = ("住在", "住", "家在", "我是", "我们是")

_OURS = "(?:们)?(?:这个|那个)?(?:小区|社区|村|楼|单元|院子|大院|街道|镇上|镇|这里|这边|这儿|这块|这一片|这|家|门口)"
_BY_IT = "(?:的)?(?:[东西南北正后大]门|门口|楼下|楼上|隔壁|对面|旁边|附近|里面|里|口|头)"
# Each begins with a letter, and so is passed over where the text has none of these letters.
_HERE = re.compile(
    "|".join(
        (
            *(f"{who}{_OURS}" for who in ("我们", "咱们", "咱", "俺们", "俺", "我", "本", "阿拉")),
            *(f"{what}{_BY_IT}" for what in ("小区", "家", "村", "单元", "院子", "楼")),
            "村[口头里]|楼[下上道](?!路)|家门口|隔壁邻居|邻居家|同一?小区|这附近|附近的?|我家",
        )
    )
)
_NUMBER = re.compile(r"(\d{1,5})(?:-\d+)?(?:号|弄)")


def house_number(text: str, mention: Mention) -> int | None:
    """The house number behind a road."""
    found = _NUMBER.match(text, mention.end)
    return int(found[1]) if found else None


def relative_place(text: str) -> str | None:
    """The words that place something by where the sender is, such as 我们小区 or 楼下."""
    found = _HERE.search(text)
    return found[0] if found else None


def is_short_for(text: str, short: Hit) -> bool:
    """Whether a short form stands where only a place can; 阳光 alone is the sun."""
    if _SHORT_BEHIND.match(text, short.end):
        return True
    return text.endswith(_SHORT_BEFORE, 0, short.start)


def by_trouble(text: str, mentions: Sequence[Mention], on_map: Callable[[Mention], bool]) -> list[Mention]:
    """Named places, the likeliest spot of the trouble first.

    The spot that people point at comes before where they live or which way a road leads; the last part of an
    address before its road and town; what is on the map before what only belongs to a station; then the longest.
    """
    starts = {mention.start for mention in mentions}

    def order(mention: Mention) -> tuple[int, bool, bool, int, int]:
        leads_on = mention.end in starts
        aside = _aside(text, mention, starts)
        return aside, leads_on, not on_map(mention), -len(mention.name) if aside < 2 else 0, mention.start

    return sorted(mentions, key=order)


def _aside(text: str, mention: Mention, starts: set[int]) -> int:
    """0 where the text points, 1 where it only names, 2 where it says something else."""
    behind = _SPOT_BEHIND.match(text, mention.end)
    if behind is not None and text[behind.end() : behind.end() + 1] == "的" and behind.end() + 1 in starts:
        return 2
    if text.endswith(_AWAY_BEFORE, 0, mention.start):
        return 2
    if _HOME_BEHIND.match(text, mention.end) or text.endswith(_HOME_BEFORE, 0, mention.start):
        return 1 if behind is None else 0
    return 0 if behind is not None or text.endswith(_AT, 0, mention.start) else 1


def likely_places(text: str) -> list[tuple[int, int]]:
    """Stretches that a misspelt place may fill: those that end as places do, and those behind 在 or 住."""
    windows: set[tuple[int, int]] = set()
    cues = 0
    for word in _WORD.finditer(text):
        begin, over = word.span()
        starts = [begin, *(cue.end() for cue in _BEFORE.finditer(text, begin, over))]
        ends = [cue.end() for cue in _LAST.finditer(text, begin, over)]
        cues += len(starts) + len(ends)
        windows.update((start, start + length) for start in starts for length in _LENGTHS if start + length <= over)
        windows.update((end - length, end) for end in ends for length in _LENGTHS if end - length >= begin)
        if cues >= _CUES:
            break
    return sorted(windows)[: _CUES * len(_LENGTHS)]


def is_sure_slip(slip: Slip) -> bool:
    """Whether a place nearly named is told well enough: a homophone, or a slip beside what tells it from others."""
    core = _core(slip.name)
    return slip.cost == 0 or core == _core(slip.written) or (slip.cost == 2 and len(core) >= 3)


def is_plausible_slip(slip: Slip) -> bool:
    """Whether what was written may be a slip at all.

    花园小区 has no name in it; 人民公 may go on as anything; 朝阳小学 is another school than 向阳小学, since half
    of what tells the two apart differs and does not even sound alike.
    """
    written, name = _core(slip.written), _core(slip.name)
    if slip.cost == 1:
        return min(len(written), len(name)) >= 2 and not slip.name.startswith(slip.written)
    if len(slip.name) == 3 and slip.written[-1] != slip.name[-1]:
        return False
    if slip.cost == 2 and len(name) <= 2 and _COMMON_KIND.search(slip.name):
        return nearly_sound_alike(slip.written, slip.name)
    return bool(written)


def _core(name: str) -> str:
    """What is left of a name without the words that many names end in."""
    while (bare := _SUFFIX_AT_END.sub("", name)) != name:
        name = bare
    return name
