"""What representatives read of their duty record: the draft to confirm, questions, what was written for them."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import shorten

CONFIRM, CONFIRM_CASES, EDIT, DROP, KIND, AGREE = (
    "duty_ok",
    "duty_case",
    "duty_edit",
    "duty_drop",
    "duty_kind",
    "duty_yes",
)
LISTED = 4  # entries on one card
LISTED_MISSING = 12  # names of what a quota lacks
_WEEKDAYS = "一二三四五六日"


def said_day(day: date) -> str:
    """`12月3日（周四）`; with the year where it is not the obvious one is for the reader of a file, not of a chat."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """A draft or an entry as it is shown; `people` is None where nobody said how many. `kind` is its name."""

    id: int
    on: date | None
    kind: str
    place: str = ""
    people: int | None = None
    summary: str = ""
    matters: tuple[str, ...] = ()
    evidence: int = 0
    missing: tuple[str, ...] = ()  # names of fields
    lane: str = ""
    corrects: int | None = None
    withdraws: bool = False

    @property
    def line(self) -> str:
        """In a list, with its number."""
        people = f" {self.people} 人" if self.people else ""
        place = f" {shorten(self.place, 12)}" if self.place else ""
        day = f"{self.on.month}月{self.on.day}日" if self.on else ""
        return f"{self.id} 号 {day} {self.kind}{people}{place}"


_LANES = {"": "", "hidden": "公开前只有您和服务中心看得到", "restricted": "只有您和服务中心看得到"}


def _fields(one: DutyFacts) -> tuple[Field, ...]:
    told = [
        Field("日期", said_day(one.on) if one.on else "未填"),
        Field("类别", one.kind or "未填"),
        Field("地点", shorten(one.place, 26) or "未填"),
        Field("人数", "未填" if one.people is None else f"{one.people} 人"),
    ]
    if one.evidence:
        told.append(Field("佐证", f"{one.evidence} 份"))
    if one.matters:
        told.append(Field("反映", shorten("；".join(one.matters), 26)))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class DraftCard:
    """After 履职 …: what was understood, to be confirmed."""

    facts: DutyFacts

    def render(self) -> Card:
        """确认, 确认并转办, 改一下, 取消."""
        one = self.facts
        buttons = [Item(f"{CONFIRM}:{one.id}", "确认")]
        if one.matters:
            buttons.append(Item(f"{CONFIRM_CASES}:{one.id}", "确认并转办"))
        buttons += [Item(f"{EDIT}:{one.id}", "改一下"), Item(f"{DROP}:{one.id}", "取消")]
        title = f"请核对：更正 {one.corrects} 号记录" if one.corrects else "请核对这条履职记录"
        hint = f"还缺{'、'.join(one.missing)}" if one.missing else _LANES[one.lane] or "图片、语音可以接着发"
        matter = "撤销这条记录" if one.withdraws else shorten(one.summary, 110)
        return Card(title[:36], hint, matter, _fields(one), tuple(buttons))


@dataclass(frozen=True, slots=True)
class DraftSettled:
    """The card after it was tapped."""

    facts: DutyFacts
    outcome: str

    def render(self) -> Card:
        """Without buttons."""
        one = self.facts
        return Card("履职记录", _LANES[one.lane], shorten(one.summary, 110), _fields(one), (), self.outcome[:10])


@dataclass(frozen=True, slots=True)
class AskKind:
    """Which kind it was; a tap or a word."""

    draft_id: int
    kinds: tuple[tuple[str, str], ...]  # code, name
    words: str

    def render(self) -> Card:
        """Six buttons at most."""
        buttons = tuple(Item(f"{KIND}:{self.draft_id}:{code}", name[:10]) for code, name in self.kinds[:6])
        return Card("这是哪一类履职？", "点一下，或者直接发类别", shorten(self.words, 110), (), buttons)


@dataclass(frozen=True, slots=True)
class AskWords:
    """What is still to be said, in a word."""

    what: str  # on, place, people, summary

    def render(self) -> Text:
        """One question."""
        return Text(_ASKED[self.what])


_ASKED = {
    "on": "是哪一天的事？请直接发日期，如：昨天，或 12月3日。",
    "place": "在什么地方？请直接发地点，如：牡丹园。",
    "people": "一共见了多少人？请直接发数字，如：3；没有就发 0。",
    "summary": "做了什么？请用一句话写下来。",
}


@dataclass(frozen=True, slots=True)
class EvidenceNoted:
    """A picture, voice or file came for the draft."""

    kind: str
    count: int

    def render(self) -> Text:
        """How many there are now."""
        return Text(f"{self.kind}已附到这条履职记录，现在共 {self.count} 份。都发完了，请在卡片上点“确认”。")


@dataclass(frozen=True, slots=True)
class HowToEdit:
    """After 改一下."""

    def render(self) -> Text:
        """The words to write."""
        return Text(
            "请直接发要改的地方，十分钟内有效：\n人数 5\n地点 牡丹园\n日期 昨天\n类别 接待\n也可以把整句重新写一遍。"
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is on record; with the numbers of what was opened of it."""

    entry_id: int
    cases: tuple[str, ...] = ()
    reviewed: bool = True

    def render(self) -> Text:
        """Its number, and what follows."""
        opened = f"反映的事已转办：{'、'.join(self.cases)}，进展会告诉您。\n" if self.cases else ""
        then = "等工作人员核对。" if self.reviewed else ""
        return Text(
            f"已登记，编号 {self.entry_id}。{then}\n{opened}发“我的履职”可以看今年的情况。".replace("\n\n", "\n")
        )


@dataclass(frozen=True, slots=True)
class DutyHelp:
    """履职 that cannot be noted."""

    why: str = ""

    def render(self) -> Text:
        """Why, and how it is written."""
        return Text(f"{_NOT_NOTED[self.why]}请这样写：履职 今天走访3户，反映路灯问题\n图片、语音接着发就行。")


_NOT_NOTED = {
    "": "想记一条履职，",
    "not_representative": "“履职”由代表本人记；接待群众请发“接待 …”，纸质记录请用表格导入。\n",
    "gone": "这条草稿已经处理过，或者放得太久了。\n",
    "nothing": "没有看懂要改什么。\n",
    "not_found": "没有找到这个编号的履职记录。\n",
    "not_standing": "这条记录已经更正过了，请用新的编号。\n",
    "on": "日期还没有到，或者没有这一天。\n",
    "missing": "还有必须填的没有填。\n",
    "reason": "请写明原因。\n",
}


@dataclass(frozen=True, slots=True)
class StillMissing:
    """确认 was tapped and something that has to be said is missing."""

    missing: tuple[str, ...]

    def render(self) -> Text:
        """What, and how to say it."""
        first = self.missing[0]
        return Text(f"还缺{'、'.join(self.missing)}，请直接发，如“{first} {_EXAMPLES[first]}”，然后再点“确认”。")


_EXAMPLES = {"日期": "昨天", "类别": "走访", "地点": "牡丹园", "人数": "3", "内容": "了解物业情况"}


@dataclass(frozen=True, slots=True)
class PleaseConfirm:
    """What was written for a representative, to be confirmed within seven days."""

    entries: tuple[DutyFacts, ...]
    total: int
    again: bool = False

    def render(self) -> Card:
        """The first few; the button is for these alone."""
        shown = self.entries[:LISTED]
        numbers = "-".join(str(one.id) for one in shown)
        title = f"还有 {self.total} 条履职记录请您确认" if self.again else f"有 {self.total} 条履职记录请您确认"
        hint = "不对的请发“履职有误 编号 哪里不对”"
        matter = "；".join(shorten(one.line, 38) for one in shown)
        more = "" if self.total <= len(shown) else f"；后面还有 {self.total - len(shown)} 条"
        label = "这条没错" if len(shown) == 1 else f"这 {len(shown)} 条没错"
        return Card(title, hint, shorten(matter + more, 160), (), (Item(f"{AGREE}:{numbers}", label),))


@dataclass(frozen=True, slots=True)
class PleaseConfirmSettled:
    """The same card after it was tapped."""

    count: int

    def render(self) -> Card:
        """Without buttons."""
        return Card("履职记录", "", f"已确认 {self.count} 条", (), (), "已确认")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """After 履职确认."""

    count: int
    left: int = 0

    def render(self) -> Text:
        """How many, and what still waits."""
        left = f"还有 {self.left} 条等您确认，发“履职确认”查看。" if self.left else ""
        return Text(f"已确认 {self.count} 条。{left}" if self.count else f"没有等您确认的履职记录。{left}")


@dataclass(frozen=True, slots=True)
class DisputeNoted:
    """After 履职有误."""

    entry_id: int

    def render(self) -> Text:
        """Who hears of it, and how it is put right."""
        return Text(
            f"{self.entry_id} 号记录已标为有异议，工作人员会核对。"
            f"您也可以自己改：“履职更正 {self.entry_id} 人数 5”；没有这回事就发“履职作废 {self.entry_id} 原因”。"
        )


@dataclass(frozen=True, slots=True)
class WasReturned:
    """Staff sent an entry back."""

    facts: DutyFacts
    reason: str

    def render(self) -> Text:
        """Why, and what to do."""
        one = self.facts
        return Text(
            f"履职记录 {one.line} 被退回：{shorten(self.reason, 200)}\n"
            f"请发“履职更正 {one.id} 要改的地方”，如“履职更正 {one.id} 人数 5”。"
        )


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """After 履职作废."""

    entry_id: int
    by_entry_id: int

    def render(self) -> Text:
        """That both stay on record."""
        return Text(f"{self.entry_id} 号记录不再计入，撤销记为 {self.by_entry_id} 号，原记录仍然留档。")


@dataclass(frozen=True, slots=True)
class Behind:
    """One quota of the year; `subject` is what it is told apart by, `missing` who or what is still lacking."""

    name: str
    done: int
    wanted: int
    unit: str
    subject: str = ""
    missing: tuple[str, ...] = ()

    @property
    def is_behind(self) -> bool:
        """Whether less was done than the year asks for."""
        return self.done < self.wanted

    @property
    def line(self) -> str:
        """Where it stands."""
        left = self.wanted - self.done
        named = f"：{'、'.join(self.missing[:LISTED_MISSING])}" if self.missing else ""
        more = "等" if len(self.missing) > LISTED_MISSING else ""
        lacking = f"，还差 {left} {self.unit}{named}{more}" if left > 0 else ""
        return f"{self.name} {self.done}/{self.wanted} {self.unit}{lacking}"


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """我的履职: this year's counts, what waits for a word, what is behind."""

    year: int
    groups: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]  # group, (kind, entries)
    people: int
    waiting: int
    quotas: tuple[Behind, ...]
    returned: int = 0
    url: str = ""  # the private page of their file

    def render(self) -> Text:
        """By group; only what there is."""
        total = sum(count for _, kinds in self.groups for _, count in kinds)
        head = f"{self.year} 年您有 {total} 条履职记录，当面联系 {self.people} 人次。" if total else ""
        lines = [head or f"{self.year} 年还没有您的履职记录。"]
        for group, kinds in self.groups:
            parts = "、".join(f"{name} {count}" for name, count in kinds)
            lines.append(f"{group}：{parts}")
        lines += [one.line for one in self.quotas]
        if self.returned:
            lines.append(f"被退回 {self.returned} 条，请发“履职更正 编号 要改的地方”。")
        if self.waiting:
            lines.append(f"等您确认 {self.waiting} 条：发“履职确认”。")
        page = [f"档案（请不要转发）：{self.url}"] if self.url else []
        return Text("\n".join([*lines, *page, "记一条：履职 今天走访3户，反映路灯问题"]))


@dataclass(frozen=True, slots=True)
class EvidenceLost:
    """A picture of a draft could not be fetched."""

    kind: str

    def render(self) -> Text:
        """To send it again."""
        return Text(f"您附到履职记录的{self.kind}没有取到，没有算作佐证；需要的话请再发一次。")
