"""What representatives and officers hear of duty times: 值班, 换班, 日历, 换日历."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Card, Item, Text
from bot.notices.words import shorten

AGREE, DECLINE = "swapyes", "swapno"
MOST_LINES = 40
_MOST_NAMED = 5  # duty times in one sentence
_MATTER = 160  # characters of a card, WeCom document 90236
_WEEKDAYS = "一二三四五六日"
_USAGE = (
    "请这样写：换班 2026-12-08 替班代表姓名，那天有几个班时写上开始时间：换班 2026-12-08 14:00 替班代表姓名。"
    "联络员直接换：换班 2026-12-08 原值班代表 替班代表。"
)
_WHY_NOT = {
    "no_slot": "{whose}{day}没有排班，不用换。发“值班”可以看近两周的班。",
    "no_such_time": "{whose}{day}没有 {words} 开始的班。",
    "past": "{day}的班已经过去，不能再换。",
    "nobody": "没有叫“{words}”的代表，请核对姓名。",
    "several": "叫“{words}”的代表不止一位，请把姓名换成代码再发一次：",
    "same": "不能换给本人。",
    "not_of_region": "{stand_in}不是这一片的代表，不能到那里替班。",
    "on_leave": "{stand_in}那天请假，不能替班，请换一位。",
    "on_duty": "{stand_in}那个时候也在值班，不能替班，请换一位。",
    "unreachable": "{stand_in}还没有企业微信账号，问不到本人。请联络员商量好以后直接换。",
    "not_theirs": "{whose}{day}的班不在您的联络站，请联系那里的联络员。",
    "asked_already": "已经问过{stand_in}了，正等着回复；定下来会告诉您。",
    "gone": "这次换班已经有变化，不用您再回复。",
    "answered": "您已经回复过了。",
}


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot on one day, as it is said."""

    day: date
    start: str
    end: str
    station: str

    @property
    def words(self) -> str:
        """Such as `12月8日（周二）14:00–17:00 钱桥联络站`."""
        end = self.end if self.end > self.start else f"次日 {self.end}"
        return f"{day_name(self.day)} {self.start}–{end} {self.station}".rstrip()


def day_name(day: date) -> str:
    """Such as `12月8日（周二）`."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def _listed(slots: tuple[SlotLine, ...]) -> str:
    return "；".join(slot.words for slot in slots)


@dataclass(frozen=True, slots=True)
class SwapAsk:
    """To whoever is asked to stand in; `ids` are those of the swaps."""

    ids: tuple[int, ...]
    asker: str
    slots: tuple[SlotLine, ...]

    def render(self) -> Card:
        key = ".".join(map(str, self.ids))
        buttons = (Item(f"{AGREE}:{key}", "同意"), Item(f"{DECLINE}:{key}", "不行"))
        return Card("想请您替班", f"{self.asker}请您替一下班", shorten(_listed(self.slots), _MATTER), (), buttons)


@dataclass(frozen=True, slots=True)
class SwapAnswered:
    """The card after it was answered."""

    asker: str
    slots: tuple[SlotLine, ...]
    agreed: bool

    def render(self) -> Card:
        settled = "已同意" if self.agreed else "不行"
        matter = shorten(_listed(self.slots), _MATTER)
        return Card("想请您替班", f"{self.asker}请您替一下班", matter, (), (), settled)


@dataclass(frozen=True, slots=True)
class SwapAsked:
    """To the asker: it does not count yet."""

    stand_in: str
    slots: tuple[SlotLine, ...]

    def render(self) -> Text:
        return Text(f"已经问{self.stand_in}能不能替班：{_listed(self.slots)}。对方同意后才算换好，到时告诉您。")


@dataclass(frozen=True, slots=True)
class SwapSettled:
    """It is agreed: `reader` is `asker`, `stand_in` or `officer`."""

    reader: str
    asker: str
    stand_in: str
    slots: tuple[SlotLine, ...]

    def render(self) -> Text:
        listed = _listed(self.slots)
        if self.reader == "asker":
            return Text(f"换班已定，由{self.stand_in}替您：{listed}。这个班上新来的事先转给对方。")
        if self.reader == "stand_in":
            return Text(f"换班已定，请您替{self.asker}：{listed}。这个班上新来的事会先转给您。")
        return Text(f"换班已定，{self.stand_in}替{self.asker}：{listed}。")


@dataclass(frozen=True, slots=True)
class SwapDeclined:
    """It is not: `reader` is `asker`, `stand_in` or `officer`."""

    reader: str
    asker: str
    stand_in: str
    slots: tuple[SlotLine, ...]

    def render(self) -> Text:
        listed = _listed(self.slots)
        if self.reader == "asker":
            return Text(f"{self.stand_in}那天不便替班，排班没有变：{listed}。可以再问别的代表，或者请联络员安排。")
        if self.reader == "stand_in":
            return Text(f"知道了，排班没有变，已经告诉{self.asker}。")
        return Text(f"{self.asker}想换班：{listed}。{self.stand_in}不便替班，请帮忙看看。")


@dataclass(frozen=True, slots=True)
class SlotsOnLeave:
    """With 请假: one's duty times on these days, which somebody else should take."""

    slots: tuple[SlotLine, ...]

    def render(self) -> Text:
        return Text(f"这几天您有班：{_some(self.slots)}。已告诉联络员；您也可以请人替班：换班 日期 替班代表姓名")


@dataclass(frozen=True, slots=True)
class SlotsUnheld:
    """To officers: leave leaves duty times without anybody. `stood_in_for` names whose slots they had taken over."""

    who: str
    slots: tuple[SlotLine, ...]
    stood_in_for: str = ""

    def render(self) -> Text:
        whose = f"{self.who}（替{self.stood_in_for}）" if self.stood_in_for else self.who
        name = self.who.removesuffix("代表")
        return Text(
            f"{whose}请假了，这些班没有人值：{_some(self.slots)}。这期间新来的事先转给站里别的代表。"
            f"\n要另外安排请发：换班 {self.slots[0].day} {name} 替班代表姓名"
        )


@dataclass(frozen=True, slots=True)
class StandInOnLeave:
    """To whoever had found a stand-in: the stand-in took leave afterwards."""

    stand_in: str
    slots: tuple[SlotLine, ...]

    def render(self) -> Text:
        return Text(
            f"答应替您值班的{self.stand_in}请假了：{_some(self.slots)}现在没有人值。"
            "已告诉联络员；您能去的话，请和联络员说一声。"
        )


def _some(slots: tuple[SlotLine, ...]) -> str:
    more = f"等 {len(slots)} 班" if len(slots) > _MOST_NAMED else ""
    return _listed(slots[:_MOST_NAMED]) + more


@dataclass(frozen=True, slots=True)
class SwapRefused:
    """换班 that cannot be; `choices` are (whose, code) of those of one name."""

    why: str
    day: date
    whose: str = ""
    stand_in: str = ""
    words: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    slots: tuple[SlotLine, ...] = ()

    def render(self) -> Text:
        first = _WHY_NOT[self.why].format(
            whose=self.whose, day=day_name(self.day), stand_in=self.stand_in, words=self.words
        )
        there = [f"那天的班：{_listed(self.slots)}"] if self.slots else []
        return Text("\n".join([first, *there, *(f"{whose}　代码 {code}" for whose, code in self.choices)]))


@dataclass(frozen=True, slots=True)
class SwapHelp:
    """换班 that cannot be read."""

    what: str = ""

    def render(self) -> Text:
        return Text(f"{self.what}{_USAGE}")


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A line of 值班; the names are empty in a representative's own list."""

    slot: SlotLine
    who: str = ""
    instead_of: str = ""
    away: bool = False

    @property
    def words(self) -> str:
        """Such as `12月8日（周二）14:00–17:00 钱桥联络站 李娜代表（替张伟代表）`."""
        notes = [f"替{self.instead_of}"] if self.instead_of else []
        notes += ["请假"] if self.away else []
        marks = f"（{'，'.join(notes)}）" if notes else ""
        return f"{self.slot.words} {self.who}".rstrip() + marks


@dataclass(frozen=True, slots=True)
class DutyList:
    """值班: one's own slots, and for staff those of the station; None where that is not theirs to see."""

    days: int
    own: tuple[DutyLine, ...] | None
    station: tuple[DutyLine, ...] | None

    def render(self) -> Text:
        parts = []
        if self.own is not None:
            parts.append(self._part("您", self.own))
        if self.station is not None:
            parts.append(self._part("站里", self.station))
        if not parts:
            return Text("值班表给人大代表和联络站工作人员看。")
        return Text("\n\n".join([*parts, "要换班请发：换班 日期 替班代表姓名"]))

    def _part(self, whose: str, lines: tuple[DutyLine, ...]) -> str:
        if not lines:
            return f"{whose}近 {self.days} 天没有排班。"
        more = [f"……还有 {len(lines) - MOST_LINES} 班"] if len(lines) > MOST_LINES else []
        shown = [line.words for line in lines[:MOST_LINES]]
        return "\n".join([f"{whose}近 {self.days} 天的班：", *shown, *more])


@dataclass(frozen=True, slots=True)
class DutyPlaced:
    """To a representative whom staff put on duty, or whose duty time they took away."""

    slot: SlotLine
    placed: bool
    weekly: bool

    def render(self) -> Text:
        end = self.slot.end if self.slot.end > self.slot.start else f"次日 {self.slot.end}"
        weekly = f"每周{_WEEKDAYS[self.slot.day.weekday()]} {self.slot.start}–{end} {self.slot.station}"
        when = weekly if self.weekly else self.slot.words
        since = f"从{day_name(self.slot.day)}起，" if self.weekly else ""
        if self.placed:
            return Text(f"给您排了班：{since}{when}。不方便的话请和联络员说，也可以发：换班 日期 替班代表姓名")
        return Text(f"这个班不用您值了：{when}。别的班没有变，发“值班”可以看。")


@dataclass(frozen=True, slots=True)
class DutyRefused:
    """A duty time that cannot be put on the roster, or taken off it."""

    why: str
    who: str = ""
    on: date | None = None

    def render(self) -> Text:
        return Text(_NOT_PLACED[self.why].format(who=self.who, day=day_name(self.on) if self.on else "那天"))


_NOT_PLACED = {
    "not_theirs": "这个联络站的班不归您排。",
    "nobody": "没有找到这位代表，请从名单里选。",
    "not_of_region": "{who}不是这一片的代表，不能到那里值班。",
    "past": "{day}的这个时间已经过去了。",
    "clock": "时间要这样写：09:00。整天写 00:00 到 24:00，过夜写 22:00 到 06:00。",
    "listed": "{who}已经有从这个时间开始的班了，先撤下再排。",
    "on_leave": "{who}{day}请假，请换一位。",
    "on_duty": "{who}{day}那个时候已经在值班，请换一位。",
    "gone": "这个班已经有变化，请看现在的排班。",
}


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """日历 or 换日历: the private address, and how to subscribe to it."""

    url: str
    renewed: bool = False

    def render(self) -> Text:
        first = "新地址如下，以前的地址已经停用，手机上要重新添加。" if self.renewed else "您的日历地址："
        return Text(
            f"{first}\n{self.url}\n"
            "苹果手机：设置里的日历账户，选“添加已订阅的日历”，粘贴地址。其他手机和电脑：在日历应用里选“通过网址订阅”，粘贴地址。\n"
            "里面是您的班、活动日和直播，排班有变会自动更新。地址只给您本人用，不要转发；外传了请发“换日历”。"
        )


@dataclass(frozen=True, slots=True)
class StationCalendars:
    """日历, written by staff: the public addresses of their stations."""

    stations: tuple[tuple[str, str], ...]  # name, address

    def render(self) -> Text:
        if not self.stations:
            return Text("日历地址给人大代表和联络站工作人员用。")
        listed = [f"{name}：{url}" for name, url in self.stations]
        return Text("\n".join(["联络站的公开日历，可以发给群众，在日历应用里“通过网址订阅”：", *listed]))
